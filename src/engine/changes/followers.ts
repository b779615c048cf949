import { given } from '../../core/given.ts'
import type { Result } from '../../core/result.ts'
import type { Entry, Ledger, Settlement, WaitingRow } from '../../store/ledger-types.ts'
import { hasPending } from './created-ids.ts'
import { notMet, notSent, sameAs, unmetBy } from './needs.ts'
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
  const { id, code, fix } = first
  if (hasSucceeded(first) || first.outcome === 'waiting')
    return settlementOf(named(row), {
      outcome: 'unchanged',
      code: 'SAME_ROW',
      message: `It is the same change as line ${first.key}.`,
      ...given({ id }),
    })
  return settlementOf(named(row), {
    outcome: first.outcome,
    ...(code !== undefined && { code }),
    ...(fix !== undefined && { fix }),
    message: sameAs(first, first),
  })
}

/** Without what a row is about, if that is an object whose id is not known. */
const named = (row: WaitingRow) => ({
  ...row,
  about: hasPending(row.about) ? undefined : row.about,
})

const skipped = ({ row, first }: Following): Settlement => settlementOf(named(row), notSent(first))

/** The step before this one. The steps of a row follow one another in the ledger. */
const stepBefore = async (ledger: Ledger, { ordinal }: WaitingRow): Promise<Entry> =>
  (await ledger.entries({ after: ordinal - 2, limit: 1 }))[0]!

/** Lets a row that waited for a row of another line wait for its own earlier step instead. */
const waitForStep = (ledger: Ledger, rows: readonly WaitingRow[]): Promise<void> =>
  ledger.wait(rows.map(({ ordinal }) => ({ ordinal, for: ordinal - 1, waits: 'then' as const })))

/**
 * Releases a row that waits for nothing else, unless it needs another row: it then waits for that one. Returns its result if what it needs
 * will never be there.
 */
const releaseOne = async (ledger: Ledger, row: WaitingRow, released: number[]): Promise<Settlement | undefined> => {
  if (!row.needs) {
    released.push(row.ordinal)
    return undefined
  }
  const unmet = await unmetBy(ledger, row)
  const { ordinal } = row
  if ('shownAfter' in unmet) {
    // So that it is known how long the directory may not show the object.
    if (unmet.shownAfter) await ledger.wait([{ ordinal, for: unmet.shownAfter.ordinal, waits: 'made' }])
    released.push(ordinal)
    return undefined
  }
  // Also if it is skipped: when the other row is sent again, so is this one.
  await ledger.wait([{ ordinal, for: unmet.on.ordinal, waits: unmet.waits }])
  return unmet.isFailed ? settlementOf(named(row), notMet(unmet)) : undefined
}

const followAll = async (ledger: Ledger, following: readonly Following[]): Promise<Followed> => {
  const settlements: Settlement[] = []
  const released: number[] = []
  const release = async (row: WaitingRow): Promise<void> => {
    const settlement = await releaseOne(ledger, row, released)
    if (settlement) settlements.push(settlement)
  }
  for (const each of following) {
    const { row, first } = each
    if (row.waits === 'then') {
      if (hasSucceeded(first)) await release(row)
      else settlements.push(skipped(each))
      continue
    }
    if (row.step > 0) {
      const before = await stepBefore(ledger, row)
      const { outcome } = before
      if (outcome !== 'done' && outcome !== 'unchanged') {
        await waitForStep(ledger, [row])
        const result = outcome && { key: row.key, step: before.step, operation: before.row.kind, outcome }
        if (result) settlements.push(skipped({ row, first: result }))
        continue
      }
    }
    if (row.waits === 'same') settlements.push(asBefore(each))
    else await release(row)
  }
  if (released.length > 0) await ledger.release(released)
  return { settlements, released: released.length }
}

/** Later steps of rows that have failed, where they wait for a row of another line. */
const stepsAfter = async (ledger: Ledger, settled: readonly Settlement[]): Promise<readonly Following[]> => {
  const following: Following[] = []
  for (const { ordinal, result } of settled) {
    if (hasSucceeded(result)) continue
    const [next] = await ledger.entries({ after: ordinal, limit: 1 })
    if (next?.state !== 'waiting' || next.waits === 'then' || next.step === 0) continue
    const { key, step, row, about } = next
    const waiting = { ordinal: next.ordinal, key, step, about, kind: row.kind, for: ordinal, waits: 'then' as const }
    following.push({ row: waiting, first: result })
  }
  await waitForStep(
    ledger,
    following.map(({ row }) => row),
  )
  return following
}

/** Releases the rows that waited for these, or returns their results. */
const follow = async (ledger: Ledger, settled: readonly Settlement[]): Promise<Followed> => {
  const results = new Map(settled.map(({ ordinal, result }) => [ordinal, result]))
  const after = await stepsAfter(ledger, settled)
  const isAfter = new Set(after.map(({ row }) => row.ordinal))
  const rows = (await ledger.waitingFor([...results.keys()])).filter(({ ordinal }) => !isAfter.has(ordinal))
  return followAll(ledger, [...after, ...rows.map(row => ({ row, first: results.get(row.for)! }))])
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
