import type { Json } from '../core/json.ts'
import { durable, openDatabase, type Database } from './database.ts'
import { ledgerFile } from './ledger-file.ts'
import { ledgerInputs } from './ledger-inputs.ts'
import {
  ledgerAnswers,
  ledgerDigests,
  ledgerDue,
  ledgerNeeds,
  ledgerPhases,
  ledgerRetries,
  ledgerTables,
  sent,
} from './ledger-tables.ts'
import type { LedgerRecord } from './ledger-types.ts'
import { phasePositions } from './phase-positions.ts'
import { results, resultsOrdinal, resultsTable } from './results.ts'
import { changedRows } from './changed-rows.ts'
import { rowCounts } from './row-counts.ts'
import { rowResults } from './row-results.ts'
import type { PhaseReader, PhaseRecord, RunReader, RunRecord } from './run-store.ts'
import { credentialsNote, type Checkpoint, type Committing } from './types.ts'

const versions = [
  `create table facts (phase text, name text, value text not null, primary key (phase, name)) without rowid;
   create table positions (phase text, shard text, position text not null, primary key (phase, shard)) without rowid;
   ${resultsTable}`,
  resultsOrdinal,
  ledgerTables,
  ledgerRetries,
  ledgerPhases,
  ledgerInputs,
  // From version 6 to 7: rows of a ledger may share a sealed text. Earlier rows are read as they are.
  '',
  ledgerDigests,
  ledgerNeeds,
  ledgerAnswers,
  ledgerDue,
]

/** Facts of the run itself. */
const ofRun = ''

/** What a run records, apart from keys and ids. */
interface RunFile extends Omit<RunReader, 'phase'>, Pick<RunRecord, 'saveNote' | 'phase'> {
  /** Whether a change is in state `sent`. */
  hasSent(): boolean
  /** Whether passwords or passes may not have been handed out yet. */
  hasCredentials(): boolean
  /** Makes the first `readRows` fast. */
  prepareRows(): void
  close(): void
}

/** Small values by phase and name. */
const factsOf = (database: Database) => {
  const { sql } = database
  const put = sql.prepare('insert or replace into facts values (?, ?, ?)')
  const take = sql.prepare('select value from facts where phase = ? and name = ?')
  const drop = sql.prepare('delete from facts where phase = ? and name = ?')
  return {
    load<T>(phase: string, name: string) {
      const text = take.get(phase, name)?.['value']
      return text === undefined ? undefined : (JSON.parse(text as string) as T)
    },
    /** Within a transaction. */
    put: (phase: string, name: string, value: unknown) => void put.run(phase, name, JSON.stringify(value)),
    save: (phase: string, name: string, value: unknown) =>
      database.write(() => void put.run(phase, name, JSON.stringify(value))),
    drop: (phase: string, name: string) => void drop.run(phase, name),
  }
}

/** Opens the file of one run, or creates it. Checkpoints and commits in progress are flushed to disk. */
export const openRunFile = (path: string, now: () => number): RunFile => {
  const database = openDatabase(path, { versions })
  const facts = factsOf(database)
  const all = results(database, now)
  const rows = rowResults(database)

  const phase = (name: string): PhaseRecord & PhaseReader => {
    const positions = phasePositions(database, name)
    const loadCheckpoint = (): Checkpoint | undefined => {
      const head = facts.load<Omit<Checkpoint, 'positions'>>(name, 'checkpoint')
      return head && { ...head, positions: positions.load() }
    }
    let ledger: LedgerRecord | undefined
    return {
      ledger: () => (ledger ??= ledgerFile(database, all, now, name)),
      saveShards: async shards => facts.save(name, 'shards', shards),
      loadShards: async () => facts.load(name, 'shards'),
      saveCheckpoint: async ({ positions: reached, shards, ...head }) =>
        positions.saving(reached, save =>
          durable(database, () =>
            database.write(() => {
              save()
              if (shards) facts.put(name, 'shards', shards)
              facts.put(name, 'checkpoint', head)
            }),
          ),
        ),
      loadCheckpoint: async () => database.read(loadCheckpoint),
      rewind: async () =>
        database.write(() => {
          const checkpoint = loadCheckpoint()
          facts.drop(name, 'committing')
          if (!checkpoint) facts.drop(name, 'shards')
          all.cutBack(name, checkpoint?.cut ?? 0)
          positions.forget()
          return checkpoint
        }),
      saveCommitting: async (committing: Committing) =>
        durable(database, () => facts.save(name, 'committing', committing)),
      loadCommitting: async () => facts.load(name, 'committing'),
      saveEnd: async manifest => durable(database, () => facts.save(name, 'end', manifest)),
      loadEnd: async () => facts.load(name, 'end'),
      saveNote: async (note, value) => facts.save(name, `note/${note}`, value),
      loadNote: async note => facts.load<Json>(name, `note/${note}`),
      appendResults: async (epoch, batch) => all.append(name, epoch, batch),
      readFailures: async query => all.readFailures(name, query),
      readResults: async query => all.readResults(name, query),
      readByKey: async query => all.readByKey(name, query),
      countResults: async () => all.countResults(name),
      countRows: async () => rowCounts(database, name),
    }
  }

  const opened = new Map<string, PhaseRecord & PhaseReader>()
  return {
    phase(name) {
      const there = opened.get(name) ?? phase(name)
      opened.set(name, there)
      return there
    },
    saveNote: async (note, value) => facts.save(ofRun, `note/${note}`, value),
    loadNote: async note => facts.load<Json>(ofRun, `note/${note}`),
    readResults: async query => all.readResults(undefined, query),
    readRows: async query => rows.read(query),
    readPending: async query => rows.pending(query),
    readChanges: async query => changedRows(database, query),
    prepareRows: rows.prepare,
    countResults: async () => all.countResults(undefined),
    hasSent: () => database.sql.prepare(`select 1 from work where state = ${sent} limit 1`).get() !== undefined,
    hasCredentials: () => facts.load<{ readonly left?: boolean }>(ofRun, `note/${credentialsNote}`)?.left === true,
    close: database.close,
  }
}
