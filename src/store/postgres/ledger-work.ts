import type { LedgerReader, LedgerRecord } from '../ledger-types.ts'
import { pending, sent, settled, waiting } from '../ledger-tables.ts'
import type { Sql } from './database.ts'
import { apart, expectAll, markAttempts, withdrawAttempts } from './ledger-attempts.ts'
import {
  entryColumns,
  entryOf,
  ledgerRange,
  sealedText,
  waitingColumns,
  waitingOf,
  type EntryLine,
  type WaitingLine,
} from './ledger-lines.ts'
import { reopenRows, reopenUnwitnessed } from './ledger-reopen.ts'
import { resultColumns, storedResult, type AddResults, type ResultLine } from './results.ts'
import type { RunSql } from './run-sql.ts'
import { keyOf, textOf } from './texts.ts'

/** Waiting rows that are ended at once. */
const waitingAtOnce = 1_000

/**
 * Rows with new values, and where they are: each is looked up by itself, whatever the statistics of a table say that has just been filled.
 * Nothing else changes the rows of a run meanwhile.
 */
const placed = (rows: string, state: string): string => `
  with n as materialized (
    select n.*, at.place from ${rows}
    cross join lateral (select ctid as place from work where run = $1 and ordinal = n.ordinal and ${state} offset 0) at
  )`

const wait = `${placed('unnest($2::bigint[], $3::bigint[], $4::text[]) as n (ordinal, first, waits)', `state in (${waiting}, ${pending})`)}
  update work w set state = ${waiting}, waits_for = n.first, waits = n.waits from n where w.ctid = n.place returning w.ordinal`

const release = `
  update work w set state = ${pending}, released = case when exists (
      select 1 from ledger own
      join work f on f.run = $1 and f.ordinal in (w.waits_for, case when w.waits = 'made' and own.step > 0 then w.ordinal - 1 else w.waits_for end)
      join ledger first on first.run = $1 and first.ordinal = f.ordinal
      where own.run = $1 and own.ordinal = w.ordinal and f.last_sent is not null and (w.waits <> 'after' or first.subject = own.subject)
    ) then $3::bigint else 0 end
  where w.run = $1 and w.ordinal = any($2) and w.state = ${waiting} returning w.ordinal`

const keepBefore = `${placed('unnest($2::bigint[], $3::text[]) as n (ordinal, before)', `state in (${waiting}, ${pending}) and first_sent is null`)}
  update work w set before = n.before from n where w.ctid = n.place returning w.ordinal`

const resend = `
  update work set state = ${pending}, lost = lost or $3, before = null, first_sent = case when lost or $3 then first_sent end
  where run = $1 and ordinal = any($2) and state = ${sent} returning ordinal`

const answer = `${placed('unnest($2::bigint[], $3::int[]) as n (ordinal, how)', `state = ${sent}`)}
  update work w set answered = n.how from n where w.ctid = n.place returning w.ordinal`

const settle = `${placed(
  'unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::boolean[], $7::bigint[]) as n (ordinal, outcome, id, result, is_final, due)',
  `state <> ${settled}`,
)}
  update work w set state = ${settled}, outcome = n.outcome, id = coalesce(n.id, w.id), result = n.result, is_final = n.is_final, due = n.due
  from n where w.ctid = n.place returning w.ordinal`

const endWait = `${placed('unnest($2::bigint[], $3::bigint[]) as n (ordinal, result)', `outcome = 'waiting'`)}
  update work w set outcome = $4, result = n.result, due = null from n where w.ctid = n.place`

const seal = `
  update ledger set sealed = n.sealed from (
    select n.sealed, at.place from unnest($2::bigint[], $3::text[]) as n (ordinal, sealed)
    cross join lateral (select ctid as place from ledger where run = $1 and ordinal = n.ordinal offset 0) at
  ) n where ledger.ctid = n.place`

