import type { Entry, LedgerReader } from '../../store/ledger-types.ts'
import { createdIn, withCreated, type StepOf } from './created-ids.ts'

/** Entries with the ids of the objects that earlier steps of their rows created, as far as they are known. */
export const withCreatedIds = async <E extends Entry>(
  ledger: Pick<LedgerReader, 'entries'>,
  entries: readonly E[],
): Promise<readonly E[]> => {
  const filled: E[] = []
  for (const entry of entries) filled.push(entry.step > 0 ? await filledIn(ledger, entry) : entry)
  return filled
}

const filledIn = async <E extends Entry>(ledger: Pick<LedgerReader, 'entries'>, entry: E): Promise<E> => {
  const ids = new Map<number, string>()
  for (const { step } of createdIn(entry.row.value)) {
    // The steps of a row follow one another in the ledger.
    const after = entry.ordinal - (entry.step - step) - 1
    const [created] = await ledger.entries({ after, limit: 1 })
    if (created?.id !== undefined) ids.set(step, created.id)
  }
  if (ids.size === 0) return entry
  const idOf = ({ step }: StepOf): string | undefined => ids.get(step)
  // Rows about one object must share their locks, too.
  const [about, locks, value] = withCreated([entry.about, entry.locks, entry.row.value], idOf)
  return { ...entry, about, locks, row: { ...entry.row, value } }
}
