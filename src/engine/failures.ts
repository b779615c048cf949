import type { KeySet } from '../core/context.ts'
import type { Fields } from '../core/json.ts'
import { failuresIn, type Outcome } from '../core/result.ts'
import type { Key, Row } from '../core/row.ts'
import type { StoredResult } from '../store/types.ts'
import { partContext, type Surroundings } from './contexts.ts'
import type { Started } from './run-request.ts'
import type { Failure } from './reject-columns.ts'
import { noStore } from './scoped-context.ts'

const failedOutcomes: readonly Outcome[] = ['failed', 'unknown']

/** Failures of some rows that were read together. */
interface FailuresPage {
  readonly failures: readonly Failure[]
  /** One of the rows, failed or not: it shows the input's columns. */
  readonly sample: Fields | undefined
}

/**
 * Every failure of a run, once: in the input's order with what was read, by reading the input a second time, a page of it
 * in memory; those that are not found there come last. Where the input cannot be read again all come as they happened.
 *
 * @param seen an empty set of the run's
 */
export async function* failuresOf(started: Started, around: Surroundings, seen: KeySet): AsyncGenerator<FailuresPage> {
  const { run } = started
  const counted = await run.countResults()
  let left = failuresIn(counted)
  const fresh = (results: readonly StoredResult[]): readonly StoredResult[] => {
    const isNew = seen.addAll(results.map(({ key, step }) => JSON.stringify([key, step ?? 0])))
    return results.filter((_, at) => isNew[at])
  }
  if (canReadAgain(started))
    for await (const rows of inputPages(started, around)) {
      const values = new Map(rows.map(row => [row.key, row.value]))
      const found = await run.failuresOf([...values.keys()])
      const failures: Failure[] = []
      for (const [key, value] of values)
        for (const result of fresh(found.get(key) ?? [])) failures.push({ result, input: value })
      left -= failures.length
      yield { failures, sample: rows.find(row => row.value)?.value }
      if (left <= 0) return
    }
  for (let after = 0; ;) {
    const results = await run.readResults({ after, outcomes: failedOutcomes })
    const last = results.at(-1)
    if (!last) return
    yield { failures: fresh(results).map(result => ({ result, input: undefined })), sample: undefined }
    after = last.sequence
  }
}

/**
 * A directory has changed since it was listed, and listing it costs as much again. Behind a stream of others keys are
 * ordinals and name no row of the input (by now it has ended, and `isTransform` could not tell it any more).
 */
const canReadAgain = ({ plan }: Started): boolean =>
  plan.source.resumable !== false && plan.source.usesGraph !== true && plan.transforms.every(step => 'open' in step)

/** The rows of the source again, also those that it refuses: they come with what it could read of them. */
async function* inputPages(
  { plan, run }: Started,
  around: Surroundings,
): AsyncGenerator<readonly Row<Fields | undefined>[]> {
  for (const shard of (await run.loadShards()) ?? []) {
    let refused: Row<Fields | undefined>[] = []
    const ctx = partContext(around, {
      store: () => noStore(plan.source.kind),
      settled: ({ key }, read) => void refused.push({ key, value: read }),
      origin: () => undefined,
    })
    for await (const { rows } of plan.source.read(ctx, shard)) {
      yield inOrder(refused, rows.map(asFields))
      refused = []
    }
    if (refused.length > 0) yield refused
  }
}

const asFields = ({ key, value }: Row<unknown>): Row<Fields> => ({
  key,
  value: typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : { value },
})

const byLine = (a: { readonly key: Key }, b: { readonly key: Key }): number => Number(a.key) - Number(b.key)

const inOrder = (
  refused: readonly Row<Fields | undefined>[],
  rows: readonly Row<Fields>[],
): readonly Row<Fields | undefined>[] => {
  if (refused.length === 0) return rows
  const all = [...refused, ...rows]
  return all.every(row => typeof row.key === 'number') ? all.sort(byLine) : all
}
