import { isDeepStrictEqual } from 'node:util'
import { given } from '../../core/given.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import type { Entry, Settlement } from '../../store/ledger-types.ts'
import type { ApplyOptions } from './apply-options.ts'
import { dueList, type Due } from './due.ts'
import { followStranded, settleAll } from './followers.ts'
import { lanes, type Lanes } from './lanes.ts'
import { lookAt, valueOf, type Found } from './looks.ts'
import { waitingFor } from './due-rows.ts'
import { settlementOfEntry, settlementOfSent } from './results.ts'
import { withStepsBefore } from './steps-before.ts'
import { shownAt } from './shown-at.ts'
import type { Working } from './working.ts'

/** The rows in memory, and what is done with all of them. */
export interface Workplace extends ApplyOptions {
  readonly desk: Lanes
  /** Ordinals of the rows in memory: a claim returns them again, since they are still pending. */
  readonly open: Set<number>
  /** Those of them that were not sent since this began. */
  readonly unsent: Set<number>
  /** Rows to look at again, because the directory may not show an earlier change yet. */
  readonly relooks: Due<Entry>
  /** Rows whose reply was lost. */
  readonly decisions: Due<Working>
  /** Whether rows have become pending since it was last asked. */
  readonly hasReleased: () => boolean
  /** Leaves rows pending, out of memory: they are looked at again when the pending rows are gone through once more. */
  readonly leave: (rows: readonly Working[]) => void
  /** Lets the pending rows be gone through once more. */
  readonly startOver: () => void
  /** Whether a row that the directory refused may wait for its lag: once. */
  readonly mayWait: (entry: Entry) => boolean
  /** Whether somebody else was seen to change what rows of this run were about to change. */
  readonly isContested: () => boolean
  /** Somebody else was seen. */
  readonly contest: () => void
  /** Records results, and what follows from them for rows that waited. */
  readonly settle: (settlements: readonly Settlement[]) => Promise<void>
  /** Compares rows with the directory. Those that must be sent become ready, the others are settled. */
  readonly look: (entries: readonly Entry[], context: OperationContext) => Promise<void>
}

type Waiting = Parameters<ApplyOptions['ledger']['wait']>[0][number]

const isSame = (one: Entry, other: Entry): boolean =>
  one.row.kind === other.row.kind && isDeepStrictEqual(valueOf(one), valueOf(other))

/** Creates it, without rows. */
export const workplace = async (options: ApplyOptions): Promise<Workplace> => {
  const { ledger, clock } = options
  const desk = lanes()
  const open = new Set<number>()
  const unsent = new Set<number>()
  const leave = (ordinal: number): void => {
    open.delete(ordinal)
    unsent.delete(ordinal)
  }
  const relooks = dueList<Entry>(clock)
  const waited = new Set<number>()
  let hasWaiting = (await ledger.count()).waiting > 0
  /** Rows that are about to change something, by what. */
  const changing = new Map<string, Entry>()
  let released = 0
  let isContested = await ledger.isContested()

  /** Who deletes an object does not make the changes of this run, unless it deletes, too. */
  const isOnlyGone = ({
    entry: { row, before },
    finding,
  }: {
    readonly entry: Entry
    readonly finding: Finding
  }): boolean =>
    finding.code === 'OBJECT_NOT_FOUND' && options.operationOf(row.kind).removal?.(row.value, before ?? {}) !== 'delete'

  const record = async (ended: readonly Settlement[]): Promise<void> => {
    const settlements: Settlement[] = []
    for (const each of ended) settlements.push(await withStepsBefore(ledger, each))
    options.follower?.settling(settlements.map(({ result, row }) => ({ ...result, ...given({ row }) })))
    await ledger.settle(settlements)
    for (const { ordinal, result } of settlements) {
      leave(ordinal)
      waited.delete(ordinal)
      options.units.settled(ordinal)
      if (result.target !== undefined) changing.delete(result.target)
    }
    options.settled(settlements.map(({ result }) => result))
  }
  const settle = async (settlements: readonly Settlement[]): Promise<void> => {
    if (hasWaiting) released += await settleAll(ledger, record, settlements)
    else if (settlements.length > 0) await record(settlements)
  }
  while (hasWaiting) {
    const { settlements, released: count } = await followStranded(ledger)
    if (settlements.length + count === 0) break
    await settle(settlements)
  }
  // The object of another step may exist and not be shown yet.
  const isEarly = ({ entry }: Found): boolean =>
    (entry.waits === 'then' || entry.waits === 'made') && shownAt(options, [entry.releasedAt]) > clock.now()

  /** Lets rows wait that turned out to change the same as another one, once the ids of created objects were known. */
  const withoutTwins = async (entries: readonly Entry[]): Promise<readonly Entry[]> => {
    const waits: Waiting[] = []
    const alone = entries.filter(entry => {
      const { ordinal, about } = entry
      const first = changing.get(about)
      if (first && first.ordinal !== ordinal) {
        waits.push({ ordinal, for: first.ordinal, waits: isSame(first, entry) ? 'same' : 'after' })
        leave(ordinal)
        return false
      }
      changing.set(about, entry)
      return true
    })
    if (waits.length === 0) return alone
    hasWaiting = true
    await ledger.wait(waits)
    return alone
  }

  const leaveAll = (rows: readonly Working[]): void => {
    for (const { entry } of rows) {
      leave(entry.ordinal)
      changing.delete(entry.about)
    }
  }

  return {
    ...options,
    desk,
    open,
    unsent,
    relooks,
    decisions: dueList<Working>(clock),
    hasReleased() {
      const any = released > 0
      released = 0
      return any
    },
    leave: leaveAll,
    startOver: () => void released++,
    mayWait({ ordinal }) {
      const isFirst = !waited.has(ordinal)
      waited.add(ordinal)
      return isFirst
    },
    isContested: () => isContested,
    contest: () => void (isContested = true),
    settle,
    async look(entries, context) {
      if (entries.length === 0) return
      const { ready, found } = await lookAt(await withoutTwins(entries), options, context)
      const [waits, now] = [true, false].map(isLater =>
        ready.filter(({ entry: { row } }) => isLater === (row.later !== undefined)),
      )
      const { go, later, over } = options.units.admit(now!)
      desk.add(go)
      leaveAll(later)
      if (waits!.length > 0) {
        // What must still hold at their time.
        await ledger.keepBefore(waits!.map(({ entry: { ordinal }, before }) => ({ ordinal, before })))
        const elsewhere = (await options.waitsElsewhere?.(waits!)) ?? new Map<number, Finding>()
        await settle(
          waits!.map(({ entry }) => {
            const already = elsewhere.get(entry.ordinal)
            return already ? settlementOfEntry(entry, already) : waitingFor(entry, clock.now())
          }),
        )
      }
      const early = found.filter(isEarly)
      // Together, so that they still share requests.
      relooks.add(
        early.map(({ entry }) => entry),
        shownAt(
          options,
          early.map(({ entry }) => entry.releasedAt),
        ),
      )
      const final = found.filter(each => !early.includes(each))
      // It was sent when the directory was otherwise.
      if (final.some(each => each.entry.attempts > 0 && !isOnlyGone(each))) isContested = true
      await settle([
        ...final.map(({ entry, finding }) => settlementOfEntry(entry, finding)),
        ...over.map(({ row, finding }) => settlementOfSent(row, finding)),
      ])
    },
  }
}
