import type { Outcome } from '../../core/result.ts'
import { fewestWitnesses, seenAfterLostReply } from '../../core/witnesses.ts'
import { pending, sent, settled, waiting } from '../ledger-tables.ts'
import type { Sql } from './database.ts'
import type { LedgerRange } from './ledger-lines.ts'

/** What was read before, and when it was sent, belongs to the result that is reopened: another one may have changed the object since. */
const afresh =
  'lost = false, outcome = null, before = null, first_sent = null, last_sent = null, retried_after = coalesce(w.last_attempt, 0)'

/** A row that was never released got its result from the row for which it waited. */
const ownResult = '(w.waits_for is null or w.released is not null)'

const hasEnded = `w.run = $1 and w.rank between $2 and $3 and w.state = ${settled} and w.is_final is null`

/** Makes settled rows open, within a transaction; see `Ledger.reopen`. */
export const reopenRows = async (
  sql: Sql,
  run: number,
  outcomes: readonly Outcome[],
  { first, last }: LedgerRange,
): Promise<number> => {
  const change = (text: string) => sql.run(`update work w set ${text}`, [run, first, last])
  const isWanted = (outcome: Outcome): boolean => outcomes.includes(outcome)

  /** Rows wait again for a row that is open again. */
  const waiters = async (): Promise<void> => {
    const ofOthers = `w.outcome in ('failed', 'skipped', 'unknown') and not ${ownResult}`
    const own = isWanted('failed') ? ` or w.outcome = 'failed' and ${ownResult}` : ''
    const text = `state = ${waiting}, released = null, ${afresh}
      from work f where ${hasEnded} and (${ofOthers}${own}) and f.run = $1 and f.ordinal = w.waits_for and f.state <> ${settled}`
    while ((await change(text)) > 0);
  }

  let reopened = 0
  if (isWanted('unknown'))
    reopened += await change(
      `state = ${sent}, outcome = null where ${hasEnded} and w.outcome = 'unknown' and w.first_sent is not null and ${ownResult}`,
    )
  if (isWanted('failed'))
    reopened += await change(
      `state = ${pending}, ${afresh} where ${hasEnded} and w.outcome = 'failed' and w.waits_for is null`,
    )
  await waiters()
  if (isWanted('failed'))
    reopened += await change(
      `state = ${pending}, ${afresh} where ${hasEnded} and w.outcome = 'failed' and w.released is not null`,
    )
  await waiters()
  return reopened
}

const unwitnessed = `
  with seen as materialized (
    select w.ordinal, a.client from work w join results r on r.run = w.run and r.sequence = w.result
    join attempts a on a.run = w.run and a.number = w.last_attempt
    where w.run = $1 and w.rank between $2 and $3 and w.state = ${settled} and w.outcome = 'done' and r.code = '${seenAfterLostReply}'
  ), few as (
    select client from attempts where run = $1 and client in (select client from seen)
    group by client having count(distinct ordinal) < ${fewestWitnesses}
  )
  update work w set state = ${sent}, outcome = null from seen join few using (client) where w.run = $1 and w.ordinal = seen.ordinal`

/** See `Ledger.reopenUnwitnessed`. Rows of one request have the same client-request-id. */
export const reopenUnwitnessed = (sql: Sql, run: number, { first, last }: LedgerRange): Promise<number> =>
  sql.run(unwitnessed, [run, first, last])
