import { EntrapipeError } from '../../core/errors.ts'
import type { Source } from '../../core/parts.ts'
import { listableProperties, usualProperties } from '../../data/listing.ts'
import type { PresetKind } from '../../data/presets/preset.ts'
import type { Plan } from '../../engine/plan.ts'
import { applications } from '../../sources/applications.ts'
import { deletedUsers } from '../../sources/deleted-users.ts'
import { devices } from '../../sources/devices.ts'
import type { Entity, Listing } from '../../sources/graph.ts'
import { groups } from '../../sources/groups.ts'
import { members } from '../../sources/members.ts'
import { servicePrincipals } from '../../sources/service-principals.ts'
import { skus } from '../../sources/skus.ts'
import { users } from '../../sources/users.ts'
import { preset as presetOf, type PresetParts } from '../../transforms/preset.ts'
import type { OutputOptions } from '../output.ts'
import { outputSink } from '../output-sink.ts'
import type { ExportKind } from './kinds.ts'

/** What `entrapipe export` was asked for, as its flags say it; kept with the run, so that it can be gone on with. */
export interface ExportParams extends OutputOptions {
  readonly preset?: string
  readonly select?: readonly string[]
  readonly filter?: string
  readonly search?: string
  readonly orderby?: string
  readonly group?: string
  readonly transitive?: boolean
  readonly pageSize?: number
  readonly limit?: number
}

interface Exported {
  /** Name of the type in Microsoft's schema. */
  readonly type: string
  readonly source: (listing: Listing, params: ExportParams) => Source<Entity>
}

const exported: Readonly<Record<ExportKind, Exported>> = {
  users: { type: 'user', source: listing => users(listing) },
  groups: { type: 'group', source: listing => groups(listing) },
  members: {
    type: 'user',
    source(listing, { group, transitive = false }) {
      if (group === undefined)
        throw new EntrapipeError('USAGE', 'Members of which group? Name it: --group and its id or display name.')
      return members({ ...listing, group, transitive })
    },
  },
  devices: { type: 'device', source: listing => devices(listing) },
  'deleted-users': { type: 'user', source: listing => deletedUsers(listing) },
  skus: { type: 'subscribedSku', source: listing => skus(listing) },
  applications: { type: 'application', source: listing => applications(listing) },
  'service-principals': { type: 'servicePrincipal', source: listing => servicePrincipals(listing) },
}

interface ExportSurroundings {
  readonly stdout: NodeJS.WritableStream
  readonly rowsPerCut?: number | undefined
}

/**
 * The plan of `entrapipe export`: a listing, laid out as a preset where one is named, to a file or stdout.
 *
 * @throws EntrapipeError `PRESET_UNKNOWN`, `PROPERTY_UNKNOWN`, `FILTER_INVALID`, `USAGE`, `OPTION_INVALID`
 */
export const exportPlan = (
  what: ExportKind,
  params: ExportParams,
  { stdout, rowsPerCut }: ExportSurroundings,
): Plan => {
  const { type, source } = exported[what]
  if (params.group !== undefined && what !== 'members')
    throw new EntrapipeError('USAGE', `--group goes with \`export members\`, not with ${what}.`)
  const { preset, columns } = layout(what, type, params)
  const from = source(
    {
      ...(columns ? { select: columns } : {}),
      ...(params.filter === undefined ? {} : { filter: params.filter }),
      ...(params.search === undefined ? {} : { search: params.search }),
      ...(params.orderby === undefined ? {} : { orderby: params.orderby }),
      ...(params.pageSize === undefined ? {} : { top: params.pageSize }),
      ...preset?.listing,
    },
    params,
  )
  return {
    source: from as Source<never>,
    // Sinks write just the columns they are given: nothing else has to pick them.
    transforms: preset ? [preset.layout] : [],
    sink: outputSink(params, preset?.header ?? (columns ? { columns } : {}), stdout),
    ...(params.limit === undefined ? {} : { limit: params.limit }),
    ...(rowsPerCut === undefined ? {} : { rowsPerCut }),
  }
}

/** Which columns are written, in which order; when nothing is asked for Graph's own defaults, and a few more of users. */
const layout = (
  what: ExportKind,
  type: string,
  { preset, select }: ExportParams,
): { readonly preset?: PresetParts; readonly columns?: readonly string[] } => {
  if (preset !== undefined && select !== undefined)
    throw new EntrapipeError('USAGE', 'Give --preset or --select, not both: each says which columns there are.')
  if (preset === 'all') return { columns: ['id', ...listableProperties(type).filter(name => name !== 'id')] }
  if (preset !== undefined) return { preset: presetOf(what as PresetKind, preset) }
  const columns = select ?? (what === 'users' ? usualProperties(type) : undefined)
  return columns ? { columns } : {}
}
