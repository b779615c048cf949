import type { Context } from '../../../core/context.ts'
import { changedObjects, changedObjectsTable, type ChangedObjects } from './changed-objects.ts'
import type { Removed } from './changed-rows.ts'

/** A link between two objects, and whether it is gone. */
export interface Edge {
  readonly owner: string
  readonly target: string
  /** `user`, `group` …; null if it is not known. */
  readonly type: string | null
  /** Why it is gone; null if it is not. */
  readonly removed: Removed | null
}

/** How certain it is what became of an edge. Of several, the most certain one counts, and of these the last. */
export const certainty = { presumed: 0, read: 1, reported: 2, decided: 3 } as const

/** The edges of a run that have changed, on disk. */
export interface EdgeTable {
  readonly objects: ChangedObjects
  set(edges: readonly Edge[], how: keyof typeof certainty): void
  /** Those of some keys that are known. */
  of(keys: readonly string[]): ReadonlyMap<string, Edge>
  /** Edges that were reported both as added and as removed, in lists of one type at most so long. */
  contradicted(atOnce: number): Iterable<readonly Edge[]>
  /** Decides that the edges from and to objects that are gone are gone, too. */
  removeOfGone(): void
  /** Removes all edges and objects, to find them again. */
  clear(): void
  /** Called when all edges are there. */
  end(): void
  readonly isWhole: boolean
  /** In the order of their keys, in lists of at most so many. @param after the key before the first one */
  edges(after: string | undefined, atOnce: number): Iterable<readonly Edge[]>
}

/** The key of the row of an edge. */
export const edgeKey = ({ owner, target }: Pick<Edge, 'owner' | 'target'>): string => `${owner}/${target}`

/** Of the pages of the database: edges are found in the order of their keys, and some of their objects in none. */
const cacheKb = 6_000

const versions = [
  `create table edges (key text primary key, owner text not null, target text not null, type text, removed text, certainty integer not null) without rowid;
  create table whole (yes integer not null);`,
  `alter table edges add column contradicted integer not null default 0; ${changedObjectsTable}`,
] as const

/** Opens the edges of this run. */
export const edgeTable = (ctx: Context): EdgeTable => {
  const database = ctx.store.database('delta-edges', versions)
  const { sql, write } = database
  sql.exec(`pragma cache_size = -${cacheKb}`)
  return {
    objects: changedObjects(database),
    set(edges, how) {
      if (edges.length === 0) return
      const insert = sql.prepare(
        `insert into edges (key, owner, target, type, removed, certainty) values (?, ?, ?, ?, ?, ?)
        on conflict (key) do update set
          type = coalesce(excluded.type, type), removed = excluded.removed, certainty = excluded.certainty,
          contradicted = contradicted or (
            certainty = ${certainty.reported} and excluded.certainty = certainty and removed is not excluded.removed
          )
        where excluded.certainty >= certainty`,
      )
      write(() => {
        for (const edge of edges) {
          const { owner, target, type, removed } = edge
          insert.run(edgeKey(edge), owner, target, type, removed, certainty[how])
        }
      })
    },
    of: keys =>
      new Map(
        sql
          .prepare(
            'select edges.key, owner, target, edges.type, removed from json_each(?) cross join edges on edges.key = value',
          )
          .all(JSON.stringify(keys))
          .map(found => [String(found['key']), edgeIn(found)]),
      ),
    *contradicted(atOnce) {
      const types = sql.prepare('select distinct type from edges where contradicted').all()
      for (const { type } of types)
        yield* inOrder('contradicted and type is ?', [type as string | null], undefined, atOnce)
    },
    removeOfGone: () =>
      write(() =>
        sql.exec(
          `update edges set certainty = ${certainty.decided}, removed = coalesce(
            (select gone from objects where id = owner and not alive), (select gone from objects where id = target and not alive)
          )
          where owner in (select id from objects where gone is not null and not alive)
            or target in (select id from objects where gone is not null and not alive)`,
        ),
      ),
    clear: () => write(() => sql.exec('delete from edges; delete from objects')),
    end: () => write(() => sql.exec('insert into whole values (1)')),
    get isWhole() {
      return sql.prepare('select 1 from whole').get() !== undefined
    },
    edges: (after, atOnce) => inOrder('true', [], after, atOnce),
  }

  function* inOrder(
    condition: string,
    values: readonly (string | null)[],
    after: string | undefined,
    atOnce: number,
  ): Generator<readonly Edge[], void, void> {
    const next = sql.prepare(
      `select key, owner, target, type, removed from edges where key > ? and ${condition} order by key limit ?`,
    )
    for (let last = after ?? ''; ;) {
      const found = next.all(last, ...values, atOnce)
      if (found.length === 0) return
      yield found.map(edgeIn)
      last = String(found.at(-1)!['key'])
    }
  }
}

const edgeIn = ({ owner, target, type, removed }: Readonly<Record<string, unknown>>): Edge => ({
  owner: String(owner),
  target: String(target),
  type: type as string | null,
  removed: removed as Removed | null,
})
