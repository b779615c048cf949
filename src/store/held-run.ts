import { isUnfinished, stopped } from './prune.ts'
import type { RunRecord } from './run-store.ts'
import { openRunState } from './run-state.ts'
import type { Run, RunStatus } from './types.ts'

/**
 * Joins what is known of a run with its state on this machine, which lies in `folder` and is deleted when the run has
 * ended. The record is released last: whoever holds the run next finds its state closed.
 */
export const heldRun = async (record: RunRecord, folder: string): Promise<Run> => {
  const { info } = record
  const state = openRunState(folder, (await record.loadCheckpoint())?.cut ?? 0)
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
    async saveCheckpoint(checkpoint) {
      state.flush()
      await record.saveCheckpoint(checkpoint)
    },
    async rewind() {
      const checkpoint = await record.rewind()
      state.rewind(checkpoint?.cut ?? 0)
      return checkpoint
    },
    finish: (status, ended) => end(status, () => record.finish(status, ended), ended?.isOver),
    release: () => end(stopped(info), record.release),
  }
}
