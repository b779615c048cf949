import type { Content } from '../faces.ts'
import type { Records } from '../memory/records.ts'
import type { ObjectTable } from '../object-table.ts'
import type { Population } from '../population.ts'

/** Users as small whole numbers: synthetic ones by rank, created ones by their number in the table of objects. */
export interface UserKeys {
  /** The key of a user as it is read; −1 for one that has no id yet. */
  ofContent(content: Content): number
  ofId(id: string): number
  idOf(key: number): string
  rankOf(key: number): number | undefined
}

/** Creates the keys of a directory's users. */
export const userKeys = (
  users: Pick<Population, 'idOf' | 'rankOf'>,
  objects: ObjectTable,
  records: Records,
): UserKeys => {
  const created = (id: unknown): number => {
    const number = typeof id === 'string' ? objects.numberOf(id) : 0
    return number === 0 ? -1 : number * 2 + 1
  }
  return {
    ofContent: ({ rank, record }) => (rank >= 0 ? rank * 2 : created(records.value(record, 'id'))),
    ofId(id) {
      const rank = users.rankOf(id)
      return rank === undefined ? created(id) : rank * 2
    },
    idOf: key => (key % 2 === 0 ? users.idOf(key / 2) : objects.idOf((key - 1) / 2)),
    rankOf: key => (key % 2 === 0 ? key / 2 : undefined),
  }
}
