import { isDeepStrictEqual } from 'node:util'
import type { OperationContext } from '../../core/operation.ts'
import type { Entry, Ledger } from '../../store/ledger-types.ts'
import { withCreatedIds } from './created-entries.ts'
import { createdIn } from './created-ids.ts'
import { lookAt, valueOf, type Found, type Looking } from './looks.ts'
import type { Tallied } from './tally.ts'

/** Rows read from the ledger at once. */
const pageRows = 2_000

/** A row that waits for one that would be sent, and what would become of it once that one has succeeded. */
type Projected = Found | (Tallied & { readonly after: number })

const sameRow = (of: Pick<Entry, 'key'>): Found['finding'] => ({
  outcome: 'unchanged',
  code: 'SAME_ROW',
  message: `It is the same change as line ${of.key}.`,
})

/**
 * Says what would become of the rows that wait. All rows for which they wait would be sent: what depends on one that was settled is
 * settled or released by now. A row that changes what an earlier one leaves is not compared with the directory, which does not show it yet.
 */
export async function* waitingRows(
  ledger: Ledger,
  looking: Looking,
  context: () => OperationContext,
): AsyncGenerator<readonly Projected[]> {
  /** How many rows a row follows, if more than one. */
  const places = new Map<number, number>()
  for (let after = 0; ;) {
    const page = await ledger.waitingEntries(pageRows, after)
    const projected: Projected[] = []
    const open: Entry[] = []
    for (const entry of await withCreatedIds(ledger, page)) {
      const { waitsFor } = entry
      const [first] = await ledger.entries({ after: waitsFor - 1, limit: 1 })
      const operation = looking.operationOf(entry.row.kind)
      const place = first!.state === 'waiting' ? (places.get(waitsFor) ?? 1) + 1 : 1
      if (place > 1) places.set(entry.ordinal, place)
      if (entry.waits === 'same') projected.push({ entry, finding: sameRow(first!) })
      else if (entry.waits === 'then' && !(await followsUp(entry, ledger))) open.push(entry)
      else if (first!.about === entry.about && isDeepStrictEqual(first!.row, entry.row))
        projected.push({ entry, finding: sameRow(first!) })
      else projected.push({ entry, operation, value: valueOf(entry), before: {}, after: place })
    }
    const { ready, found } = await lookAt(open, looking, context())
    yield [...projected, ...found, ...ready.map(row => ({ ...row, after: places.get(row.entry.ordinal) ?? 1 }))]
    after = page.at(-1)?.ordinal ?? after
    if (page.length < pageRows) return
  }
}

/** Whether it changes an object that an earlier step of its row creates or changes. */
const followsUp = async (entry: Entry, ledger: Ledger): Promise<boolean> => {
  if (createdIn(entry.row.value).length > 0) return true
  const steps = await ledger.entries({ after: entry.ordinal - entry.step - 1, limit: entry.step })
  return steps.some(({ about, state }) => about === entry.about && state !== 'settled')
}
