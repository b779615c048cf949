import { asOptional, asRequired } from '../../core/columns.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { joined } from '../../core/joined.ts'
import type { Source } from '../../core/parts.ts'
import { withErrors } from '../../core/with-errors.ts'
import { withFlags, type Flags } from '../../core/with-flags.ts'
import type { Plan } from '../../engine/plan.ts'
import type { Listing } from '../../sources/graph.ts'
import type { ListedKind } from '../../sources/listed.ts'
import { outputSink } from '../output-sink.ts'
import { renamesOf } from '../renames.ts'
import { arranged, typesOf } from './arranged.ts'
import { deltaPlan } from './delta-plan.ts'
import { idsSource } from './ids.ts'
import type { ExportParams } from './export-params.ts'
import { exported } from './exported.ts'
import { relationKinds, type ExportKind } from './kinds.ts'
import { namingCommands } from './filter-afterwards.ts'
import { layout } from './layout.ts'
import { singleAt } from './single-object.ts'

/** The flags of a listing's options. */
const flags: Flags = {
  top: '--page-size',
  ...Object.fromEntries(
    ['select', 'filter', 'search', 'orderby', 'expand', 'advanced', 'group'].map(name => [name, `--${name}`]),
  ),
}

/**
 * Rows per page when all properties are selected. A user is then 11 KB, and a page of 999 users 11 MB: that takes 162 MB of
 * memory instead of 137, and is no faster.
 */
const wideRowsAtOnce = 250

/**
 * The plan of `entrapipe export`: a listing, arranged by a preset if one is named, written to a file or stdout.
 *
 * @throws EntrapipeError `PRESET_UNKNOWN`, `PROPERTY_UNKNOWN`, `FILTER_INVALID`, `USAGE`, `OPTION_INVALID`
 */
export const exportPlan = (what: ExportKind, params: ExportParams): Plan => {
  const changes = params.delta ? deltaPlan(what, params) : undefined
  refuseStrangers(what, params)
  if (changes) return changes
  const { source, type, pairs } = exported[what]
  const { preset, select, columns, expand } = layout(what, exported[what], params)
  const top = params.pageSize ?? (params.preset === 'all' && what !== 'skus' ? wideRowsAtOnce : undefined)
  const listing: Listing = {
    ...given({ select }),
    ...given({ filter: params.filter, search: params.search, orderby: params.orderby, expand, top }),
    ...(params.advanced ? { advanced: true } : {}),
    ...preset?.listing,
  }
  const from = withErrors(
    () =>
      withFlags(
        () =>
          params.ids === undefined || pairs
            ? source(listing, params)
            : idsSource(
                type as ListedKind,
                params.ids,
                params,
                given({ select: listing.select, expand: listing.expand }),
              ),
        flags,
      ),
    error => namingCommands(error, what, params),
  )
  // Not every object has all default columns: a device has no telephone number.
  const naming = params.select !== undefined || params.preset !== undefined ? asRequired : asOptional
  // The properties of a pair are those of its second object, mostly a user.
  const types = preset?.types ?? typesOf(pairs ? 'user' : type, columns)
  const { transforms, header } = arranged({ preset, columns, types }, renamesOf(params.rename), naming)
  return {
    source: from as Source<never>,
    transforms,
    sink: outputSink(params, header),
    ...given({ limit: params.limit }),
  }
}

const isOfPairs = (what: ExportKind): boolean => (relationKinds as readonly ExportKind[]).includes(what)

/** Options of some kinds only. */
const optionsOf: readonly (readonly ['group' | 'transitive' | 'ids' | 'of', readonly ExportKind[]])[] = [
  [
    'ids',
    [
      'users',
      'groups',
      'devices',
      'applications',
      'service-principals',
      ...relationKinds.filter(kind => kind !== 'role-assignments'),
    ],
  ],
  ['of', ['owners']],
  ['group', ['members', 'memberships', 'owners']],
  ['transitive', ['members', 'memberships', 'groups-of']],
]

/** @throws EntrapipeError `USAGE` for options of other kinds */
const refuseStrangers = (what: ExportKind, params: ExportParams): void => {
  const { pageSize, path, preset } = params
  for (const [option, kinds] of optionsOf)
    if (params[option] && !kinds.includes(what))
      throw new EntrapipeError(
        'USAGE',
        `--${option} is an option of ${joined(kinds.map(kind => `\`export ${kind}\``))}, not of ${what}.`,
      )
  if (params.days !== undefined && preset !== 'stale-users')
    throw new EntrapipeError('USAGE', '--days is an option of `export users --preset stale-users`. Leave it out.')
  if (params.limit !== undefined && preset === 'stale-users')
    throw new EntrapipeError(
      'USAGE',
      '--limit counts the users that are read, not those that are stale. Leave it out, or read fewer users with --filter.',
    )
  if (params.ids !== undefined)
    for (const option of ['group', 'filter', 'search', 'orderby', 'advanced', 'pageSize'] as const)
      if (params[option] !== undefined && !(option === 'pageSize' && isOfPairs(what)))
        throw new EntrapipeError(
          'USAGE',
          `--ids names the objects, so --${option === 'pageSize' ? 'page-size' : option} does not apply. Leave one of them out.`,
        )
  if (params.group !== undefined && params.filter !== undefined && what !== 'members')
    throw new EntrapipeError('USAGE', '--group names the groups, so --filter does not apply. Leave one of them out.')
  if (params.deltaName !== undefined && !params.delta)
    throw new EntrapipeError('USAGE', '--delta-name names the state of --delta, which is missing.')
  if (params.ids === undefined && params.allowEmpty)
    throw new EntrapipeError('USAGE', '--allow-empty accepts an empty list of --ids, which is missing.')
  if (params.ids === undefined && (params.idsFormat !== undefined || params.idsColumn !== undefined))
    throw new EntrapipeError('USAGE', '--ids-format and --ids-column describe the list of --ids, which is missing.')
  if (params.group !== undefined && (params.of ?? 'groups') !== 'groups')
    throw new EntrapipeError(
      'USAGE',
      `--group names groups, and --of ${params.of} asks for others. Use --ids or --filter.`,
    )
  if (isOfPairs(what))
    for (const option of ['preset', 'search', 'orderby', 'expand', 'advanced'] as const)
      if (params[option] !== undefined)
        throw new EntrapipeError(
          'USAGE',
          `--${option} does not apply to ${what}. --filter chooses the objects, and --select names columns of what belongs to them.`,
        )
  if (pageSize !== undefined && what === 'skus')
    throw new EntrapipeError('USAGE', 'skus are not paged. Leave --page-size out.')
  if (what === 'graph' && path === undefined)
    throw new EntrapipeError(
      'USAGE',
      'The path of the collection is missing. Add it, for example: entrapipe export graph /groups/<id>/owners.',
    )
  const single = path === undefined ? undefined : singleAt(path)
  if (single)
    throw new EntrapipeError('USAGE', `${path} is ${single.what}, not a collection.`, {
      fix: `Export a collection: \`${single.instead}\`.`,
    })
  if (what !== 'graph' && path !== undefined)
    throw new EntrapipeError('USAGE', `A path can only be used with \`export graph\`, not with ${what}: ${path}.`)
  if (what === 'graph' && preset !== undefined)
    throw new EntrapipeError('USAGE', '--preset does not apply to graph. Name the columns with --select.')
}
