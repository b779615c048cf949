import type { Context } from '../../../core/context.ts'
import type { Fields } from '../../../core/json.ts'
import { objectColumns, removedColumn } from '../../../data/delta-kinds.ts'
import { propertyAt } from '../../../data/properties.ts'
import { byIds } from '../by-ids.ts'
import { listingUrl } from '../collection.ts'
import type { Changed } from '../drift.ts'
import type { Entity } from '../listing.ts'
import { selection } from '../selection.ts'
import type { ChangedObject } from './delta-run.ts'

/** A row of a delta before it has a key. */
export interface DeltaRow {
  readonly id: string
  readonly gone: boolean
  readonly value: Fields
}

/**
 * Why an object is gone. `changed` and `deleted` are Graph's reasons: it was deleted and can be restored, or not. `absent`: Graph no longer
 * knew the earlier changes, and it is not among all objects.
 */
export type Removed = 'changed' | 'deleted' | 'absent'

/** Makes the rows of a delta. */
interface ChangedRows {
  /** The columns in their order. */
  readonly columns: readonly string[]
  /** The row of an object that was read. */
  live(object: Entity): DeltaRow
  gone(id: string, removed: Removed): DeltaRow
  /** The rows of objects that have changed, as they are now. */
  of(ctx: Context, objects: readonly ChangedObject[]): Promise<readonly DeltaRow[]>
  /** Reads those of some objects that exist. */
  found(ctx: Context, ids: readonly string[]): Promise<readonly DeltaRow[]>
}

/**
 * @param select properties and paths into them
 * @param isWhole whether an entry has all selected properties that were ever set. If not, what it lacks is read
 */
export const changedRows = (path: string, type: string, select: readonly string[], isWhole: boolean): ChangedRows => {
  const { names, lift } = selection(select)
  const columns = objectColumns(select)
  const lists = new Set(names.filter(name => propertyAt(type, [name])?.collection))
  // An entry leaves out what was never set.
  const unset = Object.fromEntries(names.map(name => [name, lists.has(name) ? [] : null]))
  const empty = Object.fromEntries(columns.map(name => [name, null]))
  const live = (object: Entity): DeltaRow => {
    const lifted: Fields = lift ? lift(object) : object
    const value: Record<string, unknown> = {}
    for (const name of columns) value[name] = lifted[name] ?? null
    return { id: object.id, gone: false, value: { ...value, [removedColumn]: null } }
  }
  const gone = (id: string, removed: Removed): DeltaRow => ({
    id,
    gone: true,
    value: { ...empty, id, [removedColumn]: removed },
  })
  const read = (ctx: Context, ids: readonly string[]): Promise<readonly Entity[]> =>
    ids.length === 0
      ? Promise.resolve([])
      : byIds<Entity>(ctx, { urlOf: filter => listingUrl(path, { select: names, filter }) }, ids)
  const lacks = (object: Fields): boolean => names.some(name => !(name in object))
  return {
    columns: [...columns, removedColumn],
    live,
    gone,
    async of(ctx, objects) {
      const summed = objects.map(({ id, entries }) => sumOf(id, entries))
      const unsure = summed.filter(({ removed, object }) => object && (removed || (!isWhole && lacks(object))))
      const found = new Map(
        (
          await read(
            ctx,
            unsure.map(({ id }) => id),
          )
        ).map(object => [object.id, object]),
      )
      return summed.map(({ id, removed, object }): DeltaRow => {
        if (!object) return gone(id, removed!)
        const now = found.get(id)
        if (removed) return now ? live(now) : gone(id, removed)
        return live({ ...unset, ...now, ...object, id })
      })
    },
    found: async (ctx, ids) => (await read(ctx, ids)).map(live),
  }
}

interface Summed {
  readonly id: string
  /** Why it is gone, if an entry says that. Entries come in no certain order, so it may be there with `object`. */
  readonly removed: Removed | undefined
  /** Its properties, if an entry has them. Of several, the last one counts. */
  readonly object: Fields | undefined
}

/** Why an object is gone by its entries: `deleted` if one of several says so. Undefined if none says that it is gone. */
export const removedIn = (entries: readonly Changed[]): Removed | undefined => {
  const reasons = entries.flatMap(entry => entry['@removed']?.reason ?? [])
  return reasons.length === 0 ? undefined : reasons.includes('deleted') ? 'deleted' : 'changed'
}

const sumOf = (id: string, entries: readonly Changed[]): Summed => {
  const alive = entries.filter(entry => !entry['@removed'])
  return {
    id,
    removed: removedIn(entries),
    object: alive.length === 0 ? undefined : Object.assign({}, ...alive),
  }
}
