import { EntrapipeError } from '../core/errors.ts'
import type { Key, Row } from '../core/row.ts'
import type { IdJournal, SavedIds } from '../store/types.ts'

/** The new rows of a page. */
interface Fresh {
  readonly rows: readonly Row<unknown>[]
  readonly refused: readonly Key[]
  /** Repeated rows, except those that a resumed shard reads again. */
  readonly repeated: number
}

/** Drops rows whose key was read before in this run, in any shard. */
export interface UniqueKeys {
  /** @param refused keys of the rows of the page that the source rejected */
  fresh(shard: string, rows: readonly Row<unknown>[], refused: readonly Key[]): Fresh
  /** The number of different rows of a shard so far. The rows of an earlier process count for every shard. */
  distinct(shard: string): number
  /** The state to save with a cut. */
  saved(): SavedIds
}

/** @param kind of the source, for the error. @throws EntrapipeError `PIPELINE_INVALID` for a key that is not text */
export const uniqueKeys = (ids: IdJournal, kind: string): UniqueKeys => {
  const before = ids.length
  /** New rows of this process. A resumed shard without one reads again what followed its position. */
  const byShard = new Map<string, number>()
  const add = (keys: readonly Key[]): readonly boolean[] => {
    const wrong = keys.find(key => typeof key !== 'string')
    if (wrong === undefined) return ids.addAll(keys as readonly string[])
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `The source ${kind} has unique keys, so each key must be text, got the number ${wrong}.`,
    )
  }
  return {
    fresh(shard, rows, refused) {
      const length = ids.length
      const isNew = add(rows.map(row => row.key))
      const newRefused = refused.length === 0 ? [] : add(refused)
      const added = ids.length - length
      const isResuming = before > 0 && !byShard.has(shard) && added === 0
      if (added > 0) byShard.set(shard, (byShard.get(shard) ?? 0) + added)
      const repeated = rows.length + refused.length - added
      if (repeated === 0) return { rows, refused, repeated }
      return {
        rows: rows.filter((_, at) => isNew[at]),
        refused: refused.filter((_, at) => newRefused[at]),
        repeated: isResuming ? 0 : repeated,
      }
    },
    distinct: shard => before + (byShard.get(shard) ?? 0),
    saved: () => ({ length: ids.length, checksum: ids.checksum }),
  }
}
