import { EntrapipeError } from '../../core/errors.ts'
import { pending, subjectOf, waiting } from '../ledger-tables.ts'
import type { KeptNewEntry, LedgerRecord, SameAbout } from '../ledger-types.ts'
import type { Sql } from './database.ts'
import { inputTexts } from './ledger-inputs.ts'
import { ledgerRange, newLine, rowOf, sealedText, type EntryLine } from './ledger-lines.ts'
import { cutBackResults } from './results.ts'
import { sealedWriter } from '../ledger-rows.ts'
import type { RunSql } from './run-sql.ts'
import { keyOf, keyText, textOf } from './texts.ts'

/** Rows in one statement. */
const batchRows = 2_000

/** Things, and rows about them, that are read at once. */
const [subjectsAtOnce, rowsAtOnce] = [500, 2_000] as const

const insert = `
  insert into ledger (run, ordinal, key, step, kind, ordered, waits, about, lock, locks, row, sealed, input, subject)
  select $1, $2 + place, key, step, kind, ordered, waits, about, lock, locks, row, sealed, input, subject
  from unnest($3::text[], $4::int[], $5::text[], $6::boolean[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
    $12::text[], $13::text[], $14::bigint[]) with ordinality
    as n (key, step, kind, ordered, waits, about, lock, locks, row, sealed, input, subject, place)`

const arrangement = `
  insert into work (run, rank, ordinal, state, waits, waits_for)
  select $1, $2 - 1 + row_number() over (order by lock, ordinal), ordinal,
    case when waits is null then ${pending} else ${waiting} end, waits, case when waits is null then null else ordinal - 1 end
  from ledger where run = $1 and ordinal >= $2 order by lock, ordinal`

const shared = `
  select subject from ledger where run = $1 and subject > $2 and ordinal between $4 and $5
  group by subject having count(*) > 1 order by subject limit $3`

const same = `
  select l.ordinal, l.key, l.step, l.kind, l.ordered, l.row, l.about, l.subject, ${sealedText('l')} as sealed from ledger l
  where l.run = $1 and l.subject = any($2) and l.ordinal between $3 and $4 and (l.subject, l.ordinal) > ($5, $6)
  order by l.subject, l.ordinal limit $7`

interface SameLine extends Pick<EntryLine, 'ordinal' | 'key' | 'step' | 'kind' | 'row' | 'about' | 'sealed'> {
  readonly ordered: boolean
  readonly subject: number
}

type SameRow = SameAbout['entries'][number] & { readonly about: string }

/** Rows about things that are really the same: different things may share a subject. */
const groupsOf = (group: readonly SameRow[]): readonly SameAbout[] =>
  [...Map.groupBy(group, ({ about }) => about)]
    .filter(([, { length }]) => length > 1)
    .map(([about, entries]) => ({ about, entries: entries.map(({ about: _, ...entry }) => entry) }))

