import type { SQLInputValue, StatementSync } from 'node:sqlite'
import type { Key } from '../core/row.ts'
import { durable, type Database } from './database.ts'
import { ledgerAttempts, wrongState } from './ledger-attempts.ts'
import { ledgerRange } from './ledger-range.ts'
import { reopenRows, reopenUnwitnessed } from './ledger-reopen.ts'
import { afterWaiting, entryColumns, entryOf, lines, sealedText, waitingColumns, waitingOf } from './ledger-rows.ts'
import { pending, sent, settled, waiting } from './ledger-tables.ts'
import type { LedgerReader, LedgerRecord } from './ledger-types.ts'
import { storedResult, type Results } from './results.ts'

/** Waiting rows that are ended at once. */
const waitingAtOnce = 1_000

/** The part of a ledger that apply changes. */
export const ledgerWork = (
  database: Database,
  results: Results,
  now: () => number,
  phase: string,
): Omit<LedgerRecord, keyof LedgerReader | 'clear' | 'add' | 'arrange' | 'sameAbout'> => {
  const { sql, read, write } = database
  const attempts = ledgerAttempts(database)
  const wait = sql.prepare(
    `update work set state = ${waiting}, waitsFor = ?2, waits = ?3 where ordinal = ?1 and state in (${waiting}, ${pending})`,
  )
  const release = sql.prepare(
    `update work set state = ${pending},
       releasedAt = iif(exists (
         select 1 from ledger own
         join work f on f.ordinal in (work.waitsFor, iif(work.waits = 'made' and own.step > 0, work.ordinal - 1, work.waitsFor))
         join ledger first on first.ordinal = f.ordinal
         where own.ordinal = work.ordinal and f.lastSentAt is not null and (work.waits <> 'after' or first.subject = own.subject)
       ), ?2, 0)
     where ordinal = ?1 and state = ${waiting}`,
  )
  const keepBefore = sql.prepare(
    `update work set before = ?2 where ordinal = ?1 and state in (${waiting}, ${pending}) and firstSentAt is null`,
  )
  const range = ledgerRange(database, phase)
  const resend = sql.prepare(
    `update work set state = ${pending}, lost = max(lost, ?2), before = null, firstSentAt = iif(max(lost, ?2) = 1, firstSentAt, null)
     where ordinal = ?1 and state = ${sent}`,
  )
  const answer = sql.prepare(`update work set answered = ?2 where ordinal = ?1 and state = ${sent}`)
  const settle = sql.prepare(
    `update work set state = ${settled}, outcome = ?2, id = ifnull(?3, id), result = ?4, isFinal = ?5, due = ?6
     where ordinal = ?1 and state <> ${settled}`,
  )
  const waitingRows = lines(
    sql,
    `select w.ordinal, l.key, l.step, l.kind, l.about from work w join ledger l using (ordinal)
     where w.outcome = 'waiting' and w.ordinal between ?1 and ?2 and (w.due = ?3 or ?3 is null) order by w.ordinal limit ?4`,
  )
  const endWait = sql.prepare('update work set outcome = ?2, result = ?3, due = null where ordinal = ?1')
  const seal = sql.prepare('update ledger set sealed = ?2 where ordinal = ?1')
  const destroy = sql.prepare(
    "update ledger set sealed = null where ordinal = ? and sealed not like 'page:%' and sealed not like '-%'",
  )
  const change = (statement: StatementSync, wanted: string, ordinal: number, ...values: readonly SQLInputValue[]) => {
    if (statement.run(ordinal, ...values).changes !== 1) throw wrongState(ordinal, wanted)
  }
  const waitingFor = lines(
    sql,
    `select ${waitingColumns} from work w join ledger l using (ordinal)
     where w.state = ${waiting} and w.waitsFor = ? order by w.ordinal`,
  )
  const rankOf = lines(sql, 'select rank from work where ordinal = ?')
  const claim = lines(
    sql,
    `select ${entryColumns(sealedText('l'))} from
       (select rank from work where state = ${pending} and rank > ? and rank <= ? order by rank limit ?) p
     join work w on w.rank = p.rank join ledger l on l.ordinal = w.ordinal order by p.rank`,
  )
  const sentAfter = lines(
    sql,
    `select ${entryColumns(sealedText('l'))} from work w join ledger l using (ordinal)
     where w.state = ${sent} and w.ordinal > ? and w.ordinal <= ? order by w.ordinal limit ?`,
  )
  const sealed = lines(
    sql,
    `select ordinal, key, step, ${sealedText('l')} from ledger l where ordinal = ? and sealed is not null`,
  )

  return {
    wait: async rows =>
      write(() => rows.forEach(row => change(wait, 'waiting or pending', row.ordinal, row.for, row.waits))),
    release: async ordinals =>
      write(() => {
        const at = now()
        for (const ordinal of ordinals) change(release, 'waiting', ordinal, at)
      }),
    waitingFor: async ordinals => read(() => ordinals.flatMap(ordinal => waitingFor(ordinal).map(waitingOf))),
    async stranded(limit) {
      const rows = lines(
        sql,
        `select ${waitingColumns}, f.result from work w
         join work f on f.ordinal = w.waitsFor join ledger l on l.ordinal = w.ordinal
         where w.state = ${waiting} and w.waitsFor between ? and ? and f.state = ${settled} order by w.ordinal limit ?`,
      )
      const result = sql.prepare('select * from results where sequence = ?')
      const { first, last } = range()
      return read(() =>
        rows(first, last, limit).map(line => ({
          row: waitingOf(line),
          first: storedResult(result.get(line[afterWaiting]!)!),
        })),
      )
    },
    async claim(limit, after) {
      const { first, last } = range()
      const place = after ? Number(rankOf(after.ordinal)[0]?.[0] ?? 0) : first - 1
      return claim(place, last, limit).map(entryOf)
    },
    async sent(limit, after = 0) {
      const { first, last } = range()
      return sentAfter(Math.max(after, first - 1), last, limit).map(entryOf)
    },
    markSent: async marks => durable(database, () => write(() => marks.forEach(attempts.mark))),
    withdraw: async marks =>
      write(() => {
        const left = new Map(marks.map(mark => [mark.ordinal, attempts.withdraw(mark)]))
        return [...left].flatMap(([ordinal, isSent]) => (isSent ? [ordinal] : []))
      }),
    keepBefore: async rows =>
      write(() =>
        rows.forEach(row => change(keepBefore, 'waiting or pending', row.ordinal, JSON.stringify(row.before))),
      ),
    reopen: async ({ outcomes }) => write(() => reopenRows(sql, outcomes, range())),
    reopenUnwitnessed: async () => write(() => reopenUnwitnessed(sql, range())),
    resend: async (ordinals, why) =>
      write(() => ordinals.forEach(ordinal => change(resend, 'sent', ordinal, why === 'lost' ? 1 : 0))),
    answered: async rows =>
      write(() => rows.forEach(({ ordinal, how }) => change(answer, 'sent', ordinal, how === 'refused' ? 2 : 1))),
    settle: async settlements =>
      write(() => {
        const batch = settlements.map(({ ordinal, result }) => ({ ...result, entry: ordinal }))
        const sequences = results.add(phase, 0, batch)
        settlements.forEach(({ ordinal, result, isFinal, dueMs, sealed: text }, at) => {
          const values = [result.outcome, result.id ?? null, sequences[at]!, isFinal ? 1 : null, dueMs ?? null]
          change(settle, 'open', ordinal, ...values)
          if (text !== undefined) seal.run(ordinal, text)
        })
      }),
    endWaiting: async (result, dueMs) =>
      write(() => {
        const { first, last } = range()
        let ended = 0
        for (;;) {
          const rows = waitingRows(first, last, dueMs ?? null, waitingAtOnce)
          const batch = rows.map(([ordinal, key, step, kind, about]) => ({
            key: key as Key,
            step: step as number,
            operation: kind as string,
            target: about as string,
            ...result,
            entry: ordinal as number,
          }))
          const sequences = results.add(phase, 0, batch)
          batch.forEach(({ entry }, at) => void endWait.run(entry, result.outcome, sequences[at]!))
          ended += rows.length
          if (rows.length < waitingAtOnce) return ended
        }
      }),
    async destroySecrets(ordinals) {
      // What is deleted is overwritten, also in the log of the file.
      sql.exec('pragma secure_delete = on')
      durable(database, () => write(() => ordinals.forEach(ordinal => void destroy.run(ordinal))))
      sql.exec('pragma wal_checkpoint(truncate)')
    },
    sealed: async ordinals =>
      read(() => ordinals.flatMap(each => sealed(each))).map(([ordinal, key, step, text]) => ({
        ordinal: ordinal as number,
        key: key as Key,
        step: step as number,
        sealed: text as string,
      })),
  }
}
