import { isUnfinished, stopped } from './prune.ts'
import type { RunRecord } from './run-store.ts'
import { openRunState } from './run-state.ts'
import type { Checkpoint, Run, RunStatus } from './types.ts'

/**
 * Joins what is known of a run with its state on this machine, which lies in `folder` and is deleted when the run has
 * ended. The record is released last: whoever holds the run next finds its state closed.
 */
export const heldRun = async (record: RunRecord, folder: string): Promise<Run> => {
  const { info } = record
  const last = await record.loadCheckpoint()
  const state = openRunState(folder, last?.cut ?? 0, last?.sums)
  let isHeld = true

  const end = async (status: RunStatus, release: () => Promise<void>, isOver = false) => {
    if (!isHeld) return
    isHeld = false
    try {
      if (!isOver && isUnfinished({ ...info, status })) state.close()
      else state.remove()
    } finally {
      await release()
    }
  }

  return {
    ...record,
    scope: state.scope,
    ids: state.ids,
    async saveCheckpoint(checkpoint) {
      state.flush()
      await record.saveCheckpoint({ ...checkpoint, sums: state.sums(checkpoint.cut) })
    },
    loadCheckpoint: async () => withoutSums(await record.loadCheckpoint()),
    async rewind() {
      const saved = await record.rewind()
      state.rewind(saved?.cut ?? 0, saved?.sums)
      return withoutSums(saved)
    },
    finish: (status, ended) => end(status, () => record.finish(status, ended), ended?.isOver),
    release: () => end(stopped(info), record.release),
  }
}

const withoutSums = (saved: Checkpoint | undefined): Checkpoint | undefined => {
  if (!saved) return undefined
  const { sums: _, ...checkpoint } = saved
  return checkpoint
}
