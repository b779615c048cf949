import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import type { StateFolder } from '../types.ts'
import { migrate } from './migrate.ts'
import { sqliteTables } from './sqlite-tables.ts'
import type { Tables } from './tables.ts'

/**
 * Opens the tables of a state folder at their newest version.
 *
 * @throws EntrapipeError `STORE_UNUSABLE`, `DISK_FULL`
 */
export const openTables = async ({ path }: Pick<StateFolder, 'path'>, clock: Clock): Promise<Tables> => {
  const tables = sqliteTables(join(path, 'jobs.sqlite'))
  try {
    await migrate(tables, () => clock.now())
    return tables
  } catch (error) {
    await tables.close()
    throw error
  }
}
