import { given } from '../../core/given.ts'
import type { Decision, Finding, Sent } from '../../core/operation.ts'
import { operationContext } from './context.ts'
import { withCreatedIds } from './created-entries.ts'
import { expectAnswers, shownTime, workingOf } from './looks.ts'
import { actionOf, settlementOfSent } from './results.ts'
import { shownAt } from './shown-at.ts'
import type { Working } from './working.ts'
import type { Workplace } from './workplace.ts'

/** Rows read from the ledger at once. */
const pageRows = 5_000
/** Rows whose end does not show yet are decided again after this time, or after the lag of the directory. */
const leastWaitMs = 10_000

/** Decides what became of rows whose reply was lost, once the directory shows it: they are settled, or sent again. */
export const decide = async (rows: readonly Working[], place: Workplace): Promise<void> => {
  if (rows.length === 0) return
  const { ledger, graph, signal, desk } = place
  const aheadMs = await place.graphAheadMs()
  const context = operationContext(graph, signal)
  const attempts = await ledger.attempts(rows.map(({ entry }) => entry.ordinal))
  const requests = new Map(attempts.map(({ ordinal, client }) => [ordinal, client]))
  const contested = place.isContested()
  const sentOf = (row: Working): Sent => ({
    value: row.value,
    before: row.before,
    sinceMs: shownTime(row.firstSentAt!, aheadMs),
    ...(row.lastSentAt !== undefined && { untilMs: shownTime(row.lastSentAt, aheadMs) }),
    attempts: row.attempts,
    lost: row.lost,
    ...given({ answered: row.answered }),
    ...given({ request: requests.get(row.entry.ordinal) }),
    ...(contested && { contested }),
    ...(!place.owns && given({ unwitnessed: row.recalled ? 'stopped' : row.lost ? 'repeated' : undefined } as const)),
  })
  for (const [operation, ofKind] of Map.groupBy(rows, each => each.operation)) {
    const decided = await operation.decide(ofKind.map(sentOf), context)
    expectAnswers(operation.kind, ofKind.length, decided.length)
    const again = ofKind.filter((_, at) => decided[at] === 'not-done')
    if (again.length > 0)
      await ledger.resend(
        again.map(({ entry }) => entry.ordinal),
        'lost',
      )
    for (const row of again) {
      row.lost = true
      row.recalled = false
    }
    desk.putBack(again)
    const isOpen = (row: Working, decision: Decision): boolean =>
      typeof decision === 'object' &&
      'wait' in decision &&
      place.clock.now() - place.past(row.lastSentAt ?? row.firstSentAt!) < decision.atMostMs
    const open = ofKind.filter((row, at) => isOpen(row, decided[at]!))
    place.decisions.add(open, place.clock.now() + Math.max(place.lagBoundMs, leastWaitMs))
    const settled = ofKind.flatMap((row, at) => {
      const decision = decided[at]!
      if (decision === 'not-done' || open.includes(row)) return []
      const unknown = 'unknown' in decision ? decision.unknown : 'wait' in decision ? decision.wait : undefined
      const became =
        unknown === undefined
          ? (decision as Finding)
          : { outcome: 'unknown' as const, code: 'UNKNOWN_OUTCOME', message: unknown }
      const sent = given({
        requestId: requests.get(row.entry.ordinal),
        action: row.asked ? undefined : actionAgain(row),
      })
      return [settlementOfSent(row, { ...sent, ...became })]
    })
    await place.settle(settled)
    desk.free(ofKind.filter(row => !open.includes(row)))
  }
}

/** The request of a row that an earlier process sent. Rows that shared one have its method and path in common. */
const actionAgain = ({ operation, value, before, lost }: Working): string =>
  actionOf(operation.request([{ value, before, lost }]))

/** Takes up the rows that an earlier process sent. Their objects stay locked until they are decided. */
export const recall = async (place: Workplace): Promise<void> => {
  const { ledger, desk, open, decisions, operationOf } = place
  for (let after: number | undefined; ;) {
    const page = await ledger.sent(pageRows, after)
    for (const entry of await withCreatedIds(ledger, page)) {
      open.add(entry.ordinal)
      const row = { ...workingOf(entry, operationOf(entry.row.kind), entry.before ?? {}), recalled: true }
      desk.hold([row])
      decisions.add([row], shownAt(place, [entry.lastSentAt]))
    }
    after = page.at(-1)?.ordinal
    if (page.length < pageRows) return
  }
}
