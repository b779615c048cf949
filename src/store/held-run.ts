import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { heldPhase, type HeldPhase } from './held-phase.ts'
import { isUnfinished, stopped } from './prune.ts'
import type { RunPaths } from './run-paths.ts'
import type { RunRecord } from './run-store.ts'
import { openSeal } from './seal.ts'
import type { Run, RunStatus } from './types.ts'

/**
 * Joins the record of a run with its state on this machine, which is deleted when the run has ended. The record is released
 * last, so that the next holder finds the state closed.
 */
export const heldRun = (record: RunRecord, paths: RunPaths): Run => {
  const { id, info } = record
  const seal = openSeal(paths.key)
  const phases = new Map<string, Promise<HeldPhase>>()
  let isHeld = true

  const end = async (status: RunStatus, release: () => Promise<void>, isOver = false) => {
    if (!isHeld) return
    isHeld = false
    try {
      for (const phase of phases.values()) (await phase).close()
      const isKept = !isOver && isUnfinished({ ...info, status })
      if (!isKept) rmSync(paths.state, { recursive: true, force: true })
    } finally {
      await release()
    }
  }

  return {
    ...record,
    async phase(name) {
      const about = { run: id, phase: name }
      const there = phases.get(name) ?? heldPhase(record.phase(name), join(paths.state, name), { seal, about })
      phases.set(name, there)
      return there
    },
    finish: (status, ended) => end(status, () => record.finish(status, ended), ended?.isOver),
    release: () => end(stopped(info), record.release),
  }
}