const claim = `
  select ${entryColumns(sealedText('l'))} from (
    select rank, ordinal from work where run = $1 and state = ${pending} and rank > $2 and rank <= $3 order by rank limit $4
  ) p join work w on w.run = $1 and w.rank = p.rank join ledger l on l.run = $1 and l.ordinal = p.ordinal order by p.rank`

const sentAfter = `
  select ${entryColumns(sealedText('l'))} from work w join ledger l on l.run = w.run and l.ordinal = w.ordinal
  where w.run = $1 and w.state = ${sent} and w.ordinal > $2 and w.ordinal <= $3 order by w.ordinal limit $4`

const strandedRows = `
  select ${waitingColumns}, f.result from work w
  join work f on f.run = w.run and f.ordinal = w.waits_for join ledger l on l.run = w.run and l.ordinal = w.ordinal
  where w.run = $1 and w.state = ${waiting} and w.waits_for between $2 and $3 and f.state = ${settled} order by w.ordinal limit $4`

const dueRows = `
  select w.ordinal, l.key, l.step, l.kind, l.about from work w join ledger l on l.run = w.run and l.ordinal = w.ordinal
  where w.run = $1 and w.outcome = 'waiting' and w.ordinal between $2 and $3 and ($4::bigint is null or w.due = $4) order by w.ordinal limit $5`

