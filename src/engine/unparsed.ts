import type { Fields } from '../core/json.ts'
import { unparsedPage, type JsonRows } from '../core/json-rows.ts'
import type { Row } from '../core/row.ts'
import type { FlowingPage } from './pages-and-cuts.ts'

/** Stands for a row that is not parsed: its value is its place. */
export type Placed = Row<number>

/** The keys of unparsed rows, with their places. */
export const placesIn = ({ keys }: JsonRows): readonly Placed[] => keys.map((key, at) => ({ key, value: at }))

/** A page of those rows that are left. They stay unparsed if all are. */
export const unparsedOf = (shard: string, json: JsonRows, left: readonly Placed[]): FlowingPage => {
  if (left.length === json.keys.length) return unparsedPage(json, { shard })
  const rows = json.rows()
  return { shard, rows: left.map(({ value }) => rows[value]!) }
}

/** A row with the names of unparsed rows, for those who look for columns. */
export const rowOfNames = ({ names }: JsonRows): Row<Fields> => ({
  key: 0,
  value: Object.fromEntries(names.map(name => [name, null])),
})
