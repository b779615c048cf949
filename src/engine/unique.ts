import { EntrapipeError } from '../core/errors.ts'
import type { Key } from '../core/row.ts'
import type { IdJournal, SavedIds } from '../store/types.ts'
import type { AddKeys, Arrived } from './arrived.ts'

/** The new rows of a page. */
interface Fresh {
  readonly rows: Arrived
  readonly settled: readonly Key[]
  /** Repeated rows, except those that a resumed shard reads again. */
  readonly repeated: number
}

/** Drops rows whose key was read before in this run, in any shard. */
export interface UniqueKeys {
  /** @param settled keys of the rows of the page that the source settled */
  fresh(shard: string, rows: Arrived, settled: readonly Key[]): Fresh
  /** Called with each position that a shard has reached, and when it has ended: what was read before is not read again. */
  placed(shard: string): void
  /** Returns for each key whether its row was read, by this process or an earlier one. */
  wasRead(keys: readonly string[]): readonly boolean[]
  /** The number of different rows of a shard so far. The rows of an earlier process count for every shard. */
  distinct(shard: string): number
  /** The state to save with a cut. */
  saved(): SavedIds
}

/**
 * @param kind of the source, for the error
 * @param from what `saved` returned at the cut from which the run is resumed
 * @throws EntrapipeError `PIPELINE_INVALID` for a key that is not text
 */
export const uniqueKeys = (ids: IdJournal, kind: string, from?: SavedIds): UniqueKeys => {
  const before = ids.length
  /** New rows of this process. */
  const byShard = new Map<string, number>()
  const sincePosition = new Map<string, number>()
  /** Rows that an earlier process has read and counted after the position of a shard. */
  const again = new Map(Object.entries(from?.sincePosition ?? {}))
  const addKeys = (keys: readonly Key[]): readonly boolean[] => {
    const wrong = keys.find(key => typeof key !== 'string')
    if (wrong === undefined) return ids.addAll(keys as readonly string[])
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `The source ${kind} has unique keys, so each key must be text, got the number ${wrong}.`,
    )
  }
  const add: AddKeys = { keys: addKeys, bytes: keys => ids.addBytes(keys) }
  return {
    fresh(shard, rows, settled) {
      const length = ids.length
      const isNew = rows.addTo(add)
      const newSettled = settled.length === 0 ? [] : addKeys(settled)
      const added = ids.length - length
      if (added > 0) byShard.set(shard, (byShard.get(shard) ?? 0) + added)
      const read = rows.count + settled.length
      if (read > 0) sincePosition.set(shard, (sincePosition.get(shard) ?? 0) + read)
      const left = again.get(shard) ?? 0
      const readAgain = Math.min(left, read)
      if (readAgain === left) again.delete(shard)
      else again.set(shard, left - readAgain)
      const repeated = read - added
      if (repeated === 0) return { rows, settled, repeated }
      return {
        rows: isNew ? rows.where(isNew) : rows,
        settled: settled.filter((_, at) => newSettled[at]),
        repeated: Math.max(0, repeated - readAgain),
      }
    },
    placed: shard => void sincePosition.delete(shard),
    wasRead: keys => ids.hasAll(keys),
    distinct: shard => before + (byShard.get(shard) ?? 0),
    saved: () => ({
      length: ids.length,
      checksum: ids.checksum,
      // What this process has not read again yet was counted by an earlier one.
      sincePosition: Object.fromEntries(
        [...new Set([...sincePosition.keys(), ...again.keys()])].map(shard => [
          shard,
          (sincePosition.get(shard) ?? 0) + (again.get(shard) ?? 0),
        ]),
      ),
    }),
  }
}
