import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Source } from '../../core/parts.ts'
import { defaultProperties, listableProperties, memberColumns, usualProperties } from '../../data/listing.ts'
import type { PresetKind } from '../../data/presets/preset.ts'
import type { Plan } from '../../engine/plan.ts'
import { applications } from '../../sources/applications.ts'
import { deletedUsers } from '../../sources/deleted-users.ts'
import { devices } from '../../sources/devices.ts'
import type { Entity, Listing } from '../../sources/graph.ts'
import { groups } from '../../sources/groups.ts'
import { groupColumns, members } from '../../sources/members.ts'
import { servicePrincipals } from '../../sources/service-principals.ts'
import { skus } from '../../sources/skus.ts'
import { users } from '../../sources/users.ts'
import { preset as presetOf, type PresetParts } from '../../transforms/preset.ts'
import { outputFormat, outputSink, type OutputOptions } from '../output-sink.ts'
import type { ExportKind } from './kinds.ts'

/** What `entrapipe export` was asked for, as its flags say it; kept with the run, so that it can be gone on with. */
export interface ExportParams extends OutputOptions {
  readonly preset?: string
  readonly select?: readonly string[]
  readonly filter?: string
  readonly search?: string
  readonly orderby?: string
  readonly group?: readonly string[]
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

/**
 * Rows of a page when every property is asked for. A user is 11 KB then, a page of 999 11 MB: 162 MB of memory instead of
 * 137, and no faster.
 */
const wideRowsAtOnce = 250

/**
 * The plan of `entrapipe export`: a listing, laid out as a preset where one is named, to a file or stdout.
 *
 * @throws EntrapipeError `PRESET_UNKNOWN`, `PROPERTY_UNKNOWN`, `FILTER_INVALID`, `USAGE`, `OPTION_INVALID`
 */
export const exportPlan = (what: ExportKind, params: ExportParams): Plan => {
  const { type, source } = exported[what]
  if (params.group !== undefined && what !== 'members')
    throw new EntrapipeError('USAGE', `--group goes with \`export members\`, not with ${what}.`)
  if (params.transitive && what !== 'members')
    throw new EntrapipeError('USAGE', `--transitive goes with \`export members\`, not with ${what}.`)
  if (params.pageSize !== undefined && what === 'skus')
    throw new EntrapipeError('USAGE', 'skus come whole, without pages: leave --page-size out.')
  const { preset, select, columns } = layout(what, type, params)
  const top = params.pageSize ?? (params.preset === 'all' && what !== 'skus' ? wideRowsAtOnce : undefined)
  const from = source(
    {
      ...(select ? { select } : {}),
      ...given({ filter: params.filter, search: params.search, orderby: params.orderby, top }),
      ...preset?.listing,
    },
    params,
  )
  return {
    source: from as Source<never>,
    // Sinks write just the columns they are given: nothing else has to pick them.
    transforms: preset ? [preset.layout] : [],
    sink: outputSink(params, preset?.header ?? (columns ? { columns } : {})),
    ...(params.limit === undefined ? {} : { limit: params.limit }),
  }
}

interface Layout {
  readonly preset?: PresetParts
  /** What Graph is asked for; undefined leaves it to Graph. */
  readonly select?: readonly string[]
  /** What is written; undefined writes each row's own. */
  readonly columns?: readonly string[]
}

/** Which columns are written, in which order; when nothing is asked for Graph's own defaults, and a few more of users. */
const layout = (what: ExportKind, type: string, params: ExportParams): Layout => {
  const { preset, select } = params
  if (preset !== undefined && select !== undefined)
    throw new EntrapipeError('USAGE', 'Give --preset or --select, not both: each says which columns there are.')
  const groups = new Set(params.group).size > 1 ? groupColumns : []
  if (preset === 'all') {
    const all = ['id', ...listableProperties(type).filter(name => name !== 'id')]
    return both(what === 'members' ? ['@odata.type', ...all] : all, groups)
  }
  if (preset !== undefined) {
    if (groups.length === 0) return { preset: presetOf(what as PresetKind, preset) }
    throw new EntrapipeError(
      'USAGE',
      `The preset ${preset} has no column for the group: name one --group, or use --select.`,
    )
  }
  if (select !== undefined) return both(select, groups)
  const usual = what === 'users' ? usualProperties(type) : undefined
  if (usual) return both(usual)
  // A header stands before the second row is known, and rows of one listing need not have the same properties.
  return outputFormat(params) === 'csv' ? { columns: [...plainColumns(what, type), ...groups] } : {}
}

const both = (select: readonly string[], more: readonly string[] = []): Layout => ({
  select,
  columns: [...new Set([...select, ...more])],
})

/** What Graph gives without `$select`, as its documents say. */
const plainColumns = (what: ExportKind, type: string): readonly string[] => {
  if (what === 'members') return memberColumns
  const own = new Set(['id', ...defaultProperties(type)])
  return what === 'deleted-users' ? [...own, 'deletedDateTime'] : [...own]
}
