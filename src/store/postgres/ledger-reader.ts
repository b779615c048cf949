import { outcomes as allOutcomes, type Outcome } from '../../core/result.ts'
import { pending, sent, settled, subjectOf, waiting } from '../ledger-tables.ts'
import type { LedgerReader, Waits } from '../ledger-types.ts'
import type { Sql } from './database.ts'
import { attemptsOf } from './ledger-attempts.ts'
import { entryColumns, entryOf, ledgerAndWork, ledgerRange, sealedText, type EntryLine } from './ledger-lines.ts'
import type { RunSql } from './run-sql.ts'
import { keyText, safeText } from './texts.ts'

const open = entryColumns('null')

/** The ordinals of a phase as a condition for which no index is used: rows are found by what else is asked. */
const inRange = (row: string): string => `${row}.ordinal + 0 between $4 and $5`

/** What is read of a ledger; see `ledger-reader.ts` of the other store. */
export const ledgerReader = ({ run, rows, read }: RunSql, phase: string): Omit<LedgerReader, 'writtenSince'> => {
  const range = (sql: Pick<Sql, 'rows'> = { rows }) => ledgerRange(sql, run, phase)
  const entries = async (text: string, values: readonly unknown[]) => (await rows<EntryLine>(text, values)).map(entryOf)
  const number = async (sql: Pick<Sql, 'rows'>, text: string, values: readonly unknown[]) =>
    (await sql.rows<{ n: number }>(text, values))[0]!.n

  return {
    count: () =>
      read(async sql => {
        const { first, last, isComplete } = await range(sql)
        if (!isComplete) {
          const of = (which: string) =>
            number(sql, `select count(*) as n from ledger where run = $1 and ordinal >= $2 ${which}`, [run, first])
          const [all, later] = [await of(''), await of('and waits is not null')]
          return { waiting: later, pending: all - later, sent: 0, settled: 0 }
        }
        const inState = (state: number, place: 'rank' | 'ordinal' | 'waits_for') =>
          number(
            sql,
            `select count(*) as n from work where run = $1 and state = ${state} and ${place} between $2 and $3`,
            [run, first, last],
          )
        const [inWaiting, inPending, inSent] = [
          await inState(waiting, 'waits_for'),
          await inState(pending, 'rank'),
          await inState(sent, 'ordinal'),
        ]
        const inAll = last - first + 1
        return { waiting: inWaiting, pending: inPending, sent: inSent, settled: inAll - inWaiting - inPending - inSent }
      }),
    async entries({ after, limit, backwards = false, outcomes }) {
      const [order, compare, within] = backwards ? ['desc', '<', '>='] : ['asc', '>', '<=']
      const { first, last } = await range()
      const from = backwards ? Math.min(after ?? Infinity, last + 1) : Math.max(after ?? 0, first - 1)
      const values = [run, from, backwards ? first : last, limit]
      const between = `ordinal ${compare} $2 and %.ordinal ${within} $3`
      if (!outcomes)
        return entries(
          `select ${open} from ${ledgerAndWork} where l.run = $1 and l.${between.replace('%', 'l')} order by l.ordinal ${order} limit $4`,
          values,
        )
      const wanted = allOutcomes.filter(outcome => outcomes.includes(outcome))
      if (wanted.length === 0) return []
      const page = (outcome: Outcome) =>
        `(select w.ordinal from work w where w.run = $1 and w.outcome = '${outcome}' and w.${between.replace('%', 'w')} order by w.ordinal ${order} limit $4)`
      return entries(
        `select ${open} from (select * from (${wanted.map(page).join(' union all ')}) p order by ordinal ${order} limit $4) o
         join ledger l on l.run = $1 and l.ordinal = o.ordinal join work w on w.run = $1 and w.ordinal = o.ordinal order by o.ordinal ${order}`,
        values,
      )
    },
    async waiting() {
      const { first, last } = await range()
      const counts = await rows<{ waits: Waits; n: number }>(
        `select waits, count(*) as n from work where run = $1 and state = ${waiting} and waits_for between $2 and $3 group by waits`,
        [run, first, last],
      )
      return { same: 0, then: 0, after: 0, made: 0, ...Object.fromEntries(counts.map(({ waits, n }) => [waits, n])) }
    },
    async isContested() {
      const { first, last } = await range()
      const text = `select 1 from work where run = $1 and outcome = 'unchanged' and ordinal between $2 and $3 and last_sent is not null limit 1`
      return (await rows(text, [run, first, last])).length > 0
    },
    async waitingEntries(limit, after = 0) {
      const { first, last } = await range()
      const text = `select ${open}, w.waits_for from work w join ledger l on l.run = w.run and l.ordinal = w.ordinal
        where w.run = $1 and w.state = ${waiting} and w.ordinal > $2 and w.ordinal <= $3 order by w.ordinal limit $4`
      const values = [run, Math.max(after, first - 1), last, limit]
      const lines = await rows<EntryLine & { readonly waits_for: number }>(text, values)
      return lines.map(line => ({ ...entryOf(line), waitsFor: line.waits_for }))
    },
    async find({ key, step }) {
      const { first, last } = await range()
      const text = `select ${open} from ${ledgerAndWork}
        where l.run = $1 and l.key = $2 and l.step = $3 and ${inRange('l')} order by l.ordinal + 0 limit 1`
      return (await entries(text, [run, keyText(key), step, first, last]))[0]
    },
    async firstOf(ordinal) {
      const text = `select ${open} from work o join ledger l on l.run = o.run and l.ordinal = o.waits_for
        join work w on w.run = l.run and w.ordinal = l.ordinal where o.run = $1 and o.ordinal = $2`
      return (await entries(text, [run, ordinal]))[0]
    },
    async needy(limit, after = 0) {
      const { first, last } = await range()
      const text = `select ${open} from (
          select distinct ordinal from needs where run = $1 and ordinal > $2 and ordinal <= $3 order by ordinal limit $4
        ) o join ledger l on l.run = $1 and l.ordinal = o.ordinal left join work w on w.run = $1 and w.ordinal = o.ordinal
        order by o.ordinal`
      return entries(text, [run, Math.max(after, first - 1), last, limit])
    },
    async neededBy({ key, step }) {
      const { first, last } = await range()
      const text = `select ${open} from needs o join ledger l on l.run = o.run and l.ordinal = o.ordinal
        left join work w on w.run = l.run and w.ordinal = l.ordinal
        where o.run = $1 and o.key = $2 and o.step = $3 and o.waits = 'made' and ${inRange('o')} order by o.ordinal + 0`
      return entries(text, [run, keyText(key), step, first, last])
    },
    async due() {
      const { first, last } = await range()
      return rows<{ dueMs: number; rows: number }>(
        `select due as "dueMs", count(*) as rows from work
         where run = $1 and outcome = 'waiting' and ordinal between $2 and $3 and due is not null group by due order by due`,
        [run, first, last],
      )
    },
    async dueAt(dueMs, limit, after = 0) {
      const { first, last } = await range()
      const text = `select ${open} from work w join ledger l on l.run = w.run and l.ordinal = w.ordinal
        where w.run = $1 and w.outcome = 'waiting' and w.ordinal > $2 and w.ordinal <= $3 and w.due = $4 order by w.ordinal limit $5`
      return entries(text, [run, Math.max(after, first - 1), last, dueMs, limit])
    },
    async waitingAbout(abouts, afterMs) {
      const { first, last } = await range()
      const text = `select ${open}, w.due from unnest($2::bigint[], $3::text[]) with ordinality as a (subject, about, place)
        join ledger l on l.run = $1 and l.subject = a.subject and l.about = a.about and ${inRange('l')}
        join work w on w.run = l.run and w.ordinal = l.ordinal and w.outcome = 'waiting' and w.due > $6 order by a.place, l.ordinal`
      const values = [run, abouts.map(subjectOf), abouts.map(safeText), first, last, afterMs]
      const lines = await rows<EntryLine & { readonly due: number }>(text, values)
      return lines.map(line => ({ ...entryOf(line), dueMs: line.due }))
    },
    async sealedOf(key, step) {
      const { first, last } = await range()
      const text = `select ${sealedText('l')} as sealed from ledger l
        where l.run = $1 and l.key = $2 and l.step = $3 and ${inRange('l')}`
      const [line] = await rows<Pick<EntryLine, 'sealed'>>(text, [run, keyText(key), step, first, last])
      return line?.sealed ?? undefined
    },
    sentSince: (ms, together = []) =>
      number(
        { rows },
        `select count(distinct case when l.kind = any($3) then 'lock ' || l.lock else a.ordinal::text end) as n
         from attempts a join ledger l on l.run = a.run and l.ordinal = a.ordinal
         where a.run = $1 and a.at >= $2 and not a.withdrawn`,
        [run, ms, together],
      ),
    attempts: ordinals => attemptsOf({ rows }, run, ordinals),
  }
}

