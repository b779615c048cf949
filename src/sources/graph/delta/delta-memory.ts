import type { Context, PartDatabase } from '../../../core/context.ts'
import type { FileFacts } from '../../../core/manifest.ts'
import { idOfKey, type ObjectKey } from './object-key.ts'

/** From where the next run of a delta goes on. */
interface DeltaState {
  /** A link for each collection. */
  readonly links: readonly string[]
  /** When the changes of the links begin, in milliseconds since 1970. */
  readonly sinceMs: number
  /** The run that saved it. */
  readonly run: string
  /** What that run wrote. */
  readonly files: readonly FileFacts[]
}

/** A state, and how many runs have saved one. */
export interface SavedDelta extends DeltaState {
  readonly generation: number
  /** Whether a link expired while its changes were read: its first page may still be there. */
  readonly isExpired: boolean
}

/** What a run leaves to be saved. */
interface Staged {
  /** Whether `save` saves it. If not, only its keys are kept, until another run stages its own. */
  readonly isSaved: boolean
  /** The generation with which the run began: it saves nothing over a later one. */
  readonly generation: number
  readonly state: DeltaState
  /** Whether the keys are all that there are. */
  readonly isFull: boolean
  /** The keys, and whether each is gone. */
  readonly keys: Iterable<DeltaKey>
}

/** A key of a row, and whether the row says that it is gone. */
export interface DeltaKey {
  readonly key: ObjectKey
  readonly gone: boolean
}

/**
 * What is kept of a delta beyond its runs: its links, and the ids that its rows had. Asynchronous, and no call is for one row, so that a
 * database server can hold it.
 */
export interface DeltaMemory {
  load(): Promise<SavedDelta | undefined>
  /** Whether earlier rows had these keys, and did not remove them. */
  hasKeys(keys: readonly ObjectKey[]): Promise<readonly boolean[]>
  /** The number of ids. */
  count(): Promise<number>
  /** The ids in order, in lists. */
  ids(): AsyncIterable<readonly string[]>
  /** As `ids`, those besides that the last run to stage rows had and did not save: its rows may have been published. */
  unsavedIds(): AsyncIterable<readonly string[]>
  /** Notes that a link of the state of this generation has expired. */
  expire(generation: number): Promise<void>
  /** Stores all of it or nothing. */
  stage(staged: Staged): Promise<void>
  /** Makes what the run has staged the state, at once. Does nothing if another run was faster, or nothing is staged. */
  save(run: string): Promise<void>
}

const versions = [
  `create table state (generation integer not null, links text not null, since integer not null, run text not null, files text not null);
  create table had (key blob primary key) without rowid;
  create table staged (run text not null, generation integer not null, links text not null, since integer not null, files text not null, is_full integer not null);
  create table staged_keys (key blob not null, gone integer not null);`,
  'create index staged_keys_key on staged_keys (key);',
  'alter table state add column expired integer not null default 0;',
] as const

const idsAtOnce = 1000
/** Of the pages of the database. */
const cacheKb = 2_000

/**
 * Opens the memory of a delta. What it has is not encrypted: ids, and links, which are of no use without a token.
 *
 * @throws EntrapipeError `STORE_UNUSABLE`, `DISK_FULL`
 */
export const deltaMemory = async (ctx: Context, name: string): Promise<DeltaMemory> => {
  const database = ctx.lasting(name, versions)
  const { sql } = database
  // Keys are written and looked up in their order, so that a large cache would only be held.
  sql.exec(`pragma cache_size = -${cacheKb}`)
  return {
    async load() {
      const found = sql.prepare('select generation, links, since, run, files, expired from state').get()
      return (
        found && {
          generation: Number(found['generation']),
          links: JSON.parse(String(found['links'])) as readonly string[],
          sinceMs: Number(found['since']),
          run: String(found['run']),
          files: JSON.parse(String(found['files'])) as readonly FileFacts[],
          isExpired: found['expired'] === 1,
        }
      )
    },
    async hasKeys(keys) {
      const has = sql.prepare('select 1 from had where key = ?')
      return database.read(() => keys.map(key => has.get(key) !== undefined))
    },
    count: async () => Number(sql.prepare('select count(*) as keys from had').get()!['keys']),
    ids: () => inLists(database, 'select key from had where key > ? order by key limit ?'),
    unsavedIds: () =>
      inLists(
        database,
        'select distinct key from staged_keys where key > ? and gone = 0 and key not in (select key from had) order by key limit ?',
      ),
    expire: async generation =>
      database.write(() => void sql.prepare('update state set expired = 1 where generation = ?').run(generation)),
    stage: async staged => stage(database, staged),
    save: async run => save(database, run),
  }
}

/** @param query of the keys after one, in order, and how many of them */
async function* inLists({ sql }: PartDatabase, query: string): AsyncGenerator<readonly string[], void, void> {
  const next = sql.prepare(query)
  // Numbers come before texts and bytes.
  for (let after: ObjectKey | number = -1; ;) {
    const keys: ObjectKey[] = next.all(after, idsAtOnce).map(({ key }) => key as ObjectKey)
    if (keys.length === 0) return
    yield keys.map(idOfKey)
    after = keys.at(-1)!
  }
}

const stage = ({ sql, write }: PartDatabase, { isSaved, generation, state, isFull, keys }: Staged): void =>
  write(() => {
    sql.exec('delete from staged; drop index if exists staged_keys_key; delete from staged_keys')
    if (isSaved)
      sql
        .prepare('insert into staged (run, generation, links, since, files, is_full) values (?, ?, ?, ?, ?, ?)')
        .run(
          state.run,
          generation,
          JSON.stringify(state.links),
          state.sinceMs,
          JSON.stringify(state.files),
          Number(isFull),
        )
    const insert = sql.prepare('insert into staged_keys (key, gone) values (?, ?)')
    for (const { key, gone } of keys) insert.run(key, Number(gone))
    // When all are there: keys come in no order, and an index that is built once is written once.
    sql.exec('create index staged_keys_key on staged_keys (key)')
  })

const save = ({ sql, write }: PartDatabase, run: string): void =>
  write(() => {
    const staged = sql.prepare('select generation, is_full from staged where run = ?').get(run)
    const now = sql.prepare('select generation from state').get()
    if (!staged || staged['generation'] !== (now?.['generation'] ?? 0)) return
    if (staged['is_full'] === 1) sql.exec('delete from had')
    // In order, which is faster.
    sql.exec(`
      delete from had where key in (select key from staged_keys where gone = 1);
      insert or ignore into had (key) select distinct key from staged_keys where gone = 0 order by key;
      delete from state;
      insert into state (generation, links, since, run, files) select generation + 1, links, since, run, files from staged;
      delete from staged;
      delete from staged_keys;
    `)
  })
