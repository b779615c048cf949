import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../core/json.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { Entry, Ledger } from '../../store/ledger-types.ts'
import { withCreatedIds } from './created-entries.ts'
import { createdId, createdIn, withCreated } from './created-ids.ts'
import { notMet, notSent, sameAs, unmetBy, type NotSent } from './needs.ts'
import { lookAt, valueOf, type Found, type Looking } from './looks.ts'
import type { Tallied } from './tally.ts'

/** Rows read from the ledger at once. */
const pageRows = 2_000

/** A row that waits for one that would be sent, and what would become of it once that one has succeeded. */
type Projected =
  | Found
  | { readonly entry: Entry; readonly finding: NotSent }
  | (Tallied & {
      readonly after: number
      /** The row for which it waits, if that may free a unit. */
      readonly unitFrom?: number
    })

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
  /** Rows that would be skipped, and why. */
  const skipped = new Map<number, NotSent>()
  const wouldSkip = async (entry: Entry, first: Entry): Promise<NotSent | undefined> => {
    const before = skipped.get(first.ordinal)
    if (entry.waits === 'same') return before && { ...before, message: sameAs(first, before) }
    return before ? notSent({ ...first, operation: first.row.kind, ...before }) : withoutNeeded(entry, ledger)
  }
  const unitFrom = ({ ordinal, row }: Entry) => (looking.operationOf(row.kind).units ? { unitFrom: ordinal } : {})
  for (let after = 0; ;) {
    const page = await ledger.waitingEntries(pageRows, after)
    const projected: Projected[] = []
    const open: Entry[] = []
    const givers = new Map<number, { readonly unitFrom?: number }>()
    for (const entry of await withCreatedIds(ledger, page)) {
      const { waitsFor } = entry
      const [first] = await ledger.entries({ after: waitsFor - 1, limit: 1 })
      const operation = looking.operationOf(entry.row.kind)
      const place = first!.state === 'waiting' ? (places.get(waitsFor) ?? 1) + 1 : 1
      if (place > 1) places.set(entry.ordinal, place)
      let twin: Entry | undefined
      const without = await wouldSkip(entry, first!)
      if (without) {
        skipped.set(entry.ordinal, without)
        projected.push({ entry, finding: without })
      } else if (entry.waits === 'same') projected.push({ entry, finding: sameRow(first!) })
      else if ((entry.waits === 'then' || takesTurns(first!, entry, looking)) && !(await followsUp(entry, ledger)))
        open.push(entry)
      else if ((twin = await twinOf(entry, ledger))) projected.push({ entry, finding: sameRow(twin) })
      else if (first!.about === entry.about && isDeepStrictEqual(first!.row, entry.row))
        projected.push({ entry, finding: sameRow(first!) })
      else projected.push({ entry, operation, value: valueOf(entry), before: {}, after: place, ...unitFrom(first!) })
      if (open.at(-1) === entry) givers.set(entry.ordinal, unitFrom(first!))
    }
    const { ready, found } = await lookAt(open, looking, context())
    yield [
      ...projected,
      ...found,
      ...ready.map(row => ({ ...row, after: places.get(row.entry.ordinal) ?? 1, ...givers.get(row.entry.ordinal) })),
    ]
    after = page.at(-1)?.ordinal ?? after
    if (page.length < pageRows) return
  }
}

/** Whether a row may wait only for a unit that another one frees. */
const takesTurns = (first: Entry, entry: Entry, { operationOf }: Looking): boolean =>
  entry.waits === 'after' &&
  first.locks[0] !== entry.locks[0] &&
  [first, entry].every(({ row }) => operationOf(row.kind).units !== undefined)

/** Why it would be skipped: a row whose object it names has failed. */
const withoutNeeded = async (entry: Entry, ledger: Ledger): Promise<NotSent | undefined> => {
  if (!entry.needs) return undefined
  const unmet = await unmetBy(ledger, entry)
  return 'on' in unmet && unmet.isFailed ? notMet(unmet) : undefined
}

/** Whether it changes an object that an earlier step of its row creates or changes. */
const followsUp = async (entry: Entry, ledger: Ledger): Promise<boolean> => {
  if (createdIn(entry.row.value).length > 0) return true
  const steps = await ledger.entries({ after: entry.ordinal - entry.step - 1, limit: entry.step })
  return steps.some(({ about, state }) => about === entry.about && state !== 'settled')
}

/**
 * The step of an equal row that makes the same change. Both are about an object that does not exist yet: the other row creates it, and
 * this one does not, because it is the same change.
 */
const twinOf = async (entry: Entry, ledger: Ledger): Promise<Entry | undefined> => {
  const ids = new Map<string, string>()
  let twin: Entry | undefined
  for (const { key, step } of createdIn(entry.row.value)) {
    if (key !== entry.key) continue
    const [creates] = await ledger.entries({ after: entry.ordinal - (entry.step - step) - 1, limit: 1 })
    if (creates?.waits !== 'same' || creates.state !== 'waiting') return undefined
    const [waiting] = await ledger.waitingEntries(1, creates.ordinal - 1)
    const [first] = await ledger.entries({ after: waiting!.waitsFor - 1, limit: 1 })
    twin ??= (await ledger.entries({ after: first!.ordinal + (entry.step - step) - 1, limit: 1 }))[0]
    if (!twin || twin.key !== first!.key || twin.state === 'settled' || twin.step <= first!.step) return undefined
    ids.set(createdId({ key, step }), createdId(first!))
  }
  if (!twin) return undefined
  const row = withCreated(entry.row as unknown as Json, of => ids.get(createdId(of)))
  return isDeepStrictEqual(twin.row, row) ? twin : undefined
}
