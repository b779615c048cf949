import { joined } from '../../core/joined.ts'
import type { Later } from '../../core/later.ts'
import type { Json } from '../../core/json.ts'
import type { Finding, Operation, Values } from '../../core/operation.ts'
import type { Entry, Settlement } from '../../store/ledger-types.ts'
import { settlementOfEntry } from './results.ts'

/** Due times are whole seconds, as people and results show them. */
const stepMs = 1_000

/**
 * Turns what changes say of their time into times: all rows of an intake that wait as long are due together.
 *
 * @param nowMs when the intake began
 */
export const laterTimes = (nowMs: number) => {
  let first: number | undefined
  return {
    timed({ from, ...later }: Later): Later {
      const atMs = Math.ceil(('atMs' in from ? from.atMs : nowMs + from.afterMs) / stepMs) * stepMs
      first = Math.min(atMs, first ?? Infinity)
      return { from: { atMs }, ...later }
    },
    /** The first of these times. */
    first: () => first,
  }
}

/** The time of a row in a ledger that is left for later. */
export const dueOf = ({ row: { later } }: Pick<Entry, 'row'>): number | undefined =>
  later && 'atMs' in later.from ? later.from.atMs : undefined

/** The result of a row that is left for later. A time that has passed meanwhile counts from now: its earlier rows may have been made. */
export const waitingFor = (entry: Entry, nowMs: number): Settlement => {
  // A run that makes the rows of a time has read them at that time or later.
  const dueMs = Math.max(dueOf(entry)!, (Math.floor(nowMs / stepMs) + 1) * stepMs)
  return {
    ...settlementOfEntry(entry, {
      outcome: 'waiting',
      code: 'WAITS',
      message: `It waits until ${new Date(dueMs).toISOString()}.`,
      fix: 'From then on, `entrapipe runs due` makes it if it still holds.',
    }),
    dueMs,
  }
}

type Showing = Pick<Operation, 'shown'>

const shownIn = (operation: Showing, name: string, value: Json | undefined): string =>
  operation.shown?.(name, value) ?? JSON.stringify(value ?? null)

/** Why a row whose time has come is not made: what it relied on has changed. */
export const noLongerHolds = (
  names: readonly string[],
  expected: Values,
  now: Values,
  operation: Showing,
): Finding => ({
  outcome: 'skipped',
  code: 'NO_LONGER_HOLDS',
  message: `Since it was planned, ${joined(names.map(name => `${name} changed from ${shownIn(operation, name, expected[name])} to ${shownIn(operation, name, now[name])}`))}, so nothing was sent.`,
  fix: 'Look at the object, and make the change now if it is still wanted.',
})

/** An object that is gone needs no change any more. */
export const withoutObject = (finding: Finding): Finding =>
  finding.code === 'OBJECT_NOT_FOUND'
    ? { ...finding, outcome: 'skipped', fix: 'Nothing is left to do, unless it is restored.' }
    : finding
