import type { SQLInputValue } from 'node:sqlite'
import { outcomes as allOutcomes } from '../core/result.ts'
import type { Database } from './database.ts'
import { ledgerAttempts } from './ledger-attempts.ts'
import { ledgerRange } from './ledger-range.ts'
import { afterEntry, entryColumns, entryOf, lines, sealedText } from './ledger-rows.ts'
import { pending, sent, subjectOf, waiting } from './ledger-tables.ts'
import type { LedgerReader, Waits } from './ledger-types.ts'

/** Created when rows are first read by outcome, which is usually after the last one. */
const byOutcome = 'create index if not exists work_by_outcome on work (outcome, ordinal) where outcome is not null'

/** Created when a row is first found by its key. */
const byKey = 'create index if not exists ledger_by_key on ledger (key, step)'

/** What is read of a ledger. */
export const ledgerReader = (database: Database, phase: string): Omit<LedgerReader, 'writtenSince'> => {
  const { sql, read, write } = database
  const range = ledgerRange(database, phase)
  const number = (text: string, ...values: readonly SQLInputValue[]): number =>
    Number(lines(sql, text)(...values)[0]![0] ?? 0)
  let isIndexed = false

  /** The ordinals of some rows, as a select with values for each outcome, its range and the limit. */
  const ofOutcomes = (count: number, order: string, between: string) => {
    const one = `select * from (select ordinal from work where outcome = ? and ${between} order by ordinal ${order} limit ?)`
    return Array.from({ length: count }, () => one).join(' union all ')
  }

  return {
    count: async () =>
      read(() => {
        const { first, last, isComplete } = range()
        const inState = (state: number, place: 'rank' | 'ordinal' | 'waitsFor') =>
          number(`select count(*) from work where state = ${state} and ${place} between ? and ?`, first, last)
        if (!isComplete) {
          const all = number('select count(*) from ledger where ordinal >= ?', first)
          const later = number('select count(*) from ledger where ordinal >= ? and waits is not null', first)
          return { waiting: later, pending: all - later, sent: 0, settled: 0 }
        }
        const [inWaiting, inPending, inSent] = [
          inState(waiting, 'waitsFor'),
          inState(pending, 'rank'),
          inState(sent, 'ordinal'),
        ]
        return {
          waiting: inWaiting,
          pending: inPending,
          sent: inSent,
          settled: last - first + 1 - inWaiting - inPending - inSent,
        }
      }),
    async entries({ after, limit, backwards = false, outcomes }) {
      const [order, compare] = backwards ? ['desc', '<'] : ['asc', '>']
      const { first, last } = range()
      const from = backwards ? Math.min(after ?? Infinity, last + 1) : Math.max(after ?? 0, first - 1)
      const end = backwards ? first : last
      const within = backwards ? '>=' : '<='
      const columns = entryColumns('null')
      if (!outcomes)
        return lines(
          sql,
          `select ${columns} from ledger l left join work w using (ordinal)
           where l.ordinal ${compare} ? and l.ordinal ${within} ? order by l.ordinal ${order} limit ?`,
        )(from, end, limit).map(entryOf)
      if (!isIndexed) write(() => sql.exec(byOutcome))
      isIndexed = true
      const wanted = allOutcomes.filter(outcome => outcomes.includes(outcome))
      if (wanted.length === 0) return []
      return lines(
        sql,
        `select ${columns} from (${ofOutcomes(wanted.length, order, `ordinal ${compare} ? and ordinal ${within} ?`)} order by ordinal ${order} limit ?) o
         join ledger l on l.ordinal = o.ordinal join work w on w.ordinal = o.ordinal order by o.ordinal ${order}`,
      )(...wanted.flatMap(outcome => [outcome, from, end, limit]), limit).map(entryOf)
    },
    async waiting() {
      const { first, last } = range()
      const counts = lines(
        sql,
        `select waits, count(*) from work where state = ${waiting} and waitsFor between ? and ? group by waits`,
      )(first, last)
      return { same: 0, then: 0, after: 0, made: 0, ...Object.fromEntries(counts) } as Readonly<Record<Waits, number>>
    },
    async isContested() {
      const { first, last } = range()
      const text = `select 1 from work where rank between ? and ? and lastSentAt is not null and outcome = 'unchanged' limit 1`
      return lines(sql, text)(first, last).length > 0
    },
    async waitingEntries(limit, after = 0) {
      const { first, last } = range()
      const text = `select ${entryColumns('null')}, w.waitsFor from work w join ledger l using (ordinal)
        where w.state = ${waiting} and w.ordinal > ? and w.ordinal <= ? order by w.ordinal limit ?`
      return lines(sql, text)(Math.max(after, first - 1), last, limit).map(line => ({
        ...entryOf(line),
        waitsFor: line[afterEntry] as number,
      }))
    },
    async find({ key, step }) {
      write(() => sql.exec(byKey))
      const { first, last } = range()
      const text = `select ${entryColumns('null')} from ledger l left join work w using (ordinal)
        where l.key = ? and l.step = ? and l.ordinal between ? and ? order by l.ordinal limit 1`
      return lines(sql, text)(key, step, first, last).map(entryOf)[0]
    },
    async firstOf(ordinal) {
      const text = `select ${entryColumns('null')} from ledger l join work w using (ordinal)
        where l.ordinal = (select waitsFor from work where ordinal = ?)`
      return lines(sql, text)(ordinal).map(entryOf)[0]
    },
    async needy(limit, after = 0) {
      const { first, last } = range()
      const text = `select ${entryColumns('null')}
        from (select distinct ordinal from needs where ordinal > ? and ordinal <= ? order by ordinal limit ?) n
        join ledger l on l.ordinal = n.ordinal left join work w on w.ordinal = n.ordinal order by n.ordinal`
      return lines(sql, text)(Math.max(after, first - 1), last, limit).map(entryOf)
    },
    async neededBy({ key, step }) {
      const { first, last } = range()
      const text = `select ${entryColumns('null')} from needs n join ledger l on l.ordinal = n.ordinal left join work w on w.ordinal = n.ordinal
        where n.key = ? and n.step = ? and n.waits = 'made' and n.ordinal between ? and ? order by n.ordinal`
      return lines(sql, text)(key, step, first, last).map(entryOf)
    },
    async due() {
      const { first, last } = range()
      write(() => sql.exec(byOutcome))
      const text = `select due, count(*) from work where outcome = 'waiting' and ordinal between ? and ? and due is not null
        group by due order by due`
      return lines(sql, text)(first, last).map(([dueMs, rows]) => ({ dueMs: dueMs as number, rows: rows as number }))
    },
    async dueAt(dueMs, limit, after = 0) {
      const { first, last } = range()
      const text = `select ${entryColumns('null')} from work w join ledger l using (ordinal)
        where w.outcome = 'waiting' and w.ordinal > ? and w.ordinal <= ? and w.due = ? order by w.ordinal limit ?`
      return lines(sql, text)(Math.max(after, first - 1), last, dueMs, limit).map(entryOf)
    },
    async waitingAbout(abouts, afterMs) {
      const { first, last } = range()
      const text = `select ${entryColumns('null')}, w.due from ledger l join work w using (ordinal)
        where l.subject = ? and l.about = ? and l.ordinal between ? and ? and w.outcome = 'waiting' and w.due > ?`
      const find = lines(sql, text)
      return read(() => abouts.flatMap(about => find(subjectOf(about), about, first, last, afterMs))).map(line => ({
        ...entryOf(line),
        dueMs: line[afterEntry] as number,
      }))
    },
    async sealedOf(key, step) {
      write(() => sql.exec(byKey))
      const { first, last } = range()
      const text = `select ${sealedText('l')} from ledger l where key = ? and step = ? and ordinal between ? and ?`
      const [line] = lines(sql, text)(key, step, first, last)
      return (line?.[0] ?? undefined) as string | undefined
    },
    async sentSince(ms, together = []) {
      const sent = 'from attempts a where a.at >= ? and a.withdrawn = 0'
      if (together.length === 0) return number(`select count(distinct a.ordinal) ${sent}`, ms)
      const one = `iif(l.kind in (${together.map(() => '?').join()}), 'lock ' || l.lock, a.ordinal)`
      return number(
        `select count(distinct ${one}) ${sent.replace('where', 'join ledger l using (ordinal) where')}`,
        ...together,
        ms,
      )
    },
    attempts: async ordinals => read(() => ledgerAttempts(database).of(ordinals)),
  }
}
