import { given } from '../../core/given.ts'
import type { Ending, Leaving } from '../../core/graph.ts'
import type { ApplyOptions } from './apply-options.ts'
import { claiming } from './claiming.ts'
import { operationContext } from './context.ts'
import { decide, recall } from './deciding.ts'
import { doubt } from './doubting.ts'
import { sortEndings, type Refused } from './endings.ts'
import { settlementOfSent } from './results.ts'
import { learn } from './teaching.ts'
import { countedAs, type ChangeUnit, type Working } from './working.ts'
import { workplace } from './workplace.ts'

/**
 * Sends the pending rows of a ledger and records what became of each. Rows whose fate is open since an earlier process are decided
 * first. Resolves when every row is settled, or `mostRows` were sent, or as many objects. Returns how many were sent, if there is a limit.
 *
 * @throws EntrapipeError as the client does, and the signal's reason. All requests have then ended.
 */
export const apply = async (options: ApplyOptions): Promise<number> => {
  const { ledger, graph, clock, lagBoundMs, mostRows } = options
  const stopped = new AbortController()
  const signal = AbortSignal.any([options.signal, stopped.signal])
  const whenAborted = aborted(signal)
  let change = Promise.withResolvers<void>()
  const changed = (): void => {
    const { resolve } = change
    change = Promise.withResolvers()
    resolve()
  }
  const fail = (error: unknown): void => {
    if (!stopped.signal.aborted) stopped.abort(error)
    changed()
  }
  const place = await workplace({ ...options, signal })
  const { desk, relooks, decisions } = place
  const refusals: Refused[] = []
  const claims = claiming(place)
  /** What was sent, for the limit. It is free to go again. */
  const counted = new Set<number | string>()
  let inFlight = 0

  /** Runs one thing at a time beside the loop. */
  const beside = () => {
    let current: Promise<void> | undefined
    return {
      get isIdle() {
        return current === undefined
      },
      start(work: Promise<void>) {
        current = work.catch(fail).finally(() => {
          current = undefined
          changed()
        })
      },
      over: () => current,
    }
  }
  const filling = beside()
  const deciding = beside()
  const counting = beside()

  const leaving = async (requests: readonly Leaving<ChangeUnit>[]): Promise<void> => {
    const atMs = clock.now()
    const marks = requests.flatMap(({ unit, at, attempt, clientRequestId }) =>
      unit.rows[at]!.map(row => {
        row.firstSentAt ??= atMs
        row.lastSentAt = atMs
        row.answered = undefined
        const { entry, before, attempts } = row
        return { ordinal: entry.ordinal, attempt: attempts + attempt, client: clientRequestId, atMs, before }
      }),
    )
    options.follower?.sending(
      requests.flatMap(({ unit, at }) => unit.rows[at]!.map(({ entry: { key, step, row } }) => ({ key, step, row }))),
    )
    await ledger.markSent(marks)
  }
  const sortOut = async (endings: readonly Ending<ChangeUnit>[]): Promise<void> => {
    const rows = endings.flatMap(({ unit, at }) => unit.rows[at]!)
    const sorted = sortEndings(endings)
    const { settled, again, apart, later, lacking, undecided, answered, withdrawn, isContested, error } = sorted
    refusals.push(...sorted.refusals)
    if (error) fail(error)
    for (const { row, finding } of settled) if (finding.outcome === 'done') place.units.performed(row)
    const held: Working[] = []
    for (const { row, finding } of lacking) {
      const over = place.units.refused(row, finding)
      if (over) settled.push({ row, finding: over })
      else held.push(row)
    }
    for (const each of answered) each.row.answered = each.answered
    if (answered.length > 0)
      await ledger.answered(answered.map(({ row: { entry }, answered: how }) => ({ ordinal: entry.ordinal, how })))
    const stillSent = withdrawn.length > 0 ? await ledger.withdraw(withdrawn) : []
    const waiting = later.filter(({ row }) => place.mayWait(row.entry))
    const refusedRows = [...apart, ...held, ...waiting.map(({ row }) => row)]
    const back = [...stillSent, ...refusedRows.map(({ entry }) => entry.ordinal)]
    if (back.length > 0) await ledger.resend(back)
    for (const row of refusedRows) if (!row.lost) row.firstSentAt = undefined
    const dueMs = clock.now() + lagBoundMs
    const seenAgain = waiting.map(({ row }) => ({
      ...row.entry,
      attempts: row.attempts,
      ...(row.lost && { lost: true as const, ...given({ firstSentAt: row.firstSentAt }) }),
    }))
    relooks.add(seenAgain, dueMs)
    decisions.add(undecided, dueMs)
    desk.putBack([...apart, ...again])
    place.leave(held)
    const refused = later.filter(each => !waiting.includes(each))
    await place.settle([...settled, ...refused].map(({ row, finding }) => settlementOfSent(row, finding)))
    if (isContested || settled.some(({ finding }) => finding.outcome === 'unchanged')) place.contest()
    const isOpen = new Set(undecided)
    desk.free(rows.filter(row => !isOpen.has(row)))
    inFlight -= rows.length
    changed()
  }

  // The client stops at such an error without a word to this loop, which would wait for its replies.
  const failing =
    <T>(work: (of: T) => Promise<void>) =>
    async (of: T): Promise<void> => {
      try {
        await work(of)
      } catch (error) {
        fail(error)
        throw error
      }
    }

  const startCounting = (): void => {
    if (!counting.isIdle || !place.units.isDue()) return
    const work = async (): Promise<void> => {
      if (await place.units.count(signal)) place.startOver()
    }
    counting.start(work())
  }
  /** Lets rows go that were held back for lack of units, or fails them, once nothing else is left. Returns whether there are any. */
  const reconsiders = (): boolean => {
    if (counted.size >= mostRows || !place.units.hasHeld()) return false
    counting.start(place.units.reconsider(signal).then(place.startOver))
    return true
  }
  /** Of rows that are about to be sent, puts those aside for which there are no units. Returns whether there are any. */
  const holdsBack = async (rows: readonly Working[]): Promise<boolean> => {
    const { go, later, over } = place.units.admit(rows)
    if (go.length === rows.length) return false
    desk.putBack(go)
    place.leave(later)
    await place.settle(over.map(({ row, finding }) => settlementOfSent(row, finding)))
    desk.free(rows)
    return true
  }

  /** Decides rows, and looks at rows again, whose time has come. */
  const startDue = (): void => {
    if (!deciding.isIdle) return
    const [rows, entries] = [decisions.take(), relooks.take()]
    if (rows.length + entries.length + refusals.length === 0) return
    const work = async (): Promise<void> => {
      await learn(refusals.splice(0), place)
      // First, since it may show that somebody else changes the same things.
      await place.look(entries, operationContext(graph, signal, options.lessons))
      await decide(rows, place)
    }
    deciding.start(work())
  }
  const isOver = (): boolean =>
    inFlight === 0 &&
    filling.isIdle &&
    deciding.isIdle &&
    counting.isIdle &&
    decisions.size + refusals.length === 0 &&
    (counted.size >= mostRows
      ? !relooks.some(entry => counted.has(countedAs({ entry, operation: options.operationOf(entry.row.kind) })))
      : claims.isAtEnd() && desk.size === 0 && relooks.size === 0)
  const wait = async (): Promise<void> => {
    const over = new AbortController()
    const woken = AbortSignal.any([signal, over.signal])
    const due = [
      ...(deciding.isIdle ? [relooks.next(woken), decisions.next(woken)] : []),
      ...(counting.isIdle ? [place.units.next(woken)] : []),
    ]
    await Promise.race([change.promise, whenAborted, ...due.map(each => each.catch(() => undefined))])
    over.abort()
  }

  await recall(place)
  const submission = graph.submission<ChangeUnit>({
    leaving: failing(leaving),
    writing: options.expectHeld,
    ended: failing(sortOut),
    signal,
  })
  try {
    for (;;) {
      signal.throwIfAborted()
      startDue()
      startCounting()
      const mayBeSent = mostRows - counted.size
      if (filling.isIdle && mayBeSent > 0 && claims.hasRoom(mayBeSent)) filling.start(claims.fill(mayBeSent))
      const unit = desk.next(mayBeSent, counted)
      if (unit) {
        const rows = unit.rows.flat()
        if (await holdsBack(rows)) continue
        inFlight += rows.length
        for (const { entry } of rows) place.unsent.delete(entry.ordinal)
        if (Number.isFinite(mostRows)) for (const row of rows) counted.add(countedAs(row))
        await submission.submit(unit)
      } else if (inFlight === 0 && filling.isIdle && claims.startOver()) continue
      else if (isOver()) {
        if (!reconsiders()) break
      } else await wait()
    }
    await submission.drained()
    await doubt(place)
    return counted.size
  } catch (error) {
    if (!stopped.signal.aborted) stopped.abort(error)
    await Promise.allSettled([submission.drained(), filling.over(), deciding.over(), counting.over()])
    // What came first: the results of requests in flight may be reasons to stop, too.
    throw signal.reason
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
