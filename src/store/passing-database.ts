import { DatabaseSync } from 'node:sqlite'

/** What `DatabaseSync` does with statements. */
export type PassingDatabase = Pick<DatabaseSync, 'prepare' | 'exec' | 'close'>

/**
 * Opens a database for what grows with the rows and is needed until it is closed. Its file has no name, so nothing is left of it if the process dies. Its
 * page cache holds 8 MB.
 *
 * @param tables statements
 * @see https://sqlite.org/inmemorydb.html#temp_db
 */
export const openPassingDatabase = (tables: string): PassingDatabase => {
  const database = new DatabaseSync('')
  database.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -8000')
  database.exec(tables)
  return database
}
