import type { Clock } from '../../core/clock.ts'
import type { Graph } from '../../core/graph.ts'
import type { Entry, Ledger, Settlement } from '../../store/ledger-types.ts'
import type { ClaimPlace } from '../../store/ledger-types.ts'
import { operationContext } from './context.ts'
import { withCreatedIds } from './created-entries.ts'
import { settleAll, followStranded } from './followers.ts'
import { lookAt, needsRoles, valueOf, type Looking } from './looks.ts'
import type { Onlooker } from './onlooker.ts'
import { namesInTurn } from './names-in-turn.ts'
import { settlementOfEntry } from './results.ts'
import { ordinalMarks } from './ordinal-marks.ts'
import { shownAt, type Showing } from './shown-at.ts'
import { arrangeUnits, pagesOf, surveyUnits, withoutUnits, type SurveyedUnits, type WhenShort } from './survey-units.ts'
import { openTally, type Preview, type Tallied } from './tally.ts'
import { wholeLocks } from './whole-locks.ts'
import { waitingRows } from './waiting-rows.ts'

/** Rows read from the ledger at once, and rows that are looked at together: what was read of them is in memory. */
const pageRows = 1_000
const lookRows = 500

interface SurveyOptions extends Looking, Showing {
  readonly ledger: Ledger
  readonly graph: Graph
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Number of requests so far. */
  readonly requests: () => number
  /** When this store last wrote something about these rows. */
  readonly writtenAt: (entries: readonly Entry[]) => Promise<readonly (number | undefined)[]>
  readonly record: (settlements: readonly Settlement[]) => Promise<void>
  /** Whether nothing is sent afterwards: rows that wait get the result that they would have. */
  readonly isDry: boolean
  readonly whenShort: WhenShort
  /** Called with the rows that would be sent and were looked at, those that are sent at once in the order of their locks. */
  readonly planned?: (rows: readonly Tallied[]) => Promise<void>
  /** Counts what the rows do. */
  readonly onlooker?: Pick<Onlooker, 'looked' | 'settled'> | undefined
}

/** What was found, and with how many requests: those that apply repeats. */
interface Surveyed extends Omit<Preview, 'requests' | 'stops' | 'notes' | 'impacts'> {
  readonly looks: number
  readonly unitsOf: SurveyedUnits
}

/**
 * Looks at all rows without sending anything. Rows that need no change, or cannot have it, are settled, and so are those that depend
 * on them. The others are counted, and those that take a name wait for the ones that free it. What this store wrote lately is only
 * looked at once the directory shows it.
 */
export const survey = async (given: SurveyOptions): Promise<Surveyed> => {
  const { ledger, onlooker } = given
  const tally = openTally()
  const tell = (settlements: readonly Settlement[]): void => onlooker?.settled(settlements.map(({ result }) => result))
  const record = (settlements: readonly Settlement[]): Promise<void> => {
    tell(settlements)
    return given.record(settlements)
  }
  const names = namesInTurn()
  const units = surveyUnits()
  const before = given.requests()
  let unchecked: readonly string[] = []
  const protection =
    given.protection &&
    (async () => {
      const found = await given.protection!()
      unchecked = found.unchecked
      return found
    })
  const options = { ...given, protection }
  const settle = (settlements: readonly Settlement[]): Promise<number> => settleAll(ledger, record, settlements)
  for (;;) {
    const { settlements, released } = await followStranded(ledger)
    await settle(settlements)
    if (settlements.length + released === 0) break
  }
  /** Released rows that were looked at. */
  const seen = ordinalMarks()
  let released = await pass(
    options,
    settle,
    entries => {
      for (const { ordinal, releasedAt } of entries) if (releasedAt !== undefined) seen.mark(ordinal)
      return entries
    },
    row => {
      names.add(row)
      units.add(row)
      tally.add(row)
    },
  )
  while (released > 0)
    released = await pass(
      options,
      settle,
      entries => entries.filter(({ ordinal, releasedAt }) => releasedAt !== undefined && seen.mark(ordinal)),
      row => {
        names.add(row)
        units.add(row)
        tally.addLater(row, 0)
      },
    )
  const inTurn = await names.arranged(ledger)
  if (inTurn.settled.length > 0) {
    await settle(inTurn.settled)
    // Without them, other rows are counted.
    return survey(given)
  }
  let takesAway = false
  const { waiting } = await ledger.count()
  if (waiting > 0)
    for await (const rows of waitingRows(ledger, options, () => contextOf(options))) {
      const found: Settlement[] = []
      onlooker?.looked(rows)
      await options.planned?.(rows.flatMap(row => ('notable' in row ? [row] : [])))
      for (const row of rows)
        if ('finding' in row) {
          found.push(settlementOfEntry(row.entry, row.finding))
          // An earlier step may change what was found, so its effect needs consent.
          if (!options.isDry && row.entry.waits !== 'same')
            takesAway = tally.addEffect(effectOf(row, options)) || takesAway
        } else {
          units.add(row, row.unitFrom)
          takesAway = tally.addLater(row, row.after) || takesAway
        }
      if (options.isDry) await record(found)
      else tell(found)
    }
  const unitsOf = units.found()
  const beforeUnits = given.requests()
  const unitTurns = await arrangeUnits(unitsOf, given, given.whenShort)
  const unitReads = given.requests() - beforeUnits
  const isShort = unitTurns.left.length > 0
  if (given.whenShort.then === 'skip' && isShort) {
    for await (const page of withoutUnits(unitTurns, unitsOf.supply!, ledger)) await settle(page)
    return survey(given)
  }
  if (!given.isDry && inTurn.waits.length > 0) await ledger.wait(inTurn.waits)
  const stops = isShort && given.whenShort.then === 'stop'
  if (!given.isDry && !stops) for (const page of pagesOf(unitTurns.waits)) await ledger.wait(page)
  const counts = tally.counts()
  // Rows that are not looked at yet: whether what they take away is protected must be known.
  if (takesAway)
    for (const { what, changes } of counts.removals)
      await (await protection?.())?.refusal(changes, [], needsRoles(changes, what))
  const isUncounted = unitTurns.needs.some(({ takes, free }) => takes > 0 && free === undefined)
  return {
    ...counts,
    units: unitTurns.needs.map(need => ({ ...need, name: unitsOf.supply!.nameOf(need.id) })),
    unchecked: [...unchecked, ...(isUncounted ? ['whether enough seats are free, which may not be read'] : [])],
    looks: given.requests() - before - unitReads,
    unitsOf,
  }
}

