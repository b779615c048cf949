import { createHash } from 'node:crypto'
import { Pool, types, type PoolClient, type PoolConfig, type QueryConfig } from 'pg'
import type { Clock } from '../../core/clock.ts'
import { addressOf, explained, isConflict, isLost, type PostgresAddress } from './errors.ts'

/** Runs statements, with `$1` for values. Lists are passed as arrays. Numbers that PostgreSQL has as `bigint` are numbers. */
export interface Sql {
  rows<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Returns the number of rows that were changed. */
  run(text: string, values?: readonly unknown[]): Promise<number>
  /** Runs statements that are used once, separated by semicolons. */
  script(text: string): Promise<void>
}

/** How a transaction is run. */
interface TransactionOptions {
  /** @default 'read committed' */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  /** For statements that may take longer than others. @default that of the database */
  readonly statementMs?: number
}

/**
 * A PostgreSQL database. A statement outside a transaction is one of its own.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` when the server cannot be reached, refuses the user, is read-only or busy for too long;
 *   `DISK_FULL`; `INTERNAL` for a statement that it refuses (facts: sqlstate, constraint)
 */
export interface Postgres extends Sql {
  /** Where it is, for messages: without the user and the password. */
  readonly address: PostgresAddress
  /**
   * Runs `work` in one transaction, and again from its start when the server ended it in favour of another one. A transaction whose
   * `work` throws has no effect. One whose connection is lost while it commits may have had one.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Opens the same database with one connection of its own, for what must not wait for others. Closed with this one. */
  apart(options: Pick<PostgresOptions, 'connectMs' | 'statementMs' | 'replyMs'>): Postgres
  close(): Promise<void>
}

/** How a database is opened. */
interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, a secret. */
  readonly url: string
  readonly clock: Clock
  /** @default 8 */
  readonly connections?: number
  /** @default 10_000 */
  readonly connectMs?: number
  /** How long a statement may take. @default 60_000 */
  readonly statementMs?: number
  /** How long a statement waits for a lock. @default 10_000 */
  readonly lockMs?: number
  /** How long a reply may come after the server should have ended the statement: it was then lost. @default 5_000 */
  readonly replyMs?: number
}

/** How often a transaction is tried that conflicts with others. */
const tries = 8

/** How long a transaction waits for its next statement. */
const idleMs = 10_000

interface Statement {
  readonly text: string
  readonly name?: string
  readonly values?: readonly unknown[]
}

const names = new Map<string, string>()

/** Each connection keeps all statements with a name, and lists of jobs are asked for in many ways. */
const mostNames = 500

/** A statement of this name is parsed once per connection; without one, each time. */
const nameOf = (text: string): { readonly name: string } | undefined => {
  const known = names.get(text)
  if (known === undefined && names.size >= mostNames) return undefined
  const name = known ?? createHash('sha256').update(text).digest('base64url').slice(0, 24)
  names.set(text, name)
  return { name }
}

const bigint = 20
const numeric = 1700

/** Sums and sequences are far below 2^53. */
const numbers: PoolConfig['types'] = {
  getTypeParser: (type, format) =>
    (type === bigint || type === numeric) && format !== 'binary'
      ? Number
      : (types.getTypeParser(type, format) as never),
}

/**
 * Tables grow within seconds from nothing to millions of rows: a plan that was made before, or that relies on statistics, would read
 * all rows of a run for each page.
 */
const planned = [
  'plan_cache_mode=force_custom_plan',
  ...['enable_hashjoin', 'enable_mergejoin', 'enable_material'].map(name => `${name}=off`),
]

/** Where the tables are. */
export const ownSchema = 'entrapipe'

/** The settings of each connection; those of the address come first. */
const withSettings = (url: URL, lockMs: number): string => {
  const settings = [
    `search_path=${ownSchema}`,
    `lock_timeout=${lockMs}`,
    'synchronous_commit=on',
    'timezone=UTC',
    ...planned,
  ]
  const all = [url.searchParams.get('options') ?? [], settings.map(setting => `-c ${setting}`)].flat().join(' ')
  const set = new URL(url)
  set.searchParams.set('options', all)
  return set.href
}

/** Opens a database. The first statement connects. */
export const openPostgres = (options: PostgresOptions): Postgres => {
  const { url, clock, connections = 8, connectMs = 10_000 } = options
  const { statementMs = 60_000, lockMs = 10_000, replyMs = 5_000 } = options
  const { address, parsed } = addressOf(url)
  const pool = new Pool({
    connectionString: withSettings(parsed, lockMs),
    application_name: 'entrapipe',
    max: connections,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: statementMs + replyMs,
    // What a process that was stopped has locked is free again before its lease has ended.
    idle_in_transaction_session_timeout: idleMs,
    keepAlive: true,
    allowExitOnIdle: true,
    types: numbers,
  })
  // The statement that next needs a connection reports what is wrong.
  pool.on('error', () => undefined)
  const besides = new Set<Postgres>()

  const on = (client: Pick<PoolClient, 'query'>, longer?: number): Sql => {
    const time = longer === undefined ? {} : { query_timeout: longer + replyMs }
    const query = async (statement: Statement) => {
      try {
        return await client.query<object>({ ...statement, ...time } as QueryConfig)
      } catch (error) {
        throw explained(error, address)
      }
    }
    const prepared = (text: string, values: readonly unknown[] = []) => query({ ...nameOf(text), text, values })
    return {
      rows: async <Row extends object>(text: string, values?: readonly unknown[]) =>
        (await prepared(text, values)).rows as Row[],
      run: async (text, values) => (await prepared(text, values)).rowCount ?? 0,
      script: async text => void (await query({ text })),
    }
  }

  const connected = async (): Promise<PoolClient> => {
    try {
      return await pool.connect()
    } catch (error) {
      throw explained(error, address)
    }
  }

  const once = async <T>(work: (sql: Sql) => Promise<T>, how: TransactionOptions) => {
    const { isolation = 'read committed', statementMs: longer } = how
    const client = await connected()
    // A lost connection is reported by the statement that needs it.
    const ignore = () => undefined
    client.on('error', ignore)
    let broken = true
    try {
      const sql = on(client, longer)
      const limit = longer === undefined ? '' : `; set local statement_timeout = ${longer}`
      await sql.script(`begin isolation level ${isolation}${limit}`)
      const value = await work(sql)
      await sql.script('commit')
      broken = false
      return value
    } catch (error) {
      // A reply that is missing is not waited for again.
      if (!isLost(error))
        broken = await client.query('rollback').then(
          () => false,
          () => true,
        )
      throw error
    } finally {
      client.off('error', ignore)
      client.release(broken)
    }
  }

  return {
    address,
    ...on(pool as never),
    async transaction(work, how = {}) {
      for (let tried = 1; ; tried++)
        try {
          return await once(work, how)
        } catch (error) {
          if (!isConflict(error) || tried === tries) throw error
          await clock.sleep(Math.ceil(Math.random() * 10 * 2 ** tried))
        }
    },
    apart(other) {
      const database = openPostgres({ ...options, ...other, connections: 1 })
      besides.add(database)
      return database
    },
    async close() {
      await Promise.all([...besides].map(each => each.close()))
      if (!pool.ending) await pool.end()
    },
  }
}
