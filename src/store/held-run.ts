import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { heldPhase, type HeldPhase } from './held-phase.ts'
import { isUnfinished, stopped } from './prune.ts'
import { runDatabases } from './part-databases.ts'
import type { RunPaths } from './run-paths.ts'
import type { RunRecord } from './run-store.ts'
import { openSeal } from './seal.ts'
import type { Run } from './store.ts'
import type { RunStatus } from './types.ts'

/** Removes the state of a run that has ended. @param mayBeRetried whether its databases are kept */
const removeState = ({ state, databases }: RunPaths, mayBeRetried: boolean): void => {
  if (!mayBeRetried) return rmSync(state, { recursive: true, force: true })
  if (!existsSync(state)) return
  for (const name of readdirSync(state))
    if (name !== basename(databases)) rmSync(join(state, name), { recursive: true, force: true })
}

/**
 * Joins the record of a run with its state on this machine, which is closed before the run is released, so that the next holder
 * finds it closed. It is deleted after the end is recorded: a run that seems unfinished must have its state.
 *
 * @param notesDatabases whether phases note that they use databases, which other machines lack
 */
export const heldRun = (record: RunRecord, paths: RunPaths, notesDatabases = false): Omit<Run, 'copyDatabases'> => {
  const { id, info } = record
  const seal = openSeal(paths)
  const phases = new Map<string, Promise<HeldPhase>>()
  const databases = runDatabases(paths.databases)
  let isHeld = true
  let isOver = false

  const end = async (
    status: RunStatus,
    release: () => Promise<void>,
    { isOver: ended = false, mayBeRetried = false }: NonNullable<Parameters<RunRecord['finish']>[1]> = {},
  ) => {
    if (!isHeld) return
    isHeld = false
    try {
      databases.close()
      for (const phase of phases.values()) (await phase).close()
    } finally {
      await release()
    }
    const isKept = !ended && !isOver && isUnfinished({ ...info, status })
    if (!isKept) removeState(paths, mayBeRetried)
  }

  return {
    ...record,
    async phase(name) {
      const about = { run: id, phase: name }
      const there =
        phases.get(name) ??
        heldPhase(record.phase(name), join(paths.state, name), {
          ...{ seal, about, databases, notesDatabases },
        })
      phases.set(name, there)
      return there
    },
    async saveOver(ended) {
      await record.saveOver(ended)
      isOver = true
    },
    finish: (status, ended) => end(status, () => record.finish(status, ended), ended),
    release: () => end(stopped(info), record.release),
  }
}
