import type { Context } from '../../../core/context.ts'
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
  set(edges: readonly Edge[], how: keyof typeof certainty): void
  /** Removes all edges, to find them again. */
  clear(): void
  /** Called when all edges are there. */
  end(): void
  readonly isWhole: boolean
  /** In the order of their keys, in lists of at most so many. @param after the key before the first one */
  edges(after: string | undefined, atOnce: number): Iterable<readonly Edge[]>
}

/** The key of the row of an edge. */
export const edgeKey = ({ owner, target }: Pick<Edge, 'owner' | 'target'>): string => `${owner}/${target}`

const versions = [
  `create table edges (key text primary key, owner text not null, target text not null, type text, removed text, certainty integer not null) without rowid;
  create table whole (yes integer not null);`,
] as const

/** Opens the edges of this run. */
export const edgeTable = (ctx: Context): EdgeTable => {
  const { sql, write } = ctx.store.database('delta-edges', versions)
  // As in a checkpoint, which may follow.
  sql.exec('pragma synchronous = full')
  return {
    set(edges, how) {
      if (edges.length === 0) return
      const insert = sql.prepare(
        `insert into edges (key, owner, target, type, removed, certainty) values (?, ?, ?, ?, ?, ?)
        on conflict (key) do update set
          type = coalesce(excluded.type, type), removed = excluded.removed, certainty = excluded.certainty
        where excluded.certainty >= certainty`,
      )
      write(() => {
        for (const edge of edges) {
          const { owner, target, type, removed } = edge
          insert.run(edgeKey(edge), owner, target, type, removed, certainty[how])
        }
      })
    },
    clear: () => write(() => sql.exec('delete from edges')),
    end: () => write(() => sql.exec('insert into whole values (1)')),
    get isWhole() {
      return sql.prepare('select 1 from whole').get() !== undefined
    },
    *edges(after, atOnce) {
      const next = sql.prepare('select key, owner, target, type, removed from edges where key > ? order by key limit ?')
      for (let last = after ?? ''; ;) {
        const found = next.all(last, atOnce)
        if (found.length === 0) return
        yield found.map(({ owner, target, type, removed }) => ({
          owner: String(owner),
          target: String(target),
          type: type as string | null,
          removed: removed as Removed | null,
        }))
        last = String(found.at(-1)!['key'])
      }
    },
  }
}
