import type { Result } from '../../core/result.ts'
import type { Entry, LedgerReader, Need, WaitingRow } from '../../store/ledger-types.ts'

/** What became of a row that is the same change as another one, which ended otherwise than performed. */
export const sameAs = (
  { key }: Pick<Entry, 'key'>,
  { outcome, message }: Pick<Result, 'outcome' | 'message'>,
): string =>
  `It is the same change as line ${key}, which ended ${outcome}${message === undefined ? '.' : `: ${message}`}`

/** Why a row is skipped. */
export interface NotSent {
  readonly outcome: 'skipped'
  readonly code: string
  readonly message: string
  readonly fix: string
}

/** Why a row is not sent that names the object of another row. */
const notMade = ({ key, row, outcome }: Pick<Entry, 'key' | 'row' | 'outcome'>): NotSent => ({
  outcome: 'skipped',
  code: 'EARLIER_STEP_FAILED',
  message: `It names the object of row ${key} (${row.kind}), which ended ${outcome}, so it was not sent.`,
  fix: `Correct row ${key} and run both rows again.`,
})

const isMade = ({ outcome }: Pick<Entry, 'outcome'>): boolean => outcome === 'done' || outcome === 'unchanged'

/** Why a row is not sent that is to come after another one, which must succeed. */
const notAfter = ({ key, row, outcome }: Pick<Entry, 'key' | 'row' | 'outcome'>): NotSent => ({
  outcome: 'skipped',
  code: 'EARLIER_STEP_FAILED',
  message: `Row ${key} (${row.kind}), which comes first, ended ${outcome}, so it was not sent.`,
  fix: `Correct row ${key} and run the command again.`,
})

/** Why a row is not sent whose need is not met. */
export const notMet = ({ on, need }: Pick<Unmet, 'on' | 'need'>): NotSent =>
  need === 'done' ? notAfter(on) : notMade(on)

/** Why a step is not sent after an earlier one of its row. */
export const notSent = ({ operation, outcome, step = 0 }: Pick<Result, 'operation' | 'outcome' | 'step'>): NotSent => ({
  outcome: 'skipped',
  code: 'EARLIER_STEP_FAILED',
  message: `Step ${step + 1} of this row (${operation}) ended ${outcome}, so this step was not sent.`,
  fix: 'Correct the earlier step and run the row again.',
})

/** What a row still needs before it may be sent. */
interface Unmet {
  readonly on: Entry
  readonly waits: 'made' | 'after'
  readonly need: Need['waits']
  /** The other row is settled, without what this one needs. */
  readonly isFailed: boolean
}

/** Returns the first need of a row that is not met, or if all are met, the row for whose lag it waits. */
export const unmetBy = async (
  ledger: Pick<LedgerReader, 'find'>,
  { needs = [] }: Pick<WaitingRow, 'needs'>,
): Promise<Unmet | { readonly shownAfter: Entry | undefined }> => {
  let shownAfter: Entry | undefined
  for (const { waits, ...of } of needs) {
    const on = await ledger.find(of)
    // A row that is to come after one that was not accepted has nothing to wait for.
    if (!on) continue
    const unmet = { on, need: waits, waits: waits === 'made' ? waits : 'after' } as const
    if (on.state !== 'settled') return { ...unmet, isFailed: false }
    if ((waits === 'made' || waits === 'done') && !isMade(on)) return { ...unmet, isFailed: true }
    if (on.lastSentAt !== undefined && (waits === 'made' || waits === 'after')) shownAfter = on
  }
  return { shownAfter }
}
