import { checkSchema, type SchemaPart } from '../postgres/migrations.ts'
import type { Postgres, Sql } from '../postgres/database.ts'
import { migrations } from './migrations.ts'
import type { Line, Queries, Tables } from './tables.ts'

/** Any number that no other program uses, and nothing else of this one. */
const lock = 4_911_703_554

/** The tables of jobs in a database, for `store migrate`. */
export const tablesPart: SchemaPart = {
  name: 'tables',
  versions: migrations.map(({ statements }) => statements.join(';\n')),
}

const queriesOn = (sql: Sql): Queries => ({ query: (text, values) => sql.rows<Line>(text, values) })

/** Tables in a PostgreSQL database, in the schema `entrapipe`, which any number of processes share. Closed by its owner. */
export const postgresTables = (database: Postgres): Tables => ({
  ...queriesOn(database),
  transaction: (work, alone = false) =>
    database.transaction(async sql => {
      if (alone) await sql.run(`select pg_advisory_xact_lock(${lock})`)
      return work(queriesOn(sql))
    }),
  close: async () => undefined,
})

/**
 * Opens the tables of a fleet.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` unless the database was migrated
 */
export const openPostgresTables = async (database: Postgres): Promise<Tables> => {
  await checkSchema(database, [tablesPart])
  return postgresTables(database)
}
