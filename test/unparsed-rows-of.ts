import type { JsonRows } from '../src/core/json-rows.ts'
import { jsonTable } from '../src/graph/json-table.ts'
import { unparsedRows } from '../src/graph/unparsed-rows.ts'

/** Rows of these texts, unparsed, with their `id` as key. Throws for text that must be parsed. */
export const unparsedRowsOf = (texts: readonly string[]): JsonRows => {
  const bytes = Buffer.from(`${texts.join(',')}]`)
  const table = jsonTable()
  const end = table.find(bytes, 0, bytes.length)
  if (end !== bytes.length - 1) throw new Error(`not accepted: ${texts.join(',')}`)
  const rows = unparsedRows(table, bytes, 'id')
  if (!rows) throw new Error('no key')
  return rows
}
