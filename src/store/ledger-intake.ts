import { EntrapipeError } from '../core/errors.ts'
import type { Database } from './database.ts'
import { groupsOf, lines, valuesOf } from './ledger-rows.ts'
import { arrangement, disarrangement, subjectOf } from './ledger-tables.ts'
import type { LedgerRecord } from './ledger-types.ts'
import type { Results } from './results.ts'

/** Groups of rows about the same thing that are read at once. */
const groupsPerPage = 500

/** The part of a ledger that intake fills. */
export const ledgerIntake = (
  { sql, write }: Database,
  results: Results,
  phase: string,
): Pick<LedgerRecord, 'clear' | 'add' | 'arrange' | 'sameAbout'> => {
  const insert = sql.prepare(
    `insert into ledger (key, step, kind, ordered, waits, about, digest, lock, locks, row, sealed, input, subject)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    clear: async () =>
      write(() => {
        if (sql.prepare('select 1 from attempts limit 1').get())
          throw new EntrapipeError('RUN_UNDECIDED', 'The run has sent changes, so its intake cannot start over.', {
            fix: 'Resume the run.',
          })
        for (const statement of disarrangement) sql.exec(statement)
        results.cutBack(phase, 0)
      }),
    add: async entries =>
      write(() => {
        for (const entry of entries) insert.run(...valuesOf(entry), subjectOf(entry.about))
      }),
    arrange: async () =>
      write(() => {
        if (sql.prepare('select 1 from work limit 1').get()) return
        for (const statement of arrangement) sql.exec(statement)
      }),
    async *sameAbout() {
      const shared = lines(
        sql,
        'select subject from ledger where subject > ? group by subject having count(*) > 1 order by subject limit ?',
      )
      const those = lines(
        sql,
        `select ordinal, key, step, kind, ordered, digest, about from ledger
         where subject in (select value from json_each(?)) order by subject, ordinal`,
      )
      for (let after = -1; ;) {
        const subjects = shared(after, groupsPerPage).map(([subject]) => subject as number)
        const groups = groupsOf(those(JSON.stringify(subjects)))
        if (groups.length > 0) yield groups
        if (subjects.length < groupsPerPage) return
        after = subjects.at(-1)!
      }
    },
  }
}
