import type { Context, Origin } from '../core/context.ts'
import { doubtOf } from '../core/doubt.ts'
import { isCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { columnsOf, type Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { readAll } from '../core/read-all.ts'
import type { Key } from '../core/row.ts'
import { isSecretColumn } from '../core/secret-columns.ts'
import { batches } from './batches.ts'
import { claimIn, keyIn, sameKey, type Claim, type Moment } from './claims.ts'
import type { Mapping } from './mapping.ts'
import type { Tables } from './tables.ts'

/** What a feed looks like, to be compared with the last one. */
export interface FeedFacts {
  /** Rows that were read, also those that cannot be used. */
  readonly rows: number
  /** Rows that name no person: their key is empty, or they cannot be read. */
  readonly nameless: number
  /** What is wrong with the last row, if the source rejected it: the feed may end in the middle of it. */
  readonly torn?: string
  /** Why rows may be missing, as a sentence, if the source says so: a limited export, one page of a listing. */
  readonly doubt?: string
  /** Whether rows leave out empty cells, as in JSON: a column without a filled cell is not there. */
  readonly isSparse?: true
  /** Filled cells by column. */
  readonly columns: Readonly<Record<string, number>>
}

interface Faulty {
  readonly line: Key
  readonly key: string
  readonly row: Fields
  readonly fault: string
  readonly fix: string
}

const isFilled = (value: unknown): boolean =>
  value !== null && value !== undefined && (typeof value !== 'string' || value.trim() !== '')

/** Also a row with a wrong date belongs to its person. */
const keyOf = (mapping: Mapping, row: Fields): string => {
  try {
    return keyIn(mapping, row)
  } catch (error) {
    if (isCode(error, 'ROW_INVALID')) return ''
    throw error
  }
}

const claimOrFault = (mapping: Mapping, line: Key, row: Fields, moment: Moment): Claim | Faulty => {
  try {
    return claimIn(mapping, line, row, moment)
  } catch (error) {
    if (!isCode(error, 'ROW_INVALID')) throw error
    return { line, key: keyOf(mapping, row), row, fault: error.message, fix: error.fix ?? '' }
  }
}

/** A feed is judged more strictly than other inputs: who is missing in it may lose the account. */
const doubtIn = (origin: Origin): string | undefined => {
  const doubt = doubtOf(origin)
  if (doubt) return `The feed ${doubt.because}.`
  return origin.completeness === 'unverified' && origin.why !== undefined
    ? `Rows of the feed may be missing: ${origin.why}.`
    : undefined
}

/** Writes a row as JSON, without columns of secrets that the mapping does not read: nothing needs them, and the text is not sealed. */
const writerOf = ({ columns }: Mapping): ((row: Fields) => string) => {
  const read = new Set(columns.flatMap(({ name }) => [name, ...name.split('/')]))
  return row =>
    JSON.stringify(row, (name, value: unknown) => (isSecretColumn(name) && !read.has(name) ? undefined : value))
}

const insert = `insert into feed (line, person, key, effective, main, ahead, fault, fix, row) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`

/**
 * Reads a feed into the table `feed`. Rows that the source rejects are kept with their fault, so that they are reported, and their
 * people are not taken to be absent.
 */
export const readFeed = async (
  tables: Tables,
  mapping: Mapping,
  source: Source<Fields>,
  ctx: Context,
  moment: Moment,
): Promise<FeedFacts> => {
  const statement = tables.sql.prepare(insert)
  const columns = new Map<string, number>()
  let rows = 0
  let nameless = 0
  let torn: string | undefined
  let origin: Origin = {}
  const written = writerOf(mapping)
  const batch = batches<Claim | Faulty>(tables, found => {
    const { line, key, row } = found
    const [effective, main, ahead, fault, fix] =
      'fault' in found
        ? ['', 0, 0, found.fault, found.fix]
        : [found.effective, Number(found.isPrimary), Number(found.isAhead), null, null]
    statement.run(line, sameKey(key), key, effective, main, ahead, fault, fix, written(row))
  })
  const add = (found: Claim | Faulty, rejected?: string): void => {
    rows++
    torn = rejected
    if (found.key === '') nameless++
    batch.add(found)
  }
  const rejecting: Context = Object.create(ctx, {
    settled: {
      value: ({ key, message = '', fix = '' }: { key: Key; message?: string; fix?: string }): void =>
        add({ line: key, key: '', row: {}, fault: message, fix }, message),
    },
    // Whether all rows are there is judged here, and a feed that is accepted counts as whole.
    origin: {
      value: ({ completeness, limit, why, ...rest }: Origin): void => {
        origin = { ...origin, ...given({ completeness, limit, why }) }
        ctx.origin(rest)
      },
    },
  }) as Context
  await source.check?.(rejecting)
  const known = await source.columns?.(rejecting)
  for (const name of known?.names ?? []) columns.set(name, 0)
  for await (const page of readAll(source, rejecting)) {
    for (const { key, value } of page.rows) {
      for (const name of columnsOf(value)) columns.set(name, (columns.get(name) ?? 0) + (isFilled(value[name]) ? 1 : 0))
      add(claimOrFault(mapping, key, value, moment))
    }
    ctx.doing({ what: 'reading rows of the feed', done: rows })
  }
  batch.flush()
  tables.sql.exec('create index feed_person on feed (person, n)')
  const isSparse = known?.closed === true ? undefined : (true as const)
  return { rows, nameless, columns: Object.fromEntries(columns), ...given({ torn, doubt: doubtIn(origin), isSparse }) }
}
