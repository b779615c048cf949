import type { Context } from '../../../core/context.ts'
import type { Fields } from '../../../core/json.ts'
import type { Source } from '../../../core/parts.ts'
import { removedColumn } from '../../../data/delta-kinds.ts'
import { findEdges, type EdgeReaders } from './changed-edges.ts'
import type { DeltaRow } from './changed-rows.ts'
import { deltaSource, type DeltaParts } from './delta-source.ts'
import { edgeKey, edgeTable, type Edge } from './edge-table.ts'

/** Options of `edgeDelta`. */
interface EdgeDeltaOptions extends Pick<DeltaParts, 'of' | 'streams' | 'name' | 'place'> {
  /** Columns of the two objects, and of the type of the second one. */
  readonly columns: readonly [owner: string, target: string, type?: string]
  readonly readers: EdgeReaders
  /** Reads all links. */
  readonly full: (rowOf: (edge: Edge) => Fields) => Source<Fields>
}

const edgesAtOnce = 1000

/** The links between objects that have changed since the last run: a row for each that was added, and one for each that is gone. */
export const edgeDelta = ({ columns, readers, full, ...parts }: EdgeDeltaOptions): Source<Fields> => {
  const [owner, target, type] = columns
  const rowOf = (edge: Edge): Fields => ({
    [owner]: edge.owner,
    [target]: edge.target,
    ...(type !== undefined && { [type]: edge.removed === null ? edge.type : null }),
    [removedColumn]: edge.removed,
  })
  const madeOf = (edge: Edge): DeltaRow => ({ id: edgeKey(edge), gone: edge.removed !== null, value: rowOf(edge) })
  return deltaSource({
    ...parts,
    columns: [...columns.filter(name => name !== undefined), removedColumn],
    full: full(rowOf),
    async *changed(ctx, run, { memory }, from) {
      const table = edgeTable(ctx)
      await findEdges(ctx, run, memory, table, readers)
      for (const edges of table.edges(from, edgesAtOnce))
        yield { rows: edges.map(madeOf), after: edgeKey(edges.at(-1)!) }
    },
    unread: async (ctx, keys) => (await stillThere(ctx, keys, readers)).map(madeOf),
  })
}

/**
 * Links that earlier runs had and a full load has not read: as they are now, or gone. All links of an owner are read, once, and kept on
 * disk: one may have lost more than the keys of one call.
 */
const stillThere = async (ctx: Context, keys: readonly string[], readers: EdgeReaders): Promise<readonly Edge[]> => {
  const table = edgeTable(ctx)
  const owners = new Set(keys.map(key => key.slice(0, key.indexOf('/'))))
  const read = table.objects.of(owners)
  const unread = [...owners].filter(id => !read.has(id))
  for await (const edges of readers.ofOwners(ctx, unread)) table.set(edges, 'read')
  const state = { type: readers.types[0]!, alive: true, gone: undefined, replaced: false, reread: false }
  table.objects.add(unread.map(id => ({ id, ...state })))
  const there = table.of(keys)
  return keys.map(key => {
    const [owner = '', target = ''] = key.split('/')
    return there.get(key) ?? { owner, target, type: null, removed: 'absent' }
  })
}
