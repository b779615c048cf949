import { unparsedPage, type JsonRows, type TextBytes } from '../core/json-rows.ts'
import type { Key, Row } from '../core/row.ts'
import type { FlowingPage } from './pages-and-cuts.ts'

/** Adds keys to those that were read. Returns for each whether it is new; undefined if all are. */
export interface AddKeys {
  keys(keys: readonly Key[]): readonly boolean[] | undefined
  bytes(keys: TextBytes): readonly boolean[] | undefined
}

/** The rows of a page in the merge. */
export interface Arrived {
  readonly count: number
  key(row: number): Key
  /** Adds their keys. */
  addTo(add: AddKeys): readonly boolean[] | undefined
  /** Those for which it is true. */
  where(isLeft: readonly boolean[]): Arrived
  first(rows: number): Arrived
  page(shard: string): FlowingPage
}

/** Rows that are parsed. */
export const parsedRows = (rows: readonly Row<unknown>[]): Arrived => ({
  count: rows.length,
  key: row => rows[row]!.key,
  addTo: add => add.keys(rows.map(({ key }) => key)),
  where: isLeft => parsedRows(rows.filter((_, at) => isLeft[at])),
  first: most => parsedRows(rows.slice(0, most)),
  page: shard => ({ shard, rows }),
})

/** Rows that are not. If some of them are dropped, the others are parsed. */
export const unparsedRows = (json: JsonRows): Arrived => ({
  count: json.count,
  key: row => json.key(row),
  addTo: add => add.bytes(json.keys),
  where: isLeft => parsedRows(json.rows().filter((_, at) => isLeft[at])),
  first: most => (most >= json.count ? unparsedRows(json) : parsedRows(json.rows().slice(0, most))),
  page: shard => unparsedPage(json, { shard }),
})

/** Nothing has arrived. */
export const noRows = parsedRows([])
