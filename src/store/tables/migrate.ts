import { EntrapipeError } from '../../core/errors.ts'
import { migrations, type Migration } from './migrations.ts'
import type { Queries, Tables } from './tables.ts'

const known = async (on: Queries): Promise<number> => {
  const [line] = await on.query('select max(number) as number from migrations')
  return Number(line?.['number'] ?? 0)
}

/**
 * Brings tables to the newest version, in one transaction. Two processes may do so at the same time.
 *
 * @param all @default those of this program
 * @returns the numbers that were applied
 * @throws EntrapipeError `STORE_UNUSABLE` when they were written by a newer program
 */
export const migrate = (
  tables: Tables,
  now: () => number,
  all: readonly Migration[] = migrations,
): Promise<readonly number[]> =>
  tables.transaction(async on => {
    await on.query('create table if not exists migrations (number integer primary key, at bigint not null)')
    const from = await known(on)
    if (from > all.length)
      throw new EntrapipeError('STORE_UNUSABLE', 'The tables of jobs were written by a newer version of entrapipe.', {
        fix: 'Use that version.',
        facts: { version: from },
      })
    const missing = all.slice(from)
    for (const { number, statements } of missing) {
      for (const statement of statements) await on.query(statement)
      await on.query('insert into migrations (number, at) values ($1, $2)', [number, now()])
    }
    return missing.map(({ number }) => number)
  }, true)
