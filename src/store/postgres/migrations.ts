import { EntrapipeError } from '../../core/errors.ts'
import { ownSchema, type Postgres, type Sql } from './database.ts'

/**
 * Tables of one part of the program. Each release adds at most one version, whose statements only add: tables, indexes, columns that
 * may be left out. So a program works with the schema of the next release, and a fleet is upgraded one process at a time.
 */
export interface SchemaPart {
  readonly name: string
  /** Statements from each version to the next, starting with nothing. */
  readonly versions: readonly string[]
}

/** Where a part is, and where this program would have it. */
interface SchemaStatus {
  readonly name: string
  /** 0 before the first. */
  readonly version: number
  readonly wanted: number
}

/** Any number that no other program uses. */
const lock = 4_911_703_552

/** How long an index may take to be made. */
const longestMs = 3_600_000

const found = `select to_regclass('entrapipe.versions') is not null as exists, current_setting('search_path') as path`
const current = 'select part, max(version) as version from entrapipe.versions group by part'

const statusIn = async (sql: Sql, parts: readonly SchemaPart[]): Promise<readonly SchemaStatus[]> => {
  const [line] = await sql.rows<{ exists: boolean; path: string }>(found)
  // Without them tables would be elsewhere, and what a worker has locked that was stopped would stay locked.
  if (line?.path !== ownSchema)
    throw new EntrapipeError('STORE_UNUSABLE', 'The database does not keep the settings of a connection.', {
      fix: 'Name PostgreSQL itself in DATABASE_URL: a pooler such as PgBouncer does not pass them on.',
    })
  const rows = line.exists ? await sql.rows<{ part: string; version: number }>(current) : []
  return parts.map(({ name, versions }) => ({
    name,
    version: rows.find(({ part }) => part === name)?.version ?? 0,
    wanted: versions.length,
  }))
}

const refuseNewer = ({ name, version, wanted }: SchemaStatus, allowed: number): void => {
  if (version > wanted + allowed)
    throw new EntrapipeError(
      'STORE_UNUSABLE',
      `The database was migrated by a newer entrapipe: its schema ${name} has version ${version}, and this one knows ${wanted}.`,
      { fix: 'Upgrade this entrapipe.', facts: { schema: name, version, wanted } },
    )
}

/** Reads the versions of the schema. */
export const schemaStatus = (database: Postgres, parts: readonly SchemaPart[]): Promise<readonly SchemaStatus[]> =>
  statusIn(database, parts)

/**
 * Checks that this program can work with the schema as it is: it may be one version newer.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` (facts: schema, version, wanted) when it is older, or newer than that
 */
export const checkSchema = async (database: Postgres, parts: readonly SchemaPart[]): Promise<void> => {
  for (const status of await schemaStatus(database, parts)) {
    refuseNewer(status, 1)
    const { name, version, wanted } = status
    if (version < wanted)
      throw new EntrapipeError(
        'STORE_UNUSABLE',
        version === 0
          ? `The database ${database.address.database} at ${database.address.server} has no tables of entrapipe.`
          : `The schema ${name} of the database has version ${version}, and this entrapipe needs ${wanted}.`,
        { fix: 'Run: entrapipe store migrate', facts: { schema: name, version, wanted } },
      )
  }
}

/**
 * Brings the schema to the versions of this program, in one transaction. Processes that do so at once wait for one another. One
 * version newer is left as it is. Returns what was there before.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` when the schema is newer than that, and as `Postgres`
 */
export const migrate = (database: Postgres, parts: readonly SchemaPart[]): Promise<readonly SchemaStatus[]> =>
  database.transaction(
    async sql => {
      await sql.script(`set local lock_timeout = 0; select pg_advisory_xact_lock(${lock})`)
      const before = await statusIn(sql, parts)
      for (const status of before) refuseNewer(status, 1)
      if (before.every(({ version, wanted }) => version >= wanted)) return before
      await sql.script(`create schema if not exists entrapipe; create table if not exists entrapipe.versions (
        part text not null, version integer not null, at timestamptz not null default now(), primary key (part, version))`)
      for (const { name, versions } of parts) {
        const from = before.find(each => each.name === name)!.version
        for (const [at, statements] of versions.entries()) {
          if (at < from) continue
          await sql.script(statements)
          await sql.run('insert into entrapipe.versions (part, version) values ($1, $2)', [name, at + 1])
        }
      }
      return before
    },
    { statementMs: longestMs },
  )
