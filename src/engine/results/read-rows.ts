import type { Outcome } from '../../core/result.ts'
import { given } from '../../core/given.ts'
import { dryRunNote } from '../changes/run-notes.ts'
import { ordinalOf } from '../../store/results.ts'
import type { RunReader } from '../../store/run-store.ts'
import { onlyPhase, type PendingRow, type RowResult, type RunInfo } from '../../store/types.ts'
import type { ResultRow } from './layouts.ts'

/** Whether the rows of a run are changes to a directory, also in a dry run. */
export const hasChanges = async (run: Pick<RunReader, 'loadNote'>, { writes }: RunInfo): Promise<boolean> =>
  writes === true || (await run.loadNote(dryRunNote)) !== undefined

/** What `--outcome` selects: an outcome, or the rows that have none yet. */
export type WantedOutcome = Outcome | 'pending'

const pageRows = 1000

/** Last results, a page at a time: of a run that changes a directory in the order of its rows, else in the order recorded. */
async function* settledRows(
  run: RunReader,
  writes: boolean,
  outcome: Outcome | undefined,
): AsyncGenerator<readonly ResultRow[]> {
  const query = { limit: pageRows, ...(outcome && { outcomes: [outcome] }) }
  if (writes)
    for (let last: RowResult | undefined; ;) {
      const page: readonly RowResult[] = await run.readRows({ ...query, ...(last && { after: last }) })
      if (page.length > 0) yield page
      if (page.length < pageRows) return
      last = page.at(-1)
    }
  for (let after = 0; ;) {
    const page = await run.readResults({ ...query, after })
    if (page.length === 0) return
    yield page.map(result => ({ ordinal: result.sequence, result }))
    after = page.at(-1)!.sequence
  }
}

async function* pendingRows(run: RunReader): AsyncGenerator<readonly ResultRow[]> {
  for (let after = 0; ;) {
    const page = await run.readPending({ after, limit: pageRows })
    if (page.length > 0) yield page.map(asResult)
    if (page.length < pageRows) return
    after = page.at(-1)!.ordinal
  }
}

const asResult = ({ key, step, operation, about, input }: PendingRow): ResultRow => ({
  ordinal: ordinalOf(key),
  result: { key, operation, phase: onlyPhase, outcome: 'pending', target: about, ...(step > 0 && { step }) },
  ...given({ input }),
})

/** Merges two ordered sequences of pages. */
async function* merged(
  one: AsyncIterable<readonly ResultRow[]>,
  other: AsyncGenerator<readonly ResultRow[]>,
): AsyncGenerator<readonly ResultRow[]> {
  let held = (await other.next()).value as readonly ResultRow[] | undefined
  const before = async (ordinal: number): Promise<readonly ResultRow[]> => {
    const found: ResultRow[] = []
    while (held) {
      const at = held.findIndex(row => row.ordinal >= ordinal)
      found.push(...(at < 0 ? held : held.slice(0, at)))
      if (at >= 0) {
        held = held.slice(at)
        break
      }
      held = (await other.next()).value as readonly ResultRow[] | undefined
    }
    return found
  }
  for await (const page of one) {
    const all: ResultRow[] = []
    for (const row of page) all.push(...(held ? await before(row.ordinal) : []), row)
    yield all
  }
  for (; held; held = (await other.next()).value as readonly ResultRow[] | undefined) yield held
}

/** The rows of a run with their results, a page at a time. Those of a run with changes that have no result are `pending`. */
export async function* resultRows(
  run: RunReader,
  info: RunInfo,
  outcome: WantedOutcome | undefined,
): AsyncGenerator<readonly ResultRow[]> {
  const writes = await hasChanges(run, info)
  if (outcome !== 'pending') {
    const rows = settledRows(run, writes, outcome)
    yield* writes && outcome === undefined ? merged(rows, pendingRows(run)) : rows
  } else if (writes) yield* pendingRows(run)
}