/** Attempts that are read at once. */
const pageAttempts = 5_000
/** A reply may come so long after its attempt. */
const longestReplyMs = 10 * 60_000

const written = `
  select ${open}, case when w.state = ${settled} then r.at end as replied, case when w.state = ${sent} then a.number end as open
  from attempts a join work w on w.run = a.run and w.ordinal = a.ordinal join ledger l on l.run = a.run and l.ordinal = a.ordinal
  left join results r on r.run = a.run and r.sequence = w.result
  where a.run = $1 and a.number > $2 and a.number <= $3 and not a.withdrawn and a.ordinal between $4 and $5 order by a.number`

interface WrittenLine extends EntryLine {
  readonly replied: number | null
  readonly open: number | null
}

/** Reads what was written lately, from the end of the attempts: the ledger may have millions of others. */
export const ledgerWrites = (
  { run, read }: RunSql,
  phase: string,
  now: () => number,
): Pick<LedgerReader, 'writtenSince'> => ({
  writtenSince: (sinceMs, after) =>
    read(async sql => {
      const before = 'select number from attempts where run = $1 and at < $2 order by at desc, number desc limit 1'
      const from =
        after ?? (await sql.rows<{ number: number }>(before, [run, sinceMs - longestReplyMs]))[0]?.number ?? 0
      const [page] = await sql.rows<{ number: number | null }>(
        `select max(number) as number from (select number from attempts where run = $1 and number > $2 order by number limit $3) p`,
        [run, from, pageAttempts],
      )
      if (!page || page.number === null) return { rows: [], number: undefined }
      const { first, last } = await ledgerRange(sql, run, phase)
      const found = await sql.rows<WrittenLine>(written, [run, from, page.number, first, last])
      const open = found.find(line => line.open !== null)?.open ?? undefined
      const rows = found.flatMap(line => {
        const atMs = line.replied ?? now()
        return atMs < sinceMs ? [] : [{ ...entryOf(line), atMs }]
      })
      return { rows, number: page.number, ...(open !== undefined && { open }) }
    }),
})