/** Looks at the pending rows that are wanted. Returns how many rows were released meanwhile. */
const pass = async (
  options: SurveyOptions,
  settle: (settlements: readonly Settlement[]) => Promise<number>,
  wanted: (entries: readonly Entry[]) => readonly Entry[],
  add: (row: Tallied) => void,
): Promise<number> => {
  const { ledger, signal } = options
  let context = contextOf(options)
  let released = 0
  for (let cursor: ClaimPlace | undefined; ;) {
    signal.throwIfAborted()
    const claimed: readonly Entry[] = await ledger.claim(pageRows, cursor)
    const isLast = claimed.length < pageRows
    const page = isLast ? claimed : wholeLocks(claimed)
    if (cursor?.lock !== page[0]?.locks[0]) context = contextOf(options)
    for (const rows of lockGroups(await withCreatedIds(ledger, wanted(page)), lookRows)) {
      await untilShown(rows, options)
      const { ready, found } = await lookAt(rows, options, context)
      ready.forEach(add)
      options.onlooker?.looked([...ready, ...found])
      await options.planned?.(ready)
      released += await settle(found.map(({ entry, finding }) => settlementOfEntry(entry, finding)))
    }
    const last = page.at(-1)
    if (isLast || !last) return released
    cursor = { lock: last.locks[0]!, ordinal: last.ordinal }
  }
}

/** Groups of so many rows or more, none of which divides the rows of a lock. */
function* lockGroups(rows: readonly Entry[], least: number): Generator<readonly Entry[]> {
  for (let from = 0; from < rows.length;) {
    let to = Math.min(from + least, rows.length)
    while (to < rows.length && rows[to]!.locks[0] === rows[to - 1]!.locks[0]) to++
    yield rows.slice(from, to)
    from = to
  }
}

const contextOf = ({ graph, signal, lessons, onlooker }: SurveyOptions) => ({
  ...operationContext(graph, signal, lessons),
  counts: onlooker !== undefined,
})

const effectOf = ({ entry }: Pick<Tallied, 'entry'>, { operationOf }: Looking) => ({
  operation: operationOf(entry.row.kind),
  value: valueOf(entry),
  before: {},
})

const untilShown = async (rows: readonly Entry[], { writtenAt, clock, signal, ...showing }: SurveyOptions) => {
  const written = await writtenAt(rows)
  const last = rows.reduce(
    (latest, entry, at) => Math.max(latest, shownAt(showing, [entry.releasedAt, written[at]])),
    0,
  )
  const waitMs = last - clock.now()
  if (waitMs > 0) await clock.sleep(waitMs, signal)
}
