import type { Clock } from '../../core/clock.ts'
import type { Graph } from '../../core/graph.ts'
import type { Entry, Ledger, Settlement } from '../../store/ledger-types.ts'
import type { ClaimPlace } from '../../store/ledger-types.ts'
import { operationContext } from './context.ts'
import { withCreatedIds } from './created-entries.ts'
import { settleAll, followStranded } from './followers.ts'
import { lookAt, needsRoles, valueOf, type Looking } from './looks.ts'
import { namesInTurn } from './names-in-turn.ts'
import { settlementOfEntry } from './results.ts'
import { shownAt, type Showing } from './shown-at.ts'
import { openTally, type Preview, type Tallied } from './tally.ts'
import { waitingRows } from './waiting-rows.ts'

/** Rows read from the ledger at once. */
const pageRows = 5_000

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
  /** Called with the rows that would be sent and were looked at, those that are sent at once in the order of their locks. */
  readonly planned?: (rows: readonly Tallied[]) => Promise<void>
}

/** What was found, and with how many requests: those that apply repeats. */
interface Surveyed extends Omit<Preview, 'requests' | 'stops' | 'notes'> {
  readonly looks: number
}

/**
 * Looks at all rows without sending anything. Rows that need no change, or cannot have it, are settled, and so are those that depend
 * on them. The others are counted, and those that take a name wait for the ones that free it. What this store wrote lately is only
 * looked at once the directory shows it.
 */
export const survey = async (given: SurveyOptions): Promise<Surveyed> => {
  const { ledger, graph, signal, record } = given
  const tally = openTally()
  const names = namesInTurn()
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
  const seen = new Set<number>()
  let released = await pass(
    options,
    settle,
    entries => {
      for (const { ordinal, releasedAt } of entries) if (releasedAt !== undefined) seen.add(ordinal)
      return entries
    },
    row => {
      names.add(row)
      tally.add(row)
    },
  )
  while (released > 0)
    released = await pass(
      options,
      settle,
      entries => {
        const fresh = entries.filter(({ ordinal, releasedAt }) => releasedAt !== undefined && !seen.has(ordinal))
        for (const { ordinal } of fresh) seen.add(ordinal)
        return fresh
      },
      row => {
        names.add(row)
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
    for await (const rows of waitingRows(ledger, options, () => operationContext(graph, signal, given.lessons))) {
      const found: Settlement[] = []
      await options.planned?.(rows.flatMap(row => ('notable' in row ? [row] : [])))
      for (const row of rows)
        if ('finding' in row) {
          found.push(settlementOfEntry(row.entry, row.finding))
          // An earlier step may change what was found, so its effect needs consent.
          if (!options.isDry && row.entry.waits !== 'same')
            takesAway = tally.addEffect(effectOf(row, options)) || takesAway
        } else takesAway = tally.addLater(row, row.after) || takesAway
      if (options.isDry) await record(found)
    }
  if (!given.isDry && inTurn.waits.length > 0) await ledger.wait(inTurn.waits)
  const counts = tally.counts()
  // Rows that are not looked at yet: whether what they take away is protected must be known.
  if (takesAway)
    for (const { what, changes } of counts.removals)
      await (await protection?.())?.refusal(changes, [], needsRoles(changes, what))
  return { ...counts, unchecked, looks: given.requests() - before }
}

/** Looks at the pending rows that are wanted. Returns how many rows were released meanwhile. */
const pass = async (
  options: SurveyOptions,
  settle: (settlements: readonly Settlement[]) => Promise<number>,
  wanted: (entries: readonly Entry[]) => readonly Entry[],
  add: (row: Tallied) => void,
): Promise<number> => {
  const { ledger, graph, signal } = options
  let context = operationContext(graph, signal, options.lessons)
  let released = 0
  for (let cursor: ClaimPlace | undefined; ;) {
    signal.throwIfAborted()
    const page: readonly Entry[] = await ledger.claim(pageRows, cursor)
    if (cursor?.lock !== page[0]?.locks[0]) context = operationContext(graph, signal, options.lessons)
    const rows = await withCreatedIds(ledger, wanted(page))
    await untilShown(rows, options)
    const { ready, found } = await lookAt(rows, options, context)
    ready.forEach(add)
    await options.planned?.(ready)
    released += await settle(found.map(({ entry, finding }) => settlementOfEntry(entry, finding)))
    const last = page.at(-1)
    if (page.length < pageRows || !last) return released
    cursor = { lock: last.locks[0]!, ordinal: last.ordinal }
  }
}

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
