import { bytes } from './memory/column.ts'
import { guidColumn } from './memory/guid-column.ts'
import { hashTable } from './memory/hash-table.ts'
import { addValue, type Memory } from './memory/memory.ts'
import { kinds } from './kinds.ts'
import type { Kind, Reference } from './types.ts'

/** Objects that were changed, and targets of changed links, by number. The first is 1. About 35 bytes each. */
export interface ObjectTable {
  readonly count: number
  /** Number of an object; 0 if it has none. */
  numberOf(id: string): number
  add(kind: Kind, id: string): number
  idOf(number: number): string
  kindOf(number: number): Kind
  of(number: number): Reference
  /** Compares two ids. */
  compare(one: number, other: number): number
}

/** Creates a table without objects. */
export const objectTable = (memory: Memory): ObjectTable => {
  const ids = guidColumn(memory, 'object.id')
  const kindNumbers = bytes(memory, 'object.kind', true)
  const byId = hashTable(memory, 'object.byId')
  let count = 0
  addValue(
    memory,
    'object.count',
    () => count,
    value => (count = value),
  )
  const idOf = (number: number): string => ids.get(number) as string
  const kindOf = (number: number): Kind => kinds[kindNumbers.get(number)] as Kind
  return {
    get count() {
      return count
    },
    numberOf: id => Math.max(0, byId.find(ids.seek(id), ids.isSought)),
    add(kind, id) {
      const hash = ids.seek(id)
      const found = byId.find(hash, ids.isSought)
      if (found > 0) return found
      const number = ++count
      ids.set(number, id)
      kindNumbers.set(number, kinds.indexOf(kind))
      byId.add(hash, number)
      return number
    },
    idOf,
    kindOf,
    compare: ids.compare,
    of: number => ({ kind: kindOf(number), id: idOf(number) }),
  }
}
