import { EntrapipeError } from '../core/errors.ts'
import type { Database } from './database.ts'
import { pending, sent } from './ledger-tables.ts'
import type { SentMark } from './ledger-types.ts'

type Attempt = Omit<SentMark, 'before'>

/** An attempt as recorded, with the one before it of the same row. */
interface KeptAttempt extends Attempt {
  readonly number: number
  readonly previous: number | null
}

/** The error for a row that is not in the state which a call requires. */
export const wrongState = (ordinal: number, wanted: string): EntrapipeError =>
  new EntrapipeError('INTERNAL', `Row ${ordinal} of the ledger is not ${wanted}.`, { facts: { ordinal } })

/** The attempts of a ledger. All calls but `of` are made within a transaction. */
export const ledgerAttempts = ({ sql }: Database) => {
  const insert = sql.prepare(
    `insert into attempts (ordinal, attempt, client, at, previous, withdrawn)
     select ?1, ?2, ?3, ?4, lastAttempt, 0 from work where ordinal = ?1 and state in (${pending}, ${sent})`,
  )
  const mark = sql.prepare(
    `update work set state = ${sent}, attempts = attempts + 1, lastAttempt = ?2, firstSentAt = ifnull(firstSentAt, ?3),
       lastSentAt = ?3, answered = 0, before = iif(firstSentAt is null or before is null, ?4, before)
     where ordinal = ?1`,
  )
  const last = sql.prepare('select lastAttempt, retriedAfter from work where ordinal = ?')
  const get = sql.prepare(
    'select number, ordinal, attempt, client, at as atMs, previous from attempts where number = ?',
  )
  const withdraw = sql.prepare('update attempts set withdrawn = 1 where number = ?')
  const join = sql.prepare('update attempts set previous = ?2 where number = ?1')
  const unmark = sql.prepare(
    `update work set attempts = attempts - 1, lastAttempt = ?2, lastSentAt = ?3, firstSentAt = ?4,
       state = iif(?4 is null, ${pending}, ${sent}), before = iif(?4 is null, null, before)
     where ordinal = ?1 and state = ${sent}`,
  )

  /** Newest first. */
  const chain = (ordinal: number): readonly KeptAttempt[] => {
    const found: KeptAttempt[] = []
    for (let number = last.get(ordinal)?.['lastAttempt'] ?? null; number !== null;) {
      const attempt = get.get(number) as unknown as KeptAttempt
      found.push(attempt)
      number = attempt.previous
    }
    return found
  }

  return {
    mark({ ordinal, attempt, client, atMs, before }: SentMark): void {
      const { changes, lastInsertRowid } = insert.run(ordinal, attempt, client, atMs)
      if (changes !== 1) throw wrongState(ordinal, 'pending or sent')
      mark.run(ordinal, lastInsertRowid, atMs, JSON.stringify(before))
    },
    /** Returns whether the row has another attempt, so that it is still sent. */
    withdraw({ ordinal, attempt }: Pick<SentMark, 'ordinal' | 'attempt'>): boolean {
      const all = chain(ordinal)
      const at = all.findIndex(each => each.attempt === attempt)
      const taken = all[at]
      if (!taken) throw wrongState(ordinal, `marked with attempt ${attempt}`)
      withdraw.run(taken.number)
      if (at > 0) join.run(all[at - 1]!.number, taken.previous)
      const left = all.filter(each => each !== taken)
      const retriedAfter = Number(last.get(ordinal)?.['retriedAfter'])
      const open = left.filter(({ number }) => number > retriedAfter)
      const [newest, oldest] = [open[0], open.at(-1)]
      const { changes } = unmark.run(ordinal, left[0]?.number ?? null, newest?.atMs ?? null, oldest?.atMs ?? null)
      if (changes !== 1) throw wrongState(ordinal, 'sent')
      return newest !== undefined
    },
    of: (ordinals: readonly number[]): readonly Attempt[] =>
      ordinals.flatMap(ordinal =>
        [...chain(ordinal)].reverse().map(({ number: _, previous: __, ...attempt }) => attempt),
      ),
  }
}
