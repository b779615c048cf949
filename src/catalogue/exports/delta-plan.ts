import { asRequired } from '../../core/columns.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { joined } from '../../core/joined.ts'
import type { Source } from '../../core/parts.ts'
import { withFlags } from '../../core/with-flags.ts'
import { deltaKinds, removedColumn, type DeltaKindName } from '../../data/delta-kinds.ts'
import type { Plan } from '../../engine/plan.ts'
import { delta } from '../../sources/delta.ts'
import { outputSink } from '../output-sink.ts'
import { renamesOf } from '../renames.ts'
import { arranged, typesOf } from './arranged.ts'
import type { ExportParams } from './export-params.ts'
import { exported } from './exported.ts'
import type { ExportKind } from './kinds.ts'
import { layout } from './layout.ts'

/** Options that choose or order rows, which changes are not. */
const choosing = ['group', 'transitive', 'ids', 'filter', 'search', 'orderby', 'expand', 'advanced'] as const

/**
 * The plan of `entrapipe export … --delta`: what has changed since the last run, written to a file or a folder.
 *
 * @throws EntrapipeError `USAGE`, `PROPERTY_UNKNOWN`, `OPTION_INVALID`
 */
export const deltaPlan = (what: ExportKind, params: ExportParams): Plan => {
  expectDelta(what, params)
  const { type } = deltaKinds[what]
  const chosen = layout(what, exported[what], { ...params, format: 'csv', to: '-' }).columns ?? []
  const columns = ['id', ...chosen.filter(name => name !== 'id'), removedColumn]
  const types = { ...typesOf(type, columns), [removedColumn]: 'text' as const }
  const { transforms, header } = arranged({ preset: undefined, columns, types }, renamesOf(params.rename), asRequired)
  const sink = outputSink(params, header)
  const options = given({ name: params.deltaName, top: params.pageSize, place: sink.place })
  const source = withFlags(() => delta({ of: what, select: chosen, ...options }), {
    select: '--select',
    top: '--page-size',
    name: '--delta-name',
  })
  return { source: source as Source<never>, transforms, sink }
}

function expectDelta(what: ExportKind, params: ExportParams): asserts what is DeltaKindName {
  if (!Object.hasOwn(deltaKinds, what))
    throw new EntrapipeError(
      'USAGE',
      `--delta is an option of ${joined(Object.keys(deltaKinds).map(kind => `\`export ${kind}\``))}, not of ${what}.`,
    )
  const found = choosing.find(option => params[option] !== undefined && params[option] !== false)
  if (found !== undefined)
    throw new EntrapipeError(
      'USAGE',
      `--delta exports the changes of all ${what.replaceAll('-', ' ')}, so --${found} does not apply.`,
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
