import type { PartDatabase } from '../../../core/context.ts'
import type { Removed } from './changed-rows.ts'

/** An object whose changes were reported. */
export interface ChangedState {
  readonly id: string
  /** `user` */
  readonly type: string
  /** An entry says that it is there. */
  readonly alive: boolean
  /** Why it is gone, if an entry says that; then it is not certain whether it is there. */
  readonly gone: Removed | undefined
  /** A new link replaces its earlier one. */
  readonly replaced: boolean
  /** Its links must be read: its entries do not say what they are now. */
  readonly reread: boolean
}

/** The objects of a run whose changes were reported, on disk. */
export interface ChangedObjects {
  add(objects: readonly ChangedState[]): void
  /** Those of some ids that have changed. */
  of(ids: Iterable<string>): ReadonlyMap<string, Omit<ChangedState, 'id' | 'type'>>
  /** Notes that earlier runs had links of some objects, and links to some. */
  linked(owners: ReadonlySet<string>, targets: ReadonlySet<string>): void
  /** Those that are there and whose links neither their entries nor earlier runs tell, in the order of their ids. */
  unknownOwners(type: string): Iterable<string>
  /** As `unknownOwners`, of links to them. Links between two such objects are among those of the owner. @param owners the type of owners */
  unknownTargets(type: string, owners: string): Iterable<string>
}

/** The statement that makes the table of `changedObjects`. */
export const changedObjectsTable = `create table objects (
    id text primary key, type text not null, alive integer not null, gone text, replaced integer not null, reread integer not null,
    has_links integer not null default 0, is_linked integer not null default 0
  ) without rowid;`

const idsAtOnce = 1000
const isUnknownOwner = '(gone is not null or reread or not has_links)'

/** @param database has `changedObjectsTable` */
export const changedObjects = ({ sql, write }: PartDatabase): ChangedObjects => {
  const insert = sql.prepare('insert into objects (id, type, alive, gone, replaced, reread) values (?, ?, ?, ?, ?, ?)')
  const some = sql.prepare(
    'select objects.id, alive, gone, replaced, reread from json_each(?) cross join objects on objects.id = value',
  )
  const hasLinks = sql.prepare('update objects set has_links = 1 where id in (select value from json_each(?))')
  const isLinked = sql.prepare('update objects set is_linked = 1 where id in (select value from json_each(?))')

  function* idsWhere(condition: string, type: string): Generator<string, void, void> {
    const next = sql.prepare(
      `select id from objects where id > ? and alive and type = ? and ${condition} order by id limit ?`,
    )
    for (let after = ''; ;) {
      const ids = next.all(after, type, idsAtOnce).map(({ id }) => String(id))
      if (ids.length === 0) return
      yield* ids
      after = ids.at(-1)!
    }
  }
  return {
    add: objects =>
      write(() => {
        for (const { id, type, alive, gone, replaced, reread } of objects)
          insert.run(id, type, Number(alive), gone ?? null, Number(replaced), Number(reread))
      }),
    of: ids =>
      new Map(
        some.all(JSON.stringify([...ids])).map(({ id, alive, gone, replaced, reread }) => [
          String(id),
          {
            alive: alive === 1,
            gone: (gone ?? undefined) as Removed | undefined,
            replaced: replaced === 1,
            reread: reread === 1,
          },
        ]),
      ),
    linked(owners, targets) {
      if (owners.size + targets.size === 0) return
      write(() => {
        hasLinks.run(JSON.stringify([...owners]))
        isLinked.run(JSON.stringify([...targets]))
      })
    },
    unknownOwners: type => idsWhere(isUnknownOwner, type),
    unknownTargets: (type, owners) =>
      idsWhere(
        type === owners
          ? `(gone is not null or (not is_linked and ${isUnknownOwner}))`
          : '(gone is not null or not is_linked)',
        type,
      ),
  }
}
