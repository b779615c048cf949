import type { Directory, Kind } from '../../src/sandbox/directory/types.ts'
import { rowsOf } from '../e2e/bed.ts'

/** A row, or an object. */
export type Cells = Readonly<Record<string, unknown>>
/** Objects by id. */
export type Table = Map<string, Cells>

/** A table after the rows of a delta: those that are removed leave it, and all others replace what was there. */
export const replay = (table: Table, rows: readonly Cells[]): Table => {
  if (new Set(rows.map(({ id }) => id)).size < rows.length) throw new Error('an object has several rows')
  const after = new Map(table)
  for (const { removed, ...cells } of rows)
    if (removed === null) after.set(String(cells['id']), cells)
    else after.delete(String(cells['id']))
  return after
}

/** The rows of a file of JSON lines. */
export const rowsIn = (text: string): readonly Cells[] => rowsOf<Cells>(text)

/** What a sandbox lists. */
export const presentIn = async (
  at: { readonly rootUrl: string; readonly token: string },
  path: string,
  select: readonly string[],
): Promise<Table> => {
  const reply = await fetch(`${at.rootUrl}${path}?$top=999&$select=${select.join(',')}`, {
    headers: { authorization: `Bearer ${at.token}` },
  })
  const { value } = (await reply.json()) as { readonly value: readonly Cells[] }
  return new Map(
    value.map(object => [String(object['id']), Object.fromEntries(select.map(name => [name, object[name]]))]),
  )
}

const whole = { order: 'default', view: 'direct' } as const

/** The objects of a kind that exist in a directory, with these properties, by id. */
export const presentOf = (directory: Directory, kind: Kind, names: readonly string[]): Table => {
  const { json } = directory.collection(kind).slice(whole, 100_000, names)
  return new Map(
    json.map(text => {
      const object = JSON.parse(text) as Cells
      return [String(object['id']), Object.fromEntries(names.map(name => [name, object[name] ?? null]))]
    }),
  )
}
