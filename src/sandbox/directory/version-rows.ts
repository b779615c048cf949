import type { Content, Version } from './faces.ts'
import { words } from './memory/column.ts'
import { addValue, type Memory } from './memory/memory.ts'
import type { ObjectTable } from './object-table.ts'

/** The versions of changed objects, by row. The first row is 1. */
export interface VersionRows {
  count: number
  /** Adds a version and returns its row. @param object number in the table of objects */
  add(object: number, rank: number, record: number, from: number): number
  object(row: number): number
  id(row: number): string
  compareIds(one: number, other: number): number
  /** Rank of the synthetic object; −1 for a created one. */
  rank(row: number): number
  record(row: number): number
  content(row: number): Content
  version(row: number): Version
  /** Sequence of the change that made it. */
  from(row: number): number
  /** Sequence of the change that ended it; `never`, and 0 when it was taken out. */
  until(row: number): number
  end(row: number, until: number): void
  /** Row of the version before it, as long as a view may show that, else 0. */
  older(row: number): number
  setOlder(row: number, older: number): void
}

/** The sequence at which a current version ends. */
export const never = 2 ** 31 - 1

/** Creates rows in a memory. */
export const versionRows = (memory: Memory, within: string, objects: ObjectTable): VersionRows => {
  const object = words(memory, `${within}.object`)
  const rank = words(memory, `${within}.rank`)
  const record = words(memory, `${within}.record`)
  const from = words(memory, `${within}.from`)
  const until = words(memory, `${within}.until`)
  const older = words(memory, `${within}.older`)
  const id = (row: number): string => objects.idOf(object.get(row))
  const rows: VersionRows = {
    count: 0,
    add(number, ofRank, ofRecord, since) {
      const row = ++rows.count
      object.set(row, number)
      rank.set(row, ofRank + 1)
      record.set(row, ofRecord)
      from.set(row, since)
      until.set(row, never)
      older.set(row, 0)
      return row
    },
    object: object.get,
    id,
    compareIds: (one, other) => objects.compare(object.get(one), object.get(other)),
    rank: row => rank.get(row) - 1,
    record: record.get,
    content: row => ({ rank: rank.get(row) - 1, record: record.get(row) }),
    version: row => ({ id: id(row), rank: rank.get(row) - 1, record: record.get(row) }),
    from: from.get,
    until: until.get,
    end: until.set,
    older: older.get,
    setOlder: older.set,
  }
  addValue(
    memory,
    `${within}.count`,
    () => rows.count,
    count => (rows.count = count),
  )
  return rows
}
