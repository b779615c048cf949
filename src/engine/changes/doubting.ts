import { given } from '../../core/given.ts'
import { settlementOfEntry } from './results.ts'
import type { Workplace } from './workplace.ts'

/** Rows read from the ledger at once. */
const pageRows = 5_000

const why =
  'No reply came. The directory shows the change, but somebody else makes the same changes at the same time, so it is not known who made this one.'

/**
 * Called when all rows are settled. Once somebody else was seen to make the same changes, those that nobody saw this run make are
 * `unknown`, also if they were settled before: a change was sent with too few others, its reply was lost, and the directory shows it.
 */
export const doubt = async ({ ledger, isContested, settle }: Workplace): Promise<void> => {
  if (!isContested() || (await ledger.reopenUnwitnessed()) === 0) return
  for (;;) {
    const page = await ledger.sent(pageRows)
    if (page.length === 0) return
    const attempts = await ledger.attempts(page.map(({ ordinal }) => ordinal))
    const requests = new Map(attempts.map(({ ordinal, client }) => [ordinal, client]))
    await settle(
      page.map(entry =>
        settlementOfEntry(entry, {
          outcome: 'unknown',
          code: 'UNKNOWN_OUTCOME',
          message: why,
          attempt: entry.attempts,
          ...given({ requestId: requests.get(entry.ordinal) }),
        }),
      ),
    )
  }
}
