import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Budget } from '../core/budget.ts'
import type { Clock } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError } from '../core/errors.ts'
import { openAudit } from './audit.ts'
import { heldRun } from './held-run.ts'
import { openLastWrites } from './last-writes.ts'
import { copyRunDatabases, lastingDatabases } from './part-databases.ts'
import { runPaths } from './run-paths.ts'
import type { RunRecord, RunStore } from './run-store.ts'
import { sharedBudget, type SharedBudget } from './shared-budget.ts'
import { sqliteRuns } from './sqlite-runs.ts'
import { storeReader } from './store-reader.ts'
import { stateFolder } from './state-folder.ts'
import type { Run, Store } from './store.ts'
import { withFolders } from './with-folders.ts'

interface StoreOptions {
  readonly environment: Environment
  readonly clock: Clock
  /**
   * What processes on several machines share, in place of what is in the state folder. Its owner closes the budget.
   * @default the records of runs, and the budget, are on this machine
   */
  readonly shared?: { readonly runs: RunStore; readonly budget: Budget }
}

/**
 * Opens the store of this user. Only the index of runs is opened at first; other files are opened on demand.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` (see `stateFolder`), `DISK_FULL`
 */
export const openStore = ({ environment, clock, shared }: StoreOptions): Store => {
  const folder = stateFolder(environment)
  const runs = shared ? withFolders(shared.runs, folder.path) : sqliteRuns({ folder: folder.path, clock })
  const lasting = lastingDatabases(join(folder.path, 'lasting'))
  let budget: SharedBudget | undefined

  const joined = (record: RunRecord): Run => ({
    ...heldRun(record, runPaths(folder.path, record.id)),
    async copyDatabases(from) {
      const [there, here] = [from, record.id].map(id => runPaths(folder.path, id).databases) as [string, string]
      if (existsSync(there)) await runs.alter(from, async () => copyRunDatabases(there, here))
    },
  })

  return {
    ...runs,
    folder,
    audit: openAudit(join(folder.path, 'audit.jsonl')),
    get budget() {
      return shared?.budget ?? (budget ??= sharedBudget(join(folder.path, 'budget.sqlite'), clock))
    },
    create: async run => joined(await runs.create(run)),
    hold: async (id, alsoWrites, again) => joined(await runs.hold(id, alsoWrites, again)),
    async read(id, look) {
      const info = await runs.get(id)
      return runs.read(info.id, reader => look(storeReader(reader, info, runPaths(folder.path, info.id))))
    },
    async alter(id, work) {
      const info = await runs.get(id)
      return runs.alter(info.id, file =>
        work({
          ...storeReader(file, info, runPaths(folder.path, info.id)),
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
      const { databases } = runPaths(folder.path, id)
      if (existsSync(databases)) await runs.alter(id, async () => rmSync(databases, { recursive: true, force: true }))
    },
    lastWrites: options => openLastWrites(runs, options, clock),
    lasting: lasting.open,
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
