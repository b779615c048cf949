import type { SQLOutputValue } from 'node:sqlite'
import { overlap } from '../core/targets.ts'
import { identityOf } from './identity.ts'
import { durable, openDatabase, type Database } from './database.ts'
import { writtenBy, type NewRun, type RunInfo, type RunQuery, type RunStatus } from './types.ts'

const versions = [
  `create table runs (
     id text primary key,
     identity text not null,
     pipeline text not null,
     tenant text,
     target text,
     writes integer not null,
     status text not null,
     startedAt integer not null,
     heldAt integer not null,
     endedAt integer,
     resumed integer not null,
     pid integer not null,
     run text not null,
     error text,
     manifest text
   ) without rowid;
   create index runs_by_status on runs (status, startedAt);
   create index runs_by_identity on runs (identity, startedAt)`,
  `alter table runs add column rejects text`,
  `alter table runs add column isOver integer not null default 0`,
  `alter table runs add column alsoWrites text;
   update runs set alsoWrites = json_array(rejects) where rejects is not null;
   alter table runs drop column rejects;
   create index runs_by_start on runs (startedAt, id)`,
  `alter table runs add column dueAt integer;
   create index runs_by_due on runs (dueAt) where dueAt is not null`,
]

/** A line of the index. `heldAt` is when its last holder acquired it. `status` is as written: the holder may have died. */
export type IndexedRun = RunInfo & { readonly heldAt: number }

type RunChange = Partial<
  Pick<
    IndexedRun,
    'status' | 'heldAt' | 'endedAt' | 'resumed' | 'pid' | 'error' | 'manifest' | 'alsoWrites' | 'dueAt'
  > & {
    isOver: boolean
  }
>

/** The index of all runs. A decision by its content and the change that follows belong in one `write`. */
export interface RunIndex extends Pick<Database, 'write' | 'read' | 'close'> {
  /** As `write`, flushed to disk before it returns. */
  writeDurably: Database['write']
  insert(id: string, run: NewRun, at: number, pid: number): IndexedRun
  /** Changes the given fields; `null` clears a field. */
  change(id: string, change: { readonly [name in keyof RunChange]: RunChange[name] | null }): void
  get(id: string): IndexedRun | undefined
  /** Returns at most two runs whose ids have this prefix. */
  startingWith(beginning: string): readonly IndexedRun[]
  /** Newest first, with statuses as written. */
  list(query?: RunQuery): readonly IndexedRun[]
  remove(id: string): void
}

type Line = Record<string, SQLOutputValue>

const parsed = (name: string, text: SQLOutputValue | undefined) =>
  typeof text === 'string' ? { [name]: JSON.parse(text) } : {}

const info = (line: Line): IndexedRun => ({
  ...JSON.parse(line['run'] as string),
  id: line['id'],
  identity: line['identity'],
  status: line['status'] as RunStatus,
  startedAt: line['startedAt'],
  heldAt: line['heldAt'],
  resumed: line['resumed'],
  ...(line['isOver'] === 1 && { resumable: false }),
  pid: line['pid'],
  ...(line['endedAt'] === null ? {} : { endedAt: line['endedAt'] }),
  ...(line['dueAt'] === null ? {} : { dueAt: line['dueAt'] }),
  ...parsed('alsoWrites', line['alsoWrites']),
  ...parsed('error', line['error']),
  ...parsed('manifest', line['manifest']),
})

const stored = (value: unknown) =>
  typeof value === 'boolean'
    ? Number(value)
    : typeof value === 'object' && value !== null
      ? JSON.stringify(value)
      : (value as string | number | null)

const conditions = ({ pipeline, status, target, identity, tenant, writes, after, dueBy }: RunQuery) => {
  const asked = Object.entries({
    pipeline,
    target,
    identity,
    tenant,
    writes: writes === undefined ? undefined : +writes,
  })
  const equal = asked.filter((entry): entry is [string, string | number] => entry[1] !== undefined)
  const where = equal.map(([name]) => `${name} = ?`)
  if (status) where.push(`status in (${status.map(() => '?').join(', ')})`)
  if (dueBy !== undefined) where.push('dueAt <= ?')
  if (after) where.push('(startedAt, id) < (?, ?)')
  return {
    text: where.length ? `where ${where.join(' and ')}` : '',
    values: [
      ...equal.map(([, value]) => value),
      ...(status ?? []),
      ...(dueBy === undefined ? [] : [dueBy]),
      ...(after ? [after.startedAt, after.id] : []),
    ],
  }
}

const writes = (run: NewRun, to: string): boolean => writtenBy(run).some(own => overlap(own, to))

/** Opens the index of all runs, or creates it. */
export const openRunIndex = (path: string): RunIndex => {
  const database = openDatabase(path, { versions })
  const { sql } = database
  const one = sql.prepare('select * from runs where id = ?')
  const get = (id: string) => {
    const line = one.get(id)
    return line && info(line)
  }
  return {
    write: database.write,
    writeDurably: work => durable(database, () => database.write(work)),
    read: database.read,
    close: database.close,
    get,
    insert(id, run, at, pid) {
      const { tenant, ...rest } = run
      const { alsoWrites, ...unchanging } = run
      const identity = identityOf(tenant ? { ...rest, tenant: tenant.id } : rest)
      sql
        .prepare(`insert into runs values (?, ?, ?, ?, ?, ?, 'running', ?, ?, null, 0, ?, ?, null, null, 0, ?, null)`)
        .run(
          id,
          identity,
          run.pipeline,
          tenant?.id ?? null,
          run.target ?? null,
          run.writes ? 1 : 0,
          at,
          at,
          pid,
          JSON.stringify(unchanging),
          alsoWrites ? JSON.stringify(alsoWrites) : null,
        )
      return get(id)!
    },
    change(id, change) {
      const names = Object.keys(change)
      const set = names.map(name => `${name} = ?`).join(', ')
      sql.prepare(`update runs set ${set} where id = ?`).run(...Object.values(change).map(stored), id)
    },
    startingWith: beginning =>
      sql.prepare(`select * from runs where substr(id, 1, length(?1)) = ?1 limit 2`).all(beginning).map(info),
    list(query = {}) {
      const { text, values } = conditions(query)
      const { writesTo, limit } = query
      const found = sql
        .prepare(`select * from runs ${text} order by startedAt desc, id desc limit ?`)
        .all(...values, writesTo === undefined ? (limit ?? -1) : -1)
        .map(info)
      return writesTo === undefined ? found : found.filter(run => writes(run, writesTo)).slice(0, limit)
    },
    remove: id => void sql.prepare('delete from runs where id = ?').run(id),
  }
}
