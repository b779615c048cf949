import { openDatabase, withDiskExplained } from '../database.ts'
import type { Line, Queries, Tables } from './tables.ts'

/**
 * Opens the tables of one machine, a file with mode 0600, or creates it. A commit survives a crash of the machine. Other processes
 * may use the file at the same time: a transaction waits up to 10 s for theirs.
 *
 * @throws EntrapipeError `STORE_UNUSABLE`, `DISK_FULL`
 */
export const sqliteTables = (path: string): Tables => {
  const database = openDatabase(path, { versions: [] })
  const { sql } = database
  // What was accepted is not forgotten, and there are few commits.
  sql.exec('pragma synchronous = full')
  let last: Promise<unknown> = Promise.resolve()
  // The file has one connection, so a query of somebody else would become part of a transaction.
  const inTurn = <T>(work: () => T | Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
  const explained = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw withDiskExplained(error, path)
    }
  }
  const now: Queries['query'] = async (text, values = []) =>
    explained(
      () =>
        sql
          .prepare(text)
          .all(
            Object.fromEntries(values.map((value, at) => [`$${at + 1}`, value])),
          ) as readonly object[] as readonly Line[],
    )
  return {
    query: (text, values) => inTurn(() => now(text, values)),
    transaction: work =>
      inTurn(async () => {
        explained(() => sql.exec('begin immediate'))
        try {
          const value = await work({ query: now })
          explained(() => sql.exec('commit'))
          return value
        } catch (error) {
          // SQLite has already rolled back when the disk is full.
          if (sql.isTransaction) sql.exec('rollback')
          throw error
        }
      }),
    close: () => inTurn(database.close),
  }
}
