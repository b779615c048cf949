import type { Result } from '../../core/result.ts'
import type { Ledger, Settlement, WaitingRow } from '../../store/ledger-types.ts'
import { createdIn } from './created-ids.ts'
import { settlementOf } from './results.ts'

/** What follows from the results of rows for those that waited for them. */
interface Followed {
  readonly settlements: readonly Settlement[]
  /** Number of rows that may be sent now. */
  readonly released: number
}

/** A waiting row, and the result of the row for which it waits. */
interface Following {
  readonly row: WaitingRow
  readonly first: Result
}

const hasSucceeded = ({ outcome }: Result): boolean => outcome === 'done' || outcome === 'unchanged'

/** The result of a row that is the same change as another one. */
const asBefore = ({ row, first }: Following): Settlement => {
  const { code, message, fix } = first
  if (hasSucceeded(first))
    return settlementOf(row, {
      outcome: 'unchanged',
      code: 'SAME_ROW',
      message: `It is the same change as line ${first.key}.`,
    })
  return settlementOf(row, {
    outcome: first.outcome,
    ...(code !== undefined && { code }),
    ...(fix !== undefined && { fix }),
    message: `It is the same change as line ${first.key}, which ended ${first.outcome}${message === undefined ? '.' : `: ${message}`}`,
  })
}

const skipped = ({ row, first: { operation, outcome, step = 0 } }: Following): Settlement =>
  // What the earlier step would have created has no id.
  settlementOf(
    { ...row, about: createdIn({ about: row.about }).length > 0 ? undefined : row.about },
    {
      outcome: 'skipped',
      code: 'EARLIER_STEP_FAILED',
      message: `Step ${step + 1} of this row (${operation}) ended ${outcome}, so this step was not sent.`,
      fix: 'Correct the earlier step and run the row again.',
    },
  )

const followAll = async (ledger: Ledger, following: readonly Following[]): Promise<Followed> => {
  const settlements: Settlement[] = []
  const released: number[] = []
  for (const each of following) {
    const { row, first } = each
    if (row.waits === 'same') settlements.push(asBefore(each))
    else if (row.waits === 'after' || hasSucceeded(first)) released.push(row.ordinal)
    else settlements.push(skipped(each))
  }
  if (released.length > 0) await ledger.release(released)
  return { settlements, released: released.length }
}

/** Releases the rows that waited for these, or returns their results. */
const follow = async (ledger: Ledger, settled: readonly Settlement[]): Promise<Followed> => {
  const results = new Map(settled.map(({ ordinal, result }) => [ordinal, result]))
  const rows = await ledger.waitingFor([...results.keys()])
  return followAll(
    ledger,
    rows.map(row => ({ row, first: results.get(row.for)! })),
  )
}

/** Records results, and those of the rows that waited for them. Returns how many rows may be sent now. */
export const settleAll = async (
  ledger: Ledger,
  record: (settlements: readonly Settlement[]) => Promise<void>,
  settlements: readonly Settlement[],
): Promise<number> => {
  let released = 0
  for (let next = settlements; next.length > 0;) {
    await record(next)
    const followed = await follow(ledger, next)
    released += followed.released
    next = followed.settlements
  }
  return released
}

/** As `follow`, for rows that wait for a row which an earlier process settled before it died. */
export const followStranded = async (ledger: Ledger): Promise<Followed> =>
  followAll(ledger, await ledger.stranded(1000))
