import { EntrapipeError } from '../core/errors.ts'
import type { Key, Row } from '../core/row.ts'
import type { IdJournal, SavedIds } from '../store/types.ts'

/** What is new of a page. */
interface Fresh {
  readonly rows: readonly Row<unknown>[]
  readonly refused: readonly Key[]
  /** Rows that came again, but for those that a resumed shard was asked for once more. */
  readonly repeated: number
}

/** Drops rows that came before in this run, in whatever shard, by their keys. */
export interface UniqueKeys {
  /** @param refused keys of rows of the page that its source refused */
  fresh(shard: string, rows: readonly Row<unknown>[], refused: readonly Key[]): Fresh
  /** Different rows of a shard so far; those of an earlier process count for every shard. */
  distinct(shard: string): number
  /** What a cut saves, as of now. */
  saved(): SavedIds
}

/** @param kind of the source, for the error. @throws EntrapipeError `PIPELINE_INVALID` at a key that is not text */
export const uniqueKeys = (ids: IdJournal, kind: string): UniqueKeys => {
  const before = ids.length
  /** New rows of this process. A shard that has none yet gives what followed its position before the run stopped. */
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
