import type { Fields } from '../core/json.ts'
import type { Key } from '../core/row.ts'
import type { Rows } from './steps.ts'

/** Finds the input of a row, by its key or by that of a row made from it. */
export type InputFinder = (key: Key) => Fields | undefined

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : { value }

const made = /\/\d+$/

/** Searches these rows. It costs nothing until the first search. */
export const inputFinder = (rows: Rows): InputFinder => {
  let byKey: ReadonlyMap<Key, unknown> | undefined
  return key => {
    byKey ??= new Map(rows.map(row => [row.key, row.value]))
    if (byKey.has(key)) return asFields(byKey.get(key))
    for (let name = String(key); made.test(name);) {
      name = name.replace(made, '')
      for (const origin of [name, Number(name)]) if (byKey.has(origin)) return asFields(byKey.get(origin))
    }
    return undefined
  }
}
