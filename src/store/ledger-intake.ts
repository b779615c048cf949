import type { Key } from '../core/row.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Database } from './database.ts'
import { groupsOf, lines, rowOf, sealedText, sealedWriter, valuesOf } from './ledger-rows.ts'
import { inputWriter } from './ledger-inputs.ts'
import { ledgerRange } from './ledger-range.ts'
import { arrangement, indexes, subjectOf, withoutIndexes } from './ledger-tables.ts'
import type { LedgerRecord } from './ledger-types.ts'
import type { Results } from './results.ts'

/** Groups of rows about the same thing that are read at once. */
const groupsPerPage = 500

/** The part of a ledger that intake fills. */
export const ledgerIntake = (
  database: Database,
  results: Results,
  phase: string,
): Pick<LedgerRecord, 'clear' | 'add' | 'arrange' | 'sameAbout'> => {
  const { sql, write } = database
  const range = ledgerRange(database, phase)
  const inputTexts = inputWriter(sql)
  const insert = sql.prepare(
    `insert into ledger (key, step, kind, ordered, waits, about, lock, locks, row, sealed, input, subject)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const needed = sql.prepare('insert or ignore into needs values (?, ?, ?, ?)')
  return {
    clear: async () =>
      write(() => {
        const { first, last } = range()
        const attempted = 'select 1 from work where rank between ? and ? and lastAttempt is not null limit 1'
        if (sql.prepare(attempted).get(first, last))
          throw new EntrapipeError('RUN_UNDECIDED', 'The run has sent changes, so its intake cannot start over.', {
            fix: 'Resume the run.',
          })
        for (const statement of withoutIndexes) sql.exec(statement)
        sql.prepare('delete from work where rank between ? and ?').run(first, last)
        sql.prepare('delete from ledger where ordinal between ? and ?').run(first, last)
        sql.prepare('delete from needs where ordinal between ? and ?').run(first, last)
        sql.prepare('delete from intakes where phase = ?').run(phase)
        results.cutBack(phase, 0)
      }),
    add: async entries =>
      write(() => {
        const inputText = inputTexts()
        const sealedOnce = sealedWriter()
        for (const entry of entries) {
          const { input, sealed, about } = entry
          const inputOrNull = input ? inputText(input, sealed) : null
          const { lastInsertRowid } = insert.run(...valuesOf(entry), sealedOnce(sealed), inputOrNull, subjectOf(about))
          for (const { key, step, waits } of entry.needs ?? []) needed.run(lastInsertRowid, key, step, waits)
        }
      }),
    arrange: async () =>
      write(() => {
        const { first, isComplete } = range()
        if (isComplete) return
        sql.prepare(arrangement).run(first)
        for (const statement of [...withoutIndexes, ...indexes]) sql.exec(statement)
        // Also for a phase without rows: those of the next one are not its own.
        sql
          .prepare('insert into intakes select ?1, ?2, ifnull(max(ordinal), ?2 - 1) from ledger where ordinal >= ?2')
          .run(phase, first)
      }),
    async *sameAbout(digestOf) {
      const shared = lines(
        sql,
        `select subject from ledger where subject > ?1 and ordinal between ?3 and ?4
         group by subject having count(*) > 1 order by subject limit ?2`,
      )
      // So that no more than one of them is in memory.
      sql.function('digest', (key, step, kind, row, sealed) =>
        digestOf({
          key: key as Key,
          step: step as number,
          row: rowOf(kind, row),
          ...(sealed !== null && { sealed: sealed as string }),
        }),
      )
      const those = lines(
        sql,
        `select ordinal, key, step, kind, ordered, digest(key, step, kind, row, ${sealedText('l')}), about
         from ledger l
         where subject in (select value from json_each(?)) and ordinal between ? and ? order by subject, ordinal`,
      )
      const { first, last } = range()
      for (let after = -1; ;) {
        const subjects = shared(after, groupsPerPage, first, last).map(([subject]) => subject as number)
        const groups = groupsOf(those(JSON.stringify(subjects), first, last))
        if (groups.length > 0) yield groups
        if (subjects.length < groupsPerPage) return
        after = subjects.at(-1)!
      }
    },
  }
}