/** The part of a ledger that apply changes; see `ledger-work.ts` of the other store. */
export const ledgerWork = (
  { run, rows, read, write }: RunSql,
  phase: string,
  addResults: AddResults,
  now: () => number,
): Omit<LedgerRecord, keyof LedgerReader | 'clear' | 'add' | 'arrange' | 'sameAbout'> => {
  const range = (sql: Pick<Sql, 'rows'> = { rows }) => ledgerRange(sql, run, phase)

  /** Changes rows, each once, all of which have to be in the state that the statement wants. */
  const change = async <T extends { readonly ordinal: number }>(
    sql: Sql,
    text: string,
    wanted: string,
    changed: readonly T[],
    ...values: readonly ((row: T) => unknown)[]
  ) => {
    for (const part of apart(changed)) {
      const ordinals = part.map(({ ordinal }) => ordinal)
      const columns = values.map(value => part.map(value))
      expectAll(ordinals, await sql.rows<{ ordinal: number }>(text, [run, ordinals, ...columns]), wanted)
    }
  }
  const changeEach = async (sql: Sql, text: string, wanted: string, ordinals: readonly number[], value: unknown) => {
    for (const part of apart(ordinals.map(ordinal => ({ ordinal })))) {
      const each = part.map(({ ordinal }) => ordinal)
      expectAll(each, await sql.rows<{ ordinal: number }>(text, [run, each, value]), wanted)
    }
  }

  return {
    wait: all =>
      write(sql =>
        change(
          sql,
          wait,
          'waiting or pending',
          all,
          row => row.for,
          row => row.waits,
        ),
      ),
    release: ordinals => write(sql => changeEach(sql, release, 'waiting', ordinals, now())),
    async waitingFor(ordinals) {
      const text = `select ${waitingColumns} from unnest($2::bigint[]) with ordinality as n (first, place)
        join work w on w.run = $1 and w.state = ${waiting} and w.waits_for = n.first
        join ledger l on l.run = $1 and l.ordinal = w.ordinal order by n.place, w.ordinal`
      return (await rows<WaitingLine>(text, [run, ordinals])).map(waitingOf)
    },
    stranded: limit =>
      read(async sql => {
        const { first, last } = await range(sql)
        const found = await sql.rows<WaitingLine & { readonly result: number }>(strandedRows, [run, first, last, limit])
        const text = `select ${resultColumns('r')} from results r where r.run = $1 and r.sequence = any($2)`
        const results = await sql.rows<ResultLine>(text, [run, [...new Set(found.map(({ result }) => result))]])
        const bySequence = new Map(results.map(line => [line.sequence, storedResult(line)]))
        return found.map(line => ({ row: waitingOf(line), first: bySequence.get(line.result)! }))
      }),
    claim: (limit, after) =>
      read(async sql => {
        const { first, last } = await range(sql)
        const text = 'select rank from work where run = $1 and ordinal = $2'
        const place = after ? (await sql.rows<{ rank: number }>(text, [run, after.ordinal]))[0]?.rank : first - 1
        return (await sql.rows<EntryLine>(claim, [run, place ?? 0, last, limit])).map(entryOf)
      }),
    async sent(limit, after = 0) {
      const { first, last } = await range()
      return (await rows<EntryLine>(sentAfter, [run, Math.max(after, first - 1), last, limit])).map(entryOf)
    },
    markSent: marks => write(sql => markAttempts(sql, run, marks)),
    withdraw: marks => write(sql => withdrawAttempts(sql, run, marks)),
    keepBefore: all =>
      write(sql => change(sql, keepBefore, 'waiting or pending', all, ({ before }) => JSON.stringify(before))),
    reopen: ({ outcomes }) => write(async sql => reopenRows(sql, run, outcomes, await range(sql))),
    reopenUnwitnessed: () => write(async sql => reopenUnwitnessed(sql, run, await range(sql))),
    resend: (ordinals, why) => write(sql => changeEach(sql, resend, 'sent', ordinals, why === 'lost')),
    answered: all => write(sql => change(sql, answer, 'sent', all, ({ how }) => (how === 'refused' ? 2 : 1))),
    settle: settlements =>
      write(async sql => {
        const batch = settlements.map(({ ordinal, result }) => ({ ...result, entry: ordinal }))
        const sequences = await addResults(sql, { phase, epoch: 0, atMs: now() }, batch)
        const ended = settlements.map((settlement, at) => ({ ...settlement, sequence: sequences[at]! }))
        await change(
          sql,
          settle,
          'open',
          ended,
          ({ result }) => result.outcome,
          ({ result }) => result.id ?? null,
          ({ sequence }) => sequence,
          ({ isFinal }) => isFinal ?? null,
          ({ dueMs }) => dueMs ?? null,
        )
        const sealed = settlements.filter(each => each.sealed !== undefined)
        if (sealed.length > 0)
          await sql.run(seal, [run, sealed.map(({ ordinal }) => ordinal), sealed.map(each => each.sealed)])
      }),
    endWaiting: (result, dueMs) =>
      write(async sql => {
        const { first, last } = await range(sql)
        for (let ended = 0; ;) {
          const found = await sql.rows<Omit<WaitingLine, 'waits_for' | 'waits' | 'needs'>>(dueRows, [
            ...[run, first, last, dueMs ?? null, waitingAtOnce],
          ])
          const batch = found.map(({ ordinal, key, step, kind, about }) => ({
            ...{ key: keyOf(key), step, operation: kind, target: textOf(about), ...result, entry: ordinal },
          }))
          const sequences = await addResults(sql, { phase, epoch: 0, atMs: now() }, batch)
          await sql.run(endWait, [run, found.map(({ ordinal }) => ordinal), sequences, result.outcome])
          ended += found.length
          if (found.length < waitingAtOnce) return ended
        }
      }),
    destroySecrets: ordinals =>
      write(
        async sql =>
          void (await sql.run(
            `update ledger set sealed = null where run = $1 and ordinal = any($2) and sealed not like 'page:%' and sealed not like '-%'`,
            [run, ordinals],
          )),
      ),
    async sealed(ordinals) {
      const text = `select l.ordinal, l.key, l.step, ${sealedText('l')} as sealed from unnest($2::bigint[]) with ordinality as n (ordinal, place)
        join ledger l on l.run = $1 and l.ordinal = n.ordinal and l.sealed is not null order by n.place`
      type Line = Pick<EntryLine, 'ordinal' | 'key' | 'step'> & { readonly sealed: string }
      return (await rows<Line>(text, [run, ordinals])).map(line => ({ ...line, key: keyOf(line.key) }))
    },
  }
}
