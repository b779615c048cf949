import { isFields, type Fields } from '../core/json.ts'
import type { Key } from '../core/row.ts'
import type { Rows } from './steps.ts'

/** Finds the input of a row, by its key or by that of a row made from it. */
export type InputFinder = (key: Key) => Fields | undefined

/** A value as columns. */
export const asFields = (value: unknown): Fields => (isFields(value) ? value : { value })

const made = /\/\d+$/

/** The key, and those of the rows from which its row may be made, the nearest first. */
export function* originsOf(key: Key): Generator<Key> {
  yield key
  for (let name = String(key); made.test(name);) {
    name = name.replace(made, '')
    yield name
    yield Number(name)
  }
}

/** Searches these rows. It costs nothing until the first search. */
export const inputFinder = (rows: Rows): InputFinder => {
  let byKey: ReadonlyMap<Key, unknown> | undefined
  return key => {
    byKey ??= new Map(rows.map(row => [row.key, row.value]))
    // Most rows are those that were read.
    if (byKey.has(key)) return asFields(byKey.get(key))
    for (const origin of originsOf(key)) if (byKey.has(origin)) return asFields(byKey.get(origin))
    return undefined
  }
}
