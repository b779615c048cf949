import type { Entry, LedgerReader } from '../../store/ledger-types.ts'
import type { StepOf } from '../../core/steps.ts'
import { createdId, createdIn, toldWithIds, withCreated } from './created-ids.ts'

/** Entries with the ids of the objects that other steps created, as far as they are known. */
export const withCreatedIds = async <E extends Entry>(
  ledger: Pick<LedgerReader, 'entries' | 'find'>,
  entries: readonly E[],
): Promise<readonly E[]> => {
  const filled: E[] = []
  for (const entry of entries) filled.push(entry.step > 0 || entry.needs ? await filledIn(ledger, entry) : entry)
  return filled
}

const filledIn = async <E extends Entry>(ledger: Pick<LedgerReader, 'entries' | 'find'>, entry: E): Promise<E> => {
  const ids = new Map<string, string>()
  for (const of of createdIn(entry.row.value)) {
    const created = await creatorOf(ledger, entry, of)
    if (created?.id !== undefined) ids.set(createdId(of), created.id)
  }
  if (ids.size === 0) return entry
  const idOf = (of: StepOf): string | undefined => ids.get(createdId(of))
  // Rows about one object must share their locks, too.
  return {
    ...entry,
    about: toldWithIds(entry.about, idOf),
    locks: entry.locks.map(lock => toldWithIds(lock, idOf)),
    row: { ...entry.row, value: withCreated(entry.row.value, idOf) },
  }
}

const creatorOf = async (
  ledger: Pick<LedgerReader, 'entries' | 'find'>,
  { key, step, ordinal }: Entry,
  creates: StepOf,
): Promise<Entry | undefined> => {
  if (creates.key !== key) return ledger.find(creates)
  // The steps of a row follow one another in the ledger.
  const after = ordinal - (step - creates.step) - 1
  return (await ledger.entries({ after, limit: 1 }))[0]
}
