import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { onDisk } from './database.ts'
import type { ShelvedKeys } from './key-shelf.ts'
import type { RunPaths } from './run-paths.ts'
import type { RunStore } from './run-store.ts'

/** Gives runs whose records are elsewhere their folders on this machine, for keys and ids. What other machines have of a run is left there. */
export const withFolders = (
  runs: RunStore,
  pathsOf: (id: string) => RunPaths,
  shelved?: Pick<ShelvedKeys, 'forget'>,
): RunStore => {
  const make = (id: string) => {
    const { folder } = pathsOf(id)
    onDisk(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  }
  const remove = (path: string) => rmSync(path, { recursive: true, force: true })
  const removeKey = async (id: string, key: string): Promise<void> => (shelved ? shelved.forget(id) : remove(key))
  /** What is left of a run that was given up: its key, if it has changed the directory. */
  const giveUp = async (asked: string, work: (id: string) => Promise<void>) => {
    const { id, writes } = await runs.get(asked)
    await work(id)
    const { folder, state, key } = pathsOf(id)
    if (writes) return remove(state)
    remove(folder)
    await removeKey(id, key)
  }
  return {
    ...runs,
    async create(run) {
      const record = await runs.create(run)
      make(record.id)
      return record
    },
    async hold(...of) {
      const record = await runs.hold(...of)
      make(record.id)
      return record
    },
    discard: (asked, ...of) => giveUp(asked, id => runs.discard(id, ...of)),
    supersede: (asked, ...of) => giveUp(asked, id => runs.supersede(id, ...of)),
    async prune(...of) {
      const pruned = await runs.prune(...of)
      for (const id of pruned.pruned) {
        const { folder, key } = pathsOf(id)
        if (existsSync(folder)) remove(folder)
        await removeKey(id, key)
      }
      return pruned
    },
  }
}