/** The part of a ledger that intake fills. */
export const ledgerIntake = (
  { run, rows, write }: RunSql,
  phase: string,
): Pick<LedgerRecord, 'clear' | 'add' | 'arrange' | 'sameAbout'> => {
  const addBatch = async (sql: Sql, batch: readonly KeptNewEntry[], seal: ReturnType<typeof sealedWriter>) => {
    const [{ last }] = (await sql.rows<{ last: number }>(
      'select coalesce(max(ordinal), 0) as last from ledger where run = $1',
      [run],
    )) as [{ last: number }]
    const inputs = await inputTexts(sql, run, batch)
    const lines = batch.map((entry, at) => {
      const { key, step, kind, ordered, waits, about, lock, locks, row } = newLine(entry)
      const sealed = seal(entry.sealed)
      return [key, step, kind, ordered, waits, about, lock, locks, row, sealed, inputs[at], subjectOf(entry.about)]
    })
    const columns = Array.from({ length: 12 }, (_, at) => lines.map(line => line[at]))
    await sql.run(insert, [run, last, ...columns])
    const needs = batch.flatMap(({ needs = [] }, at) => needs.map(need => [last + at + 1, need] as const))
    if (needs.length > 0)
      await sql.run(
        `insert into needs select $1, * from unnest($2::bigint[], $3::text[], $4::int[], $5::text[]) on conflict do nothing`,
        [
          run,
          needs.map(([ordinal]) => ordinal),
          needs.map(([, { key }]) => keyText(key)),
          needs.map(([, { step }]) => step),
          needs.map(([, { waits }]) => waits),
        ],
      )
  }

  return {
    clear: () =>
      write(async sql => {
        const { first, last } = await ledgerRange(sql, run, phase)
        const within = 'where run = $1 and ordinal between $2 and $3'
        const attempted = `select 1 from work where run = $1 and rank between $2 and $3 and last_attempt is not null limit 1`
        if ((await sql.rows(attempted, [run, first, last])).length > 0)
          throw new EntrapipeError('RUN_UNDECIDED', 'The run has sent changes, so its intake cannot start over.', {
            fix: 'Resume the run.',
          })
        for (const table of ['work', 'ledger', 'needs'])
          await sql.run(`delete from ${table} ${within}`, [run, first, last])
        await sql.run('delete from intakes where run = $1 and phase = $2', [run, phase])
        await cutBackResults(sql, run, phase, 0)
      }),
    async add(entries) {
      // A list that is made while it is read is read once, however often its transaction is run.
      const all = Array.isArray(entries) ? (entries as readonly KeptNewEntry[]) : [...entries]
      if (all.length === 0) return
      await write(async sql => {
        const seal = sealedWriter()
        for (let at = 0; at < all.length; at += batchRows) await addBatch(sql, all.slice(at, at + batchRows), seal)
      })
    },
    arrange: () =>
      write(async sql => {
        const { first, isComplete } = await ledgerRange(sql, run, phase)
        if (isComplete) return
        await sql.run(arrangement, [run, first])
        // Also for a phase without rows: those of the next one are not its own.
        await sql.run(
          `insert into intakes
           select $1, $2, $3, coalesce(max(ordinal), $3::bigint - 1) from ledger where run = $1 and ordinal >= $3::bigint`,
          [run, phase, first],
        )
      }),
    async *sameAbout(digestOf) {
      const { first, last } = await ledgerRange({ rows }, run, phase)

      /** The groups of some subjects. Their rows are read a page at a time: there may be many. */
      const groupsAbout = async (subjects: readonly number[]): Promise<readonly SameAbout[]> => {
        const found: SameRow[] = []
        for (let place: readonly [number, number] = [-1, 0]; ;) {
          const lines = await rows<SameLine>(same, [run, subjects, first, last, ...place, rowsAtOnce])
          for (const { ordinal, key: text, step, kind, ordered, row, about: safe, sealed } of lines) {
            const like = found.at(-1)
            const [key, about] = [keyOf(text), textOf(safe)]
            const digest = digestOf({ key, step, row: rowOf(kind, row), ...(sealed !== null && { sealed }) })
            found.push({
              ordinal,
              key,
              step,
              // A thousand equal rows share one text.
              kind: like?.kind === kind ? like.kind : kind,
              ordered,
              digest: like?.digest === digest ? like.digest : digest,
              about: like?.about === about ? like.about : about,
            })
          }
          const end = lines.at(-1)
          if (!end || lines.length < rowsAtOnce) return groupsOf(found)
          place = [end.subject, end.ordinal]
        }
      }

      for (let after = -1; ;) {
        const lines = await rows<{ subject: number }>(shared, [run, after, subjectsAtOnce, first, last])
        const subjects = lines.map(({ subject }) => subject)
        const groups = subjects.length > 0 ? await groupsAbout(subjects) : []
        if (groups.length > 0) yield groups
        if (subjects.length < subjectsAtOnce) return
        after = subjects.at(-1)!
      }
    },
  }
}
