import type { Result } from '../../core/result.ts'
import type { Ledger, Settlement, WaitingRow } from '../../store/ledger-types.ts'
import { settlementOf } from './results.ts'

/** What follows from the results of rows for those that waited for them. */
interface Followed {
  readonly settlements: readonly Settlement[]
  /** Number of rows that may be sent now. */
  readonly released: number
}

const hasSucceeded = ({ outcome }: Result): boolean => outcome === 'done' || outcome === 'unchanged'

/** The result of a row that is the same change as another one. */
const asBefore = (row: WaitingRow, first: Result): Settlement => {
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

const skipped = (row: WaitingRow, { operation, outcome, step = 0 }: Result): Settlement =>
  settlementOf(row, {
    outcome: 'skipped',
    code: 'EARLIER_STEP_FAILED',
    message: `Step ${step + 1} of this row (${operation}) ended ${outcome}, so this step was not sent.`,
    fix: 'Correct the earlier step and run the row again.',
  })

/** Settles or releases the rows that waited for these. */
export const follow = async (ledger: Ledger, settlements: readonly Settlement[]): Promise<Followed> => {
  const results = new Map(settlements.map(({ ordinal, result }) => [ordinal, result]))
  const settled: Settlement[] = []
  const released: number[] = []
  for (const row of await ledger.waitingFor([...results.keys()])) {
    const first = results.get(row.for)!
    if (row.waits === 'same') settled.push(asBefore(row, first))
    else if (row.waits === 'after' || hasSucceeded(first)) released.push(row.ordinal)
    else settled.push(skipped(row, first))
  }
  if (released.length > 0) await ledger.release(released)
  return { settlements: settled, released: released.length }
}
