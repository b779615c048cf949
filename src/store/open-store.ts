import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Budget } from '../core/budget.ts'
import type { Clock } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError } from '../core/errors.ts'
import { openAudit } from './audit.ts'
import { databasesNote } from './held-phase.ts'
import { heldRun } from './held-run.ts'
import type { SharedKeys } from './run-paths.ts'
import type { LastingClaims } from './lasting-claims.ts'
import { openLastWrites } from './last-writes.ts'
import { copyRunDatabases, lastingDatabases } from './part-databases.ts'
import { runPaths, type RunPaths } from './run-paths.ts'
import type { RunReader, RunRecord, RunStore } from './run-store.ts'
import { sharedBudget, type SharedBudget } from './shared-budget.ts'
import { sqliteRuns } from './sqlite-runs.ts'
import { lessonsFile } from './lessons.ts'
import { storeReader } from './store-reader.ts'
import { stateFolder } from './state-folder.ts'
import type { Run, Store } from './store.ts'
import { intakeNote, phasesOf } from './types.ts'
import { withFolders } from './with-folders.ts'

interface StoreOptions {
  readonly environment: Environment
  readonly clock: Clock
  /**
   * What processes on several machines share, in place of what is in the state folder. Its owner closes the budget.
   * @default the records of runs, and the budget, are on this machine
   */
  readonly shared?: {
    readonly runs: RunStore
    readonly budget: Budget
    /** @default keys of runs are on this machine */
    readonly keys?: SharedKeys
    /** @default what survives runs is taken to be on this machine */
    readonly lasting?: LastingClaims
  }
}

/**
 * Opens the store of this user. Only the index of runs is opened at first; other files are opened on demand.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` (see `stateFolder`), `DISK_FULL`
 */
export const openStore = ({ environment, clock, shared }: StoreOptions): Store => {
  const folder = stateFolder(environment)
  const shelved = shared?.keys?.shelved
  /** @param keyOf the run whose key it uses */
  const pathsOf = (id: string, keyOf?: string): RunPaths => runPaths(folder.path, id, shared?.keys, keyOf)
  const runs = shared ? withFolders(shared.runs, pathsOf, shelved) : sqliteRuns({ folder: folder.path, clock })
  const lasting = lastingDatabases(join(folder.path, 'lasting'))
  let budget: SharedBudget | undefined

  /** Phases that come after one that filled a database would find it empty on another machine. */
  const expectDatabases = async (reader: Pick<RunReader, 'phase'>, id: string): Promise<void> => {
    for (const name of phasesOf(await runs.get(id))) {
      const phase = reader.phase(name)
      const isFilled = (await phase.loadEnd()) !== undefined || (await phase.loadNote(intakeNote)) !== undefined
      if (isFilled && (await phase.loadNote(databasesNote)) === true)
        throw new EntrapipeError(
          'RUN_NOT_RESUMABLE',
          `Run ${id} needs what its earlier phases left on another machine.`,
          {
            facts: { run: id, phase: name },
            fix: 'Resume it where a worker uses the state folder of that machine, or submit its rows again.',
          },
        )
    }
  }

  const joined = async (record: RunRecord, isNew = false): Promise<Run> => {
    const { id, info } = record
    await shelved?.keep(info.shareOf ?? id, isNew)
    const held = heldRun(record, pathsOf(id, info.shareOf), shared !== undefined)
    return {
      ...held,
      async saveOver(ended) {
        await shared?.lasting?.settled()
        await held.saveOver(ended)
      },
      copyDatabases: from => copyDatabases(id, from),
    }
  }
  const copyDatabases = async (to: string, from: string): Promise<void> => {
    const [there, here] = [from, to].map(id => pathsOf(id).databases) as [string, string]
    if (shared && !existsSync(there)) await runs.read(from, reader => expectDatabases(reader, from))
    if (existsSync(there)) await runs.alter(from, async () => copyRunDatabases(there, here))
  }

  return {
    ...runs,
    folder,
    audit: openAudit(join(folder.path, 'audit.jsonl')),
    get budget() {
      return shared?.budget ?? (budget ??= sharedBudget(join(folder.path, 'budget.sqlite'), clock))
    },
    async create(run) {
      const record = await runs.create(run)
      try {
        return await joined(record, record.info.shareOf === undefined)
      } catch (error) {
        await record.release()
        throw error
      }
    },
    async hold(id, alsoWrites, again) {
      const record = await runs.hold(id, alsoWrites, again)
      try {
        if (shared && !existsSync(pathsOf(record.id).databases)) await expectDatabases(record, record.id)
        return await joined(record)
      } catch (error) {
        await record.release()
        throw error
      }
    },
    async read(id, look) {
      const info = await runs.get(id)
      await shelved?.bring(info.shareOf ?? info.id)
      return runs.read(info.id, reader => look(storeReader(reader, info, pathsOf(info.id, info.shareOf))))
    },
    async alter(id, work) {
      const info = await runs.get(id)
      await shelved?.bring(info.shareOf ?? info.id)
      return runs.alter(info.id, file =>
        work({
          ...storeReader(file, info, pathsOf(info.id, info.shareOf)),
          saveNote: file.saveNote,
          endWaiting: (phase, ...of) =>
            file
              .phase(phase)
              .ledger()
              .endWaiting(...of),
          destroySecrets: (phase, ordinals) => file.phase(phase).ledger().destroySecrets(ordinals),
        }),
      )
    },
    async removeDatabases(id) {
      const { databases } = pathsOf(id)
      if (existsSync(databases)) await runs.alter(id, async () => rmSync(databases, { recursive: true, force: true }))
    },
    lastWrites: options => openLastWrites(runs, options, clock),
    lasting(tenant, name, versions) {
      // What refusals taught is learnt again elsewhere.
      if (name !== lessonsFile) shared?.lasting?.claim(folder.path, tenant, name)
      return lasting.open(tenant, name, versions)
    },
    lastingFiles: lasting.list,
    async forget(file) {
      const active = (await runs.list({ status: ['running'] })).at(0)
      if (active)
        throw new EntrapipeError('RUN_ACTIVE', `Run ${active.id} is in progress, and may use ${file.path}.`, {
          facts: { run: active.id },
          fix: 'Try again once it has ended.',
        })
      lasting.remove(file)
    },
    async close() {
      try {
        lasting.close()
        budget?.close()
      } finally {
        await runs.close()
      }
    },
  }
}
