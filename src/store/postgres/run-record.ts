import type { Json } from '../../core/json.ts'
import type { PhaseReader, PhaseRecord, RunReader, RunRecord } from '../run-store.ts'
import { credentialsNote, type Checkpoint, type ChangedQuery } from '../types.ts'
import { changedRows } from './changed-rows.ts'
import type { Sql } from './database.ts'
import { ledgerRecord } from './ledger-record.ts'
import { addingResults, cutBackResults, resultReader } from './results.ts'
import { rowCounts } from './row-counts.ts'
import { rowResults } from './row-results.ts'
import type { RunSql } from './run-sql.ts'

/** Facts of the run itself. */
const ofRun = ''

/** What a run records, apart from keys and ids. */
type RunContents = Omit<RunReader, 'phase'> & Pick<RunRecord, 'saveNote' | 'phase'>

const putFact = `insert into facts values ($1, $2, $3, $4) on conflict (run, phase, name) do update set value = excluded.value`

/** Small values by phase and name. */
const factsOf = ({ run, rows, write }: RunSql) => {
  const put = (sql: Sql, phase: string, name: string, value: unknown) =>
    sql.run(putFact, [run, phase, name, JSON.stringify(value)])
  return {
    async load<T>(phase: string, name: string, sql: Pick<Sql, 'rows'> = { rows }): Promise<T | undefined> {
      const text = 'select value from facts where run = $1 and phase = $2 and name = $3'
      const [found] = await sql.rows<{ value: string }>(text, [run, phase, name])
      return found && (JSON.parse(found.value) as T)
    },
    put,
    save: (phase: string, name: string, value: unknown) =>
      write(async sql => void (await put(sql, phase, name, value))),
    drop: (sql: Sql, phase: string, names: readonly string[]) =>
      sql.run('delete from facts where run = $1 and phase = $2 and name = any($3)', [run, phase, names]),
  }
}

/** The positions of the shards of one phase. There may be many shards, so only changed positions are written. */
const positionsOf = ({ run }: RunSql, phase: string) => {
  // As in the database. Undefined if unknown: all positions are then written.
  let saved: ReadonlyMap<string, Json> | undefined
  return {
    async save(sql: Sql, positions: Checkpoint['positions']) {
      const before = saved
      saved = undefined
      const all = Object.entries(positions)
      const changed = before ? all.filter(([shard, position]) => before.get(shard) !== position) : all
      const text = 'delete from positions where run = $1 and phase = $2'
      if (!before) await sql.run(text, [run, phase])
      const gone = [...(before?.keys() ?? [])].filter(shard => !Object.hasOwn(positions, shard))
      if (gone.length > 0) await sql.run(`${text} and shard = any($3)`, [run, phase, gone])
      if (changed.length > 0)
        await sql.run(
          `insert into positions select $1, $2, * from unnest($3::text[], $4::text[])
           on conflict (run, phase, shard) do update set position = excluded.position`,
          [run, phase, changed.map(([shard]) => shard), changed.map(([, position]) => JSON.stringify(position))],
        )
      return () => void (saved = new Map(all))
    },
    async load(sql: Sql): Promise<Checkpoint['positions']> {
      const text = 'select shard, position from positions where run = $1 and phase = $2'
      const lines = await sql.rows<{ shard: string; position: string }>(text, [run, phase])
      return Object.fromEntries(lines.map(({ shard, position }) => [shard, JSON.parse(position) as Json]))
    },
    forget: () => void (saved = undefined),
  }
}

/** The record of one run. */
export const runRecord = (database: RunSql, now: () => number): RunContents => {
  const { run, read, write } = database
  const facts = factsOf(database)
  const all = resultReader(database)
  const add = addingResults(run)
  const rows = rowResults(database)

  const phase = (name: string): PhaseRecord & PhaseReader => {
    const positions = positionsOf(database, name)
    const ledger = ledgerRecord(database, name, add, now)
    const loadCheckpoint = async (sql: Sql): Promise<Checkpoint | undefined> => {
      const head = await facts.load<Omit<Checkpoint, 'positions'>>(name, 'checkpoint', sql)
      return head && { ...head, positions: await positions.load(sql) }
    }
    return {
      ledger: () => ledger,
      saveShards: shards => facts.save(name, 'shards', shards),
      loadShards: () => facts.load(name, 'shards'),
      async saveCheckpoint({ positions: reached, shards, ...head }) {
        const saved = await write(async sql => {
          const done = await positions.save(sql, reached)
          if (shards) await facts.put(sql, name, 'shards', shards)
          await facts.put(sql, name, 'checkpoint', head)
          return done
        })
        saved()
      },
      loadCheckpoint: () => read(loadCheckpoint),
      rewind: () =>
        write(async sql => {
          const checkpoint = await loadCheckpoint(sql)
          await facts.drop(sql, name, checkpoint ? ['committing'] : ['committing', 'shards'])
          await cutBackResults(sql, run, name, checkpoint?.cut ?? 0)
          positions.forget()
          return checkpoint
        }),
      saveCommitting: committing => facts.save(name, 'committing', committing),
      loadCommitting: () => facts.load(name, 'committing'),
      saveEnd: manifest => facts.save(name, 'end', manifest),
      loadEnd: () => facts.load(name, 'end'),
      saveNote: (note, value) => facts.save(name, `note/${note}`, value),
      loadNote: note => facts.load<Json>(name, `note/${note}`),
      appendResults: (epoch, batch) =>
        write(async sql => void (await add(sql, { phase: name, epoch, atMs: now() }, batch))),
      readFailures: query => all.readFailures(name, query),
      readResults: query => all.readResults(name, query),
      readByKey: query => all.readByKey(name, query),
      countResults: () => all.countResults(name),
      countRows: () => rowCounts(database, name),
    }
  }

  const opened = new Map<string, PhaseRecord & PhaseReader>()
  return {
    phase(name) {
      const there = opened.get(name) ?? phase(name)
      opened.set(name, there)
      return there
    },
    saveNote: (note, value) => facts.save(ofRun, `note/${note}`, value),
    loadNote: note => facts.load<Json>(ofRun, `note/${note}`),
    readResults: query => all.readResults(undefined, query),
    readRows: rows.read,
    readPending: rows.pending,
    readChanges: (query?: ChangedQuery) => changedRows(database, query),
    countResults: () => all.countResults(undefined),
  }
}

/** Whether a run has changes in state `sent`. */
export const hasSent = async (sql: Sql, run: number): Promise<boolean> =>
  (await sql.rows('select 1 from work where run = $1 and state = 2 limit 1', [run])).length > 0

/** Whether passwords or passes of a run may not have been handed out yet. */
export const hasCredentials = async (sql: Sql, run: number): Promise<boolean> => {
  const text = 'select value from facts where run = $1 and phase = $2 and name = $3'
  const [found] = await sql.rows<{ value: string }>(text, [run, ofRun, `note/${credentialsNote}`])
  return found !== undefined && (JSON.parse(found.value) as { readonly left?: boolean }).left === true
}
