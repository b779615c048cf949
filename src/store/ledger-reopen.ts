import type { DatabaseSync } from 'node:sqlite'
import { fewestWitnesses, seenAfterLostReply } from '../core/witnesses.ts'
import type { Outcome } from '../core/result.ts'
import { pending, sent, settled, waiting } from './ledger-tables.ts'

/** What was read before, and when it was sent, belongs to the result that is reopened: another one may have changed the object since. */
const afresh =
  'lost = 0, outcome = null, before = null, firstSentAt = null, lastSentAt = null, retriedAfter = ifnull(lastAttempt, 0)'

/** A row that was never released got its result from the row for which it waited. */
const ownResult = '(waitsFor is null or releasedAt is not null)'

/** Makes settled rows open, within a transaction; see `Ledger.reopen`. */
export const reopenRows = (
  sql: DatabaseSync,
  outcomes: readonly Outcome[],
  { first, last }: { readonly first: number; readonly last: number },
): number => {
  const hasEnded = `rank between ${first} and ${last} and state = ${settled} and isFinal is null`
  const run = (text: string): number => Number(sql.prepare(text).run().changes)
  const isWanted = (outcome: Outcome): boolean => outcomes.includes(outcome)

  /** Rows wait again for a row that is open again. */
  const waiters = (): void => {
    const ofOthers = `outcome in ('failed', 'skipped', 'unknown') and not ${ownResult}`
    const own = isWanted('failed') ? ` or outcome = 'failed' and ${ownResult}` : ''
    while (
      run(
        `update work set state = ${waiting}, releasedAt = null, ${afresh}
         where ${hasEnded} and (${ofOthers}${own}) and waitsFor in (select ordinal from work where state <> ${settled})`,
      ) > 0
    );
  }

  let reopened = 0
  if (isWanted('unknown'))
    reopened += run(
      `update work set state = ${sent}, outcome = null
       where ${hasEnded} and outcome = 'unknown' and firstSentAt is not null and ${ownResult}`,
    )
  if (isWanted('failed'))
    reopened += run(
      `update work set state = ${pending}, ${afresh} where ${hasEnded} and outcome = 'failed' and waitsFor is null`,
    )
  waiters()
  if (isWanted('failed'))
    reopened += run(
      `update work set state = ${pending}, ${afresh} where ${hasEnded} and outcome = 'failed' and releasedAt is not null`,
    )
  waiters()
  return reopened
}

/** See `Ledger.reopenUnwitnessed`. Rows of one request have the same client-request-id. */
export const reopenUnwitnessed = (
  sql: DatabaseSync,
  { first, last }: { readonly first: number; readonly last: number },
): number =>
  Number(
    sql
      .prepare(
        `with seen as materialized (
           select w.ordinal, a.client from work w join results r on r.sequence = w.result join attempts a on a.number = w.lastAttempt
           where w.rank between ? and ? and w.state = ${settled} and w.outcome = 'done' and json_extract(r.rest, '$.code') = '${seenAfterLostReply}'
         )
         update work set state = ${sent}, outcome = null where ordinal in (
           select seen.ordinal from seen join attempts a using (client) group by client having count(distinct a.ordinal) < ${fewestWitnesses}
         )`,
      )
      .run(first, last).changes,
  )
