import type { Clock } from '../core/clock.ts'
import type { HeldLock } from './held-lock.ts'
import { stopped } from './prune.ts'
import { openRunFile } from './run-file.ts'
import type { RunIndex } from './run-index.ts'
import type { RunPaths } from './run-paths.ts'
import type { RunRecord } from './run-store.ts'
import type { RunInfo } from './types.ts'

interface SqliteRunOptions {
  readonly info: RunInfo
  readonly paths: RunPaths
  readonly lock: HeldLock
  readonly index: RunIndex
  readonly clock: Clock
}

/** A run whose lock this process holds. The lock is released last, so that the next holder finds the complete run. */
export const sqliteRun = ({ info, paths, lock, index, clock }: SqliteRunOptions): RunRecord => {
  const { close, hasSent: _, hasCredentials: __, prepareRows, ...file } = openRunFile(paths.file, clock.now)
  let isHeld = true
  let { resumable } = info

  const release = async (change: Parameters<RunIndex['change']>[1] & { readonly status: RunInfo['status'] }) => {
    if (!isHeld) return
    isHeld = false
    try {
      close()
      index.write(() => index.change(info.id, { ...change, endedAt: clock.now() }))
    } finally {
      lock.release()
    }
  }

  const arrange = () => {
    if (!info.writes || !isHeld) return
    try {
      prepareRows()
    } catch {
      // The run has ended all the same. The first reader of its rows tries again, and reports the error.
    }
  }

  return {
    ...file,
    id: info.id,
    info,
    // The system releases the lock when this process has died, and not before.
    expectHeld: () => undefined,
    async saveOver({ manifest, error } = {}) {
      index.write(() => index.change(info.id, { isOver: true, manifest: manifest ?? null, error: error ?? null }))
      resumable = false
    },
    async finish(status, { manifest, error, isOver = false } = {}) {
      arrange()
      await release({
        status: status === 'interrupted' ? stopped({ resumable }) : status,
        manifest: manifest ?? null,
        error: error ?? null,
        ...(isOver && { isOver }),
      })
    },
    release: async () => release({ status: stopped({ resumable }) }),
  }
}
