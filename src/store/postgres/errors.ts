import { DatabaseError } from 'pg'
import { EntrapipeError, systemCode } from '../../core/errors.ts'

/** Where a database is. */
export interface PostgresAddress {
  readonly server: string
  readonly database: string
}

const example =
  'Set DATABASE_URL to postgres://user:password@host:5432/database, with special characters of the password as %xx.'

/** Reads the address of a database. It may contain a password, so no message quotes it. @throws EntrapipeError `STORE_UNUSABLE` */
export const addressOf = (url: string): { readonly address: PostgresAddress; readonly parsed: URL } => {
  const parsed = URL.parse(url)
  if (!parsed || !/^postgres(?:ql)?:$/.test(parsed.protocol))
    throw new EntrapipeError('STORE_UNUSABLE', 'DATABASE_URL is not the address of a PostgreSQL database.', {
      fix: example,
    })
  const host = parsed.hostname || parsed.searchParams.get('host') || 'localhost'
  const port = parsed.port || parsed.searchParams.get('port') || '5432'
  return {
    address: { server: `${host}:${port}`, database: decodeURIComponent(parsed.pathname.slice(1)) || 'of the user' },
    parsed,
  }
}

/** A server that ended a transaction in favour of another one: serialization failure, deadlock. */
const conflicts: readonly unknown[] = ['40001', '40P01']

/** Whether a transaction may succeed when it is run again. */
export const isConflict = (error: unknown): boolean =>
  error instanceof EntrapipeError && conflicts.includes(error.facts['sqlstate'])

/** Whether a statement was refused because a unique index has such a row. */
export const isTaken = (error: unknown, index: string): boolean =>
  error instanceof EntrapipeError && error.facts['sqlstate'] === '23505' && error.facts['constraint'] === index

const check = 'Check DATABASE_URL and the server, then try again.'

/** Whether the server did not answer, or could not be reached. */
export const isLost = (error: unknown): boolean =>
  error instanceof EntrapipeError && error.code === 'STORE_UNUSABLE' && error.facts['sqlstate'] === undefined

type Explanation = readonly [message: (at: PostgresAddress) => string, fix: string]

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, by code or class. */
const reasons: Readonly<Record<string, Explanation>> = {
  '28': [({ server }) => `PostgreSQL at ${server} refuses the user or the password of DATABASE_URL.`, example],
  '3D': [
    ({ server, database }) => `PostgreSQL at ${server} has no database ${database}.`,
    'Create it, or correct DATABASE_URL.',
  ],
  '42501': [
    ({ server, database }) => `The user of DATABASE_URL lacks rights in the database ${database} at ${server}.`,
    'Make that user the owner of the schema entrapipe, or of the database.',
  ],
  '25006': [
    ({ server }) => `PostgreSQL at ${server} is read-only.`,
    'Name the primary server in DATABASE_URL, not a replica.',
  ],
  '53300': [
    ({ server }) => `PostgreSQL at ${server} has no free connection.`,
    'Raise max_connections of the server, or start fewer workers.',
  ],
  '55P03': [
    ({ server }) => `PostgreSQL at ${server} did not free a lock in time.`,
    'Try again. If it fails again, look for a transaction that hangs in pg_stat_activity.',
  ],
  '57014': [
    ({ server }) => `A statement took PostgreSQL at ${server} too long.`,
    'Try again when the server is less busy.',
  ],
  '57': [({ server }) => `PostgreSQL at ${server} is stopping or starting.`, 'Try again.'],
  '08P01': [
    ({ server }) => `PostgreSQL at ${server} refuses the settings of a connection.`,
    'Name PostgreSQL itself in DATABASE_URL: a pooler such as PgBouncer does not pass them on.',
  ],
  '08': [({ server }) => `The connection to PostgreSQL at ${server} was lost.`, check],
}

const reasonOf = (state: string): Explanation | undefined => reasons[state] ?? reasons[state.slice(0, 2)]

/** What the driver says without a code when a connection or a reply is missing. */
const lost =
  /connection terminated|connection error|not queryable|timeout exceeded|read timeout|timeout expired|client was closed|after calling end/i

/** Errors that quote values of statements. */
const quotes = (state: string): boolean => state.startsWith('22')

/** Explains an error of the driver or the server. What it says of rows, addresses and passwords is left out. Returns any other error unchanged. */
export const explained = (error: unknown, at: PostgresAddress): unknown => {
  if (error instanceof EntrapipeError || !(error instanceof Error)) return error
  if (error instanceof DatabaseError) {
    const { code: state = '', constraint, message } = error
    if (state === '53100')
      return new EntrapipeError('DISK_FULL', `The disk of PostgreSQL at ${at.server} is full.`, {
        facts: { sqlstate: state },
      })
    const facts = { sqlstate: state, constraint }
    const reason = reasonOf(state)
    if (reason) return new EntrapipeError('STORE_UNUSABLE', reason[0](at), { fix: reason[1], facts })
    const what = quotes(state) ? 'a value is invalid' : message
    return new EntrapipeError('INTERNAL', `PostgreSQL refused a statement: ${what} (${state}).`, { facts })
  }
  const system = systemCode(error) ?? (error instanceof AggregateError ? systemCode(error.errors[0]) : undefined)
  if (system !== undefined && !lost.test(error.message))
    return new EntrapipeError('STORE_UNUSABLE', `PostgreSQL at ${at.server} cannot be reached (${system}).`, {
      fix: check,
      facts: { system },
    })
  if (lost.test(error.message))
    return new EntrapipeError(
      'STORE_UNUSABLE',
      `PostgreSQL at ${at.server} cannot be reached, or did not answer in time.`,
      {
        fix: check,
      },
    )
  return error
}
