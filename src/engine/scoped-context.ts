import type { Columns } from '../core/columns.ts'
import type { Context, Origin, PartStore } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { partContext, type Surroundings } from './contexts.ts'
import type { ResultLog } from './result-log.ts'
import type { Started } from './run-request.ts'

/** The context of a part whose state is stored in the run, under its scope. */
export const contextOf = (
  around: Surroundings,
  { run }: Started,
  scope: string,
  settled: ResultLog['settled'],
  columns: () => Columns | undefined = () => undefined,
  origin: (origin: Origin) => void = () => undefined,
): Context =>
  partContext(around, {
    store: () => run.scope(scope),
    settled,
    origin,
    columns,
  })

/**
 * A source has no keys and values. It reads ahead of the cuts, so its keys and values would belong to no cut: a resumed run would treat
 * rows that were never written as repeated.
 */
const withoutKeys = (kind: string, { database, sorter }: PartStore): PartStore => {
  const refused = (): never => {
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `The source ${kind} stores keys or values, which are not rewound with its position: store them in a transform. To drop repeated rows, set \`keys: 'unique'\` on the source.`,
    )
  }
  return { set: refused, map: refused, database, sorter }
}

/** The context of a source or of one of its shards, as `contextOf`. */
export const sourceContextOf = (
  around: Surroundings,
  { plan, run, progress }: Started,
  settled: ResultLog['settled'],
  origin: (origin: Origin) => void = () => undefined,
  more: Pick<Context, 'distinct' | 'wasRead' | 'unparsed'> = {},
): Context =>
  partContext(around, {
    ...more,
    store: () => withoutKeys(plan.source.kind, run.scope('source')),
    settled,
    origin,
    doing: doing => void (progress.doing = doing),
  })
