import type { Faces } from './faces.ts'
import { hashOf, hashTable, type HashTable } from './memory/hash-table.ts'
import type { Memory } from './memory/memory.ts'
import { keysOf } from './order-lists.ts'
import type { Population } from './population.ts'
import type { VersionRows } from './version-rows.ts'

/** The rows of versions by alternate keys. */
interface KeyIndex {
  add(row: number): void
  remove(row: number): void
  /** Returns a row that has the key and passes; −1 if there is none. @param key in lower case */
  find(property: string, key: string, passes: (row: number) => boolean): number
}

/** Creates an index of all alternate keys of a population. */
export const keyIndex = (
  memory: Memory,
  within: string,
  population: Population,
  look: Faces,
  rows: VersionRows,
): KeyIndex => {
  const tables = new Map<string, HashTable>(
    Object.keys(population.keys).map(property => [property, hashTable(memory, `${within}.by.${property}`)]),
  )
  const each = (row: number, visit: (table: HashTable, hash: number) => void): void => {
    const content = rows.content(row)
    for (const [property, table] of tables)
      for (const key of keysOf(look.value(content, property))) visit(table, hashOf(key))
  }
  return {
    add: row => each(row, (table, hash) => table.add(hash, row)),
    remove: row => each(row, (table, hash) => table.remove(hash, row)),
    find: (property, key, passes) =>
      tables
        .get(property)
        ?.find(hashOf(key), row => passes(row) && keysOf(look.value(rows.content(row), property)).includes(key)) ?? -1,
  }
}
