import type { Clock } from '../core/clock.ts'
import type { HeldLock } from './held-lock.ts'
import { isUnfinished, stopped } from './prune.ts'
import { openRunFile } from './run-file.ts'
import type { RunIndex } from './run-index.ts'
import type { RunPaths } from './run-paths.ts'
import { openRunState } from './run-state.ts'
import type { Run, RunInfo } from './types.ts'

interface HeldRunOptions {
  readonly info: RunInfo
  readonly paths: RunPaths
  readonly lock: HeldLock
  readonly index: RunIndex
  readonly clock: Clock
}

/** A run whose lock this process has. It lets go of the lock last: whoever takes hold of the run then finds all of it. */
export const heldRun = ({ info, paths, lock, index, clock }: HeldRunOptions): Run => {
  const { close, rewind, ...file } = openRunFile(paths.file, clock.now)
  const state = openRunState(paths.state, file.loadCheckpoint()?.cut ?? 0)
  let held = true

  const letGo = (change: Parameters<RunIndex['change']>[1] & { readonly status: RunInfo['status'] }) => {
    if (!held) return
    held = false
    try {
      try {
        if (isUnfinished({ ...info, status: change.status })) state.close()
        else state.remove()
      } finally {
        close()
      }
      index.write(() => index.change(info.id, { ...change, endedAt: clock.now() }))
    } finally {
      lock.release()
    }
  }

  return {
    ...file,
    id: info.id,
    info,
    scope: state.scope,
    saveCheckpoint(checkpoint) {
      state.flush()
      file.saveCheckpoint(checkpoint)
    },
    rewind() {
      const checkpoint = rewind()
      state.rewind(checkpoint?.cut ?? 0)
      return checkpoint
    },
    finish: (status, { manifest, error } = {}) =>
      letGo({
        status: status === 'interrupted' ? stopped(info) : status,
        manifest: manifest ?? null,
        error: error ?? null,
      }),
    release: () => letGo({ status: stopped(info) }),
  }
}
