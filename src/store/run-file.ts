import type { Json } from '../core/json.ts'
import type { Mark } from '../core/parts.ts'
import { durable, openDatabase } from './database.ts'
import { failuresOf } from './failures-of.ts'
import { results, resultsTable } from './results.ts'
import type { RunReader, RunRecord } from './run-store.ts'
import type { Checkpoint, Committing } from './types.ts'

const versions = [
  `create table facts (name text primary key, value text not null) without rowid;
   create table positions (part text primary key, position text not null) without rowid;
   ${resultsTable}`,
  `alter table positions rename column part to shard;
   update facts set name = 'shards' where name = 'parts';`,
]

/** What a run writes down, apart from keys and ids. */
interface RunFile extends RunReader, Omit<RunRecord, 'id' | 'info' | 'finish' | 'release'> {
  close(): void
}

/** A checkpoint without its positions, which are many where shards are many. */
type Head = Pick<Checkpoint, 'cut' | 'states' | 'counters' | 'sums' | 'ids'> & { readonly mark?: Mark }

/** Opens the file of one run, made when it is not there. Checkpoints and what is committing outlive a power cut. */
export const openRunFile = (path: string, now: () => number): RunFile => {
  const database = openDatabase(path, { versions })
  const { sql } = database
  const put = sql.prepare('insert or replace into facts values (?, ?)')
  const take = sql.prepare('select value from facts where name = ?')
  const drop = sql.prepare('delete from facts where name = ?')
  const savePosition = sql.prepare('insert or replace into positions values (?, ?)')
  const dropPosition = sql.prepare('delete from positions where shard = ?')
  const rows = results(database, now)
  const findFailures = failuresOf(database)
  // As in the file; undefined when that is not known, and all are written.
  let saved: ReadonlyMap<string, Json> | undefined

  const load = <T>(name: string) => {
    const text = take.get(name)?.['value']
    return text === undefined ? undefined : (JSON.parse(text as string) as T)
  }
  const save = (name: string, value: unknown) => database.write(() => void put.run(name, JSON.stringify(value)))

  const loadCheckpoint = (): Checkpoint | undefined => {
    const head = load<Head>('checkpoint')
    if (!head) return undefined
    const lines = sql.prepare('select shard, position from positions').all()
    const positions = lines.map(line => [line['shard'], JSON.parse(line['position'] as string) as Json] as const)
    return { ...head, positions: Object.fromEntries(positions) }
  }

  const savePositions = (positions: Checkpoint['positions']) => {
    if (!saved) sql.exec('delete from positions')
    for (const shard of saved?.keys() ?? []) if (!Object.hasOwn(positions, shard)) dropPosition.run(shard)
    for (const [shard, position] of Object.entries(positions))
      if (saved?.get(shard) !== position) savePosition.run(shard, JSON.stringify(position))
  }

  return {
    saveShards: async shards => save('shards', shards),
    loadShards: async () => load('shards'),
    async saveCheckpoint({ positions, shards, ...head }) {
      try {
        durable(database, () =>
          database.write(() => {
            savePositions(positions)
            if (shards) put.run('shards', JSON.stringify(shards))
            put.run('checkpoint', JSON.stringify(head))
          }),
        )
        saved = new Map(Object.entries(positions))
      } catch (error) {
        saved = undefined
        throw error
      }
    },
    loadCheckpoint: async () => database.read(loadCheckpoint),
    rewind: async () =>
      database.write(() => {
        const checkpoint = loadCheckpoint()
        drop.run('committing')
        if (!checkpoint) drop.run('shards')
        rows.cutBack(checkpoint?.cut ?? 0)
        saved = undefined
        return checkpoint
      }),
    saveCommitting: async (committing: Committing) => durable(database, () => save('committing', committing)),
    loadCommitting: async () => load('committing'),
    saveNote: async (name, value) => save(`note/${name}`, value),
    loadNote: async name => load(`note/${name}`),
    appendResults: async (epoch, results) => rows.append(epoch, results),
    readResults: async query => rows.readResults(query),
    countResults: async () => rows.countResults(),
    failuresOf: async keys => findFailures(keys),
    close: database.close,
  }
}
