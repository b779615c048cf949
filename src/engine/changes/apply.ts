import type { Clock } from '../../core/clock.ts'
import type { Ending, Graph, Leaving } from '../../core/graph.ts'
import type { Operation, OperationContext, Sent } from '../../core/operation.ts'
import type { Result } from '../../core/result.ts'
import type { ClaimPlace, Entry, Ledger, Settlement } from '../../store/ledger-types.ts'
import { operationContext } from './context.ts'
import { dueList } from './due.ts'
import { sortEndings } from './endings.ts'
import { follow } from './followers.ts'
import { lanes } from './lanes.ts'
import { expectAnswers, lookAt, workingOf, type Found } from './looks.ts'
import { settlementOfEntry } from './results.ts'
import { type ChangeUnit, type Working } from './working.ts'

/** Rows in memory, at most about so many. */
const windowRows = 10_000
/** Rows read from the ledger at once. */
const pageRows = 5_000

const nothingFollows = { settlements: [], released: 0 }

/** What the loop needs. */
export interface ApplyOptions {
  readonly ledger: Ledger
  readonly graph: Graph
  readonly operationOf: (kind: string) => Operation
  readonly clock: Clock
  /** Its abort stops sending: requests in flight settle, the other rows stay pending. */
  readonly signal: AbortSignal
  /** How long the directory may take to show a change, in milliseconds. */
  readonly lagBoundMs: number
  /** Milliseconds that Graph's clock is ahead of ours, at least. */
  readonly graphAheadMs: number
  /** Most rows that are sent. */
  readonly mostRows: number
  /** When something about these rows was written last by this store, by row; undefined long ago. */
  readonly writtenAt: (entries: readonly Entry[]) => Promise<readonly (number | undefined)[]>
  /** Called with each result, once it is recorded. A throw stops the run. */
  readonly settled: (results: readonly Result[]) => void
}

/**
 * Sends the pending rows of a ledger and records what became of each. Rows whose fate is open since an earlier process are decided
 * first. Resolves when every row is settled, or `mostRows` were sent.
 *
 * @throws EntrapipeError as the client does, and the signal's reason. All requests have then ended.
 */
