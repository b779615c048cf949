import type { Fields } from '../core/json.ts'
import type { JsonRows } from '../core/json-rows.ts'
import type { Row } from '../core/row.ts'

/** A row with the names of unparsed rows, for those who look for columns. */
export const rowOfNames = ({ names }: JsonRows): Row<Fields> => ({
  key: 0,
  value: Object.fromEntries(names.map(name => [name, null])),
})
