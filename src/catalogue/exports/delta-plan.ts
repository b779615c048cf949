import { asRequired } from '../../core/columns.ts'
import type { ColumnTypes } from '../../core/column-type.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { joined } from '../../core/joined.ts'
import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { withFlags } from '../../core/with-flags.ts'
import {
  deltaKinds,
  linkDeltaKinds,
  objectColumns,
  removedColumn,
  type DeltaKindName,
  type LinkDeltaKind,
} from '../../data/delta-kinds.ts'
import type { Plan } from '../../engine/plan.ts'
import { delta } from '../../sources/delta.ts'
import { linkDelta, type LinkDeltaOptions } from '../../sources/link-delta.ts'
import { outputSink } from '../output-sink.ts'
import { renamesOf } from '../renames.ts'
import { arranged, typesOf } from './arranged.ts'
import type { ExportParams } from './export-params.ts'
import { exported } from './exported.ts'
import type { ExportKind } from './kinds.ts'
import { layout } from './layout.ts'

/** Options that choose or order rows, which changes are not. */
const choosing = {
  group: '--group',
  of: '--of',
  transitive: '--transitive',
  ids: '--ids',
  idsFormat: '--ids-format',
  idsColumn: '--ids-column',
  allowEmpty: '--allow-empty',
  search: '--search',
  orderby: '--orderby',
  expand: '--expand',
  advanced: '--advanced',
  days: '--days',
} as const satisfies { readonly [option in keyof ExportParams]?: string }

/**
 * The plan of `entrapipe export … --delta`: what has changed since the last run, written to a file or a folder.
 *
 * @throws EntrapipeError `USAGE`, `PROPERTY_UNKNOWN`, `OPTION_INVALID`
 */
export const deltaPlan = (what: ExportKind, params: ExportParams): Plan => {
  expectDelta(what, params)
  const { columns, types, source: made } = isLinks(what) ? ofLinks(what) : ofObjects(what, params)
  const { transforms, header } = arranged({ preset: undefined, columns, types }, renamesOf(params.rename), asRequired)
  const sink = outputSink(params, header)
  const source = withFlags(() => made(given({ name: params.deltaName, top: params.pageSize, place: sink.place })), {
    select: '--select',
    filter: '--filter',
    top: '--page-size',
    name: '--delta-name',
  })
  return { source: source as Source<never>, transforms, sink }
}

/** The columns of a delta with their types, and its source. */
interface DeltaExport {
  readonly columns: readonly string[]
  readonly types: ColumnTypes
  readonly source: (options: Omit<LinkDeltaOptions, 'of'>) => Source<Fields>
}

const ofObjects = (of: DeltaKindName, params: ExportParams): DeltaExport => {
  const { type } = deltaKinds[of]
  const select = layout(of, exported[of], { ...params, format: 'csv', to: '-' }).columns ?? []
  const columns = [...objectColumns(select), removedColumn]
  return {
    columns,
    types: { ...typesOf(type, columns), [removedColumn]: 'text' },
    source: options => delta({ of, select, ...given({ filter: params.filter }), ...options }),
  }
}

const ofLinks = (of: LinkDeltaKind): DeltaExport => {
  const columns = [...linkDeltaKinds[of], removedColumn]
  return {
    columns,
    types: Object.fromEntries(columns.map(name => [name, 'text' as const])),
    source: options => linkDelta({ of, ...options }),
  }
}

const isLinks = (what: ExportKind): what is LinkDeltaKind => Object.hasOwn(linkDeltaKinds, what)

function expectDelta(what: ExportKind, params: ExportParams): asserts what is DeltaKindName | LinkDeltaKind {
  const kinds = { ...deltaKinds, ...linkDeltaKinds }
  if (!Object.hasOwn(kinds, what))
    throw new EntrapipeError(
      'USAGE',
      `--delta is an option of ${joined(Object.keys(kinds).map(kind => `\`export ${kind}\``))}, not of ${what}.`,
    )
  const found = (Object.keys(choosing) as (keyof typeof choosing)[]).find(
    option => params[option] !== undefined && params[option] !== false,
  )
  if (found !== undefined)
    throw new EntrapipeError(
      'USAGE',
      `--delta exports the changes of all ${what.replaceAll('-', ' ')}, so ${choosing[found]} does not apply.`,
    )
  if (isLinks(what) && params.filter !== undefined)
    throw new EntrapipeError('USAGE', `--delta exports the changes of all ${what}, so --filter does not apply.`)
  if (isLinks(what) && params.select !== undefined)
    throw new EntrapipeError(
      'USAGE',
      `Graph reports only the ids of ${what} that change, so --select does not apply: ${joined(linkDeltaKinds[what])} are written. Join them with a delta of users or groups.`,
    )
  if (params.limit !== undefined)
    throw new EntrapipeError('USAGE', '--delta exports all changes, so --limit does not apply.')
  if (params.preset !== undefined && params.preset !== 'all')
    throw new EntrapipeError(
      'USAGE',
      '--delta writes properties as they are, so --preset does not apply. Name the columns with --select.',
    )
  if (params.to === '-')
    throw new EntrapipeError(
      'USAGE',
      '--delta needs a file or a folder: what is written to stdout would be lost if its reader failed, because the next run continues after it. Add --to.',
    )
}