export const apply = async (options: ApplyOptions): Promise<void> => {
  const { ledger, graph, operationOf, clock, lagBoundMs, graphAheadMs, mostRows } = options
  const stopped = new AbortController()
  const signal = AbortSignal.any([options.signal, stopped.signal])
  const desk = lanes()
  /** Ordinals of rows in memory: a claim returns them again, since they are still pending. */
  const open = new Set<number>()
  /** Rows to look at again, and rows to decide. */
  const relooks = dueList<Entry>(clock)
  const decisions = dueList<Working>(clock)
  /** Rows that were told to wait once: the second time they fail. */
  const waited = new Set<number>()
  const counted = new Set<number>()
  let inFlight = 0
  let filling: Promise<void> | undefined
  let working: Promise<void> | undefined
  let cursor: ClaimPlace | undefined
  let isAtEnd = false
  /** Rows have become pending behind the cursor. */
  let isBehind = false
  let change = Promise.withResolvers<void>()
  let lookContext = operationContext(graph, signal)

  const changed = (): void => {
    const { resolve } = change
    change = Promise.withResolvers()
    resolve()
  }
  const fail = (error: unknown): void => {
    if (!stopped.signal.aborted) stopped.abort(error)
    changed()
  }
  /** Runs one thing beside the loop. */
  const beside = (work: Promise<void>, over: () => void): Promise<void> =>
    work.catch(fail).finally(() => {
      over()
      changed()
    })

  const settle = async (settlements: readonly Settlement[]): Promise<void> => {
    for (let next = settlements; next.length > 0;) {
      await ledger.settle(next)
      for (const { ordinal } of next) {
        open.delete(ordinal)
        waited.delete(ordinal)
      }
      options.settled(next.map(({ result }) => result))
      const followed = hasWaiting ? await follow(ledger, next) : nothingFollows
      if (followed.released > 0) isBehind = true
      next = followed.settlements
    }
  }

  const look = async (entries: readonly Entry[], context: OperationContext): Promise<void> => {
    if (entries.length === 0) return
    const { ready, found } = await lookAt(entries, operationOf, context)
    desk.add(ready)
    // The object of an earlier step may exist and not be shown yet.
    const isEarly = ({ entry }: Found): boolean =>
      entry.waits === 'then' && (entry.releasedAt ?? 0) + lagBoundMs > clock.now()
    for (const { entry } of found.filter(isEarly)) relooks.add([entry], entry.releasedAt! + lagBoundMs)
    await settle(found.filter(each => !isEarly(each)).map(({ entry, finding }) => settlementOfEntry(entry, finding)))
  }
  const fill = async (): Promise<void> => {
    const page = await ledger.claim(pageRows, cursor)
    // The members of one large group are read once, not with each page of its rows.
    if (cursor?.lock !== page[0]?.locks[0]) lookContext = operationContext(graph, signal)
    const last = page.at(-1)
    cursor = last && page.length === pageRows ? { lock: last.locks[0]!, ordinal: last.ordinal } : undefined
    isAtEnd = cursor === undefined
    const fresh = page.filter(({ ordinal }) => !open.has(ordinal))
    for (const { ordinal } of fresh) open.add(ordinal)
    const written = await options.writtenAt(fresh)
    const now = clock.now()
    /** When the directory shows everything that this store did to the row's object. */
    const shownAt = (entry: Entry, at: number): number => {
      const releasedAt = entry.waits === 'after' ? (entry.releasedAt ?? 0) : 0
      return Math.max(written[at] ?? 0, releasedAt) + lagBoundMs
    }
    const shown = fresh.filter((entry, at) => shownAt(entry, at) <= now)
    fresh.forEach((entry, at) => {
      if (shownAt(entry, at) > now) relooks.add([entry], shownAt(entry, at))
    })
    await look(shown, lookContext)
  }

  const sentOf = (row: Working): Sent => ({
    value: row.value,
    before: row.before,
    // Graph shows whole seconds.
    sinceMs: Math.floor((row.firstSentAt! + graphAheadMs) / 1000) * 1000,
    attempts: row.attempts,
  })
  const decide = async (rows: readonly Working[]): Promise<void> => {
    const context = operationContext(graph, signal)
    for (const [operation, ofKind] of Map.groupBy(rows, each => each.operation)) {
      const decided = await operation.decide(ofKind.map(sentOf), context)
      expectAnswers(operation.kind, ofKind.length, decided.length)
      const again = ofKind.filter((_, at) => decided[at] === 'not-done')
      await ledger.resend(again.map(({ entry }) => entry.ordinal))
      desk.putBack(again)
      await settle(
        ofKind.flatMap(({ entry, attempts }, at) => {
          const decision = decided[at]!
          if (decision === 'not-done') return []
          const became =
            'unknown' in decision
              ? { outcome: 'unknown' as const, code: 'UNKNOWN_OUTCOME', message: decision.unknown }
              : decision
          return [settlementOfEntry(entry, { ...became, attempt: attempts })]
        }),
      )
      desk.free(ofKind)
    }
  }
  /** Rows that were sent by an earlier process. */
  const recall = async (): Promise<void> => {
    for (let after: number | undefined; ;) {
      const page = await ledger.sent(pageRows, after)
      for (const entry of page) {
        open.add(entry.ordinal)
        const row = workingOf(entry, operationOf(entry.row.kind), entry.before ?? {})
        desk.hold([row])
        decisions.add([row], entry.lastSentAt! + lagBoundMs)
      }
      after = page.at(-1)?.ordinal
      if (page.length < pageRows) return
    }
  }

  const leaving = async (requests: readonly Leaving<ChangeUnit>[]): Promise<void> => {
    const atMs = clock.now()
    const marks = requests.flatMap(({ unit, at, attempt, clientRequestId }) =>
      unit.rows[at]!.map(row => {
        row.firstSentAt ??= atMs
        const { entry, before, attempts } = row
        return { ordinal: entry.ordinal, attempt: attempts + attempt, client: clientRequestId, atMs, before }
      }),
    )
    await ledger.markSent(marks)
  }
  const ended = async (endings: readonly Ending<ChangeUnit>[]): Promise<void> => {
    const rows = endings.flatMap(({ unit, at }) => unit.rows[at]!)
    const { settled, again, later, undecided, withdrawn, error } = sortEndings(endings)
    if (error) fail(error)
    await ledger.withdraw(withdrawn)
    const isNew = ({ row }: { readonly row: Working }): boolean => !waited.has(row.entry.ordinal)
    const waiting = later.filter(isNew)
    const refused = later.filter(each => !isNew(each))
    const back = [...again.filter(({ attempts }) => attempts > 0), ...waiting.map(({ row }) => row)]
    await ledger.resend(back.map(({ entry }) => entry.ordinal))
    const dueMs = clock.now() + lagBoundMs
    for (const { row } of waiting) waited.add(row.entry.ordinal)
    relooks.add(
      waiting.map(({ row }) => ({ ...row.entry, attempts: row.attempts })),
      dueMs,
    )
    decisions.add(undecided, dueMs)
    desk.putBack(again)
    await settle(
      [...settled, ...refused].map(({ row, finding }) =>
        settlementOfEntry(row.entry, { ...finding, attempt: row.attempts }),
      ),
    )
    const isOpen = new Set(undecided)
    desk.free(rows.filter(row => !isOpen.has(row)))
    inFlight -= rows.length
    changed()
  }

  const whenAborted = aborted(signal)
  const isOver = (): boolean =>
    inFlight === 0 &&
    !filling &&
    !working &&
    decisions.size === 0 &&
    (counted.size >= mostRows || (isAtEnd && !isBehind && desk.size === 0 && relooks.size === 0))

  const hasWaiting = (await ledger.count()).waiting > 0
  await recall()
  const submission = graph.submission<ChangeUnit>({ leaving, ended, signal })
  try {
    for (;;) {
      signal.throwIfAborted()
      if (!working && decisions.size + relooks.size > 0) {
        const [due, seenAgain] = [decisions.take(), relooks.take()]
        if (due.length + seenAgain.length > 0)
          working = beside(
            decide(due).then(() => look(seenAgain, operationContext(graph, signal))),
            () => void (working = undefined),
          )
      }
      if (isAtEnd && isBehind && !filling) [isAtEnd, isBehind, cursor] = [false, false, undefined]
      if (!filling && !isAtEnd && open.size < windowRows && counted.size < mostRows)
        filling = beside(fill(), () => void (filling = undefined))
      const unit = desk.next(mostRows - counted.size)
      if (unit) {
        const rows = unit.rows.flat()
        inFlight += rows.length
        if (Number.isFinite(mostRows)) for (const { entry } of rows) counted.add(entry.ordinal)
        await submission.submit(unit)
        continue
      }
      if (isOver()) break
      const over = new AbortController()
      const woken = AbortSignal.any([signal, over.signal])
      const ignore = (): void => undefined
      await Promise.race([
        change.promise,
        ...(working ? [] : [relooks.next(woken).catch(ignore), decisions.next(woken).catch(ignore)]),
        whenAborted,
      ])
      over.abort()
    }
    await submission.drained()
  } catch (error) {
    stopped.abort(error)
    await submission.drained().catch(() => undefined)
    await Promise.allSettled([filling, working])
    throw stopped.signal.reason
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
