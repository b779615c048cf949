import type { Clock } from '../core/clock.ts'
import type { HeldLock } from './held-lock.ts'
import type { IndexedRun, RunIndex } from './run-index.ts'
import type { RunError, RunInfo } from './types.ts'

interface Giving {
  readonly index: RunIndex
  readonly clock: Clock
  readonly find: (asked: string) => IndexedRun
  /** A run as it is, whatever its process recorded. */
  readonly seen: (run: IndexedRun) => RunInfo
  /** Acquires a run within a transaction of the index. @throws EntrapipeError `RUN_ACTIVE` */
  readonly claim: (run: RunInfo) => HeldLock
  /** Removes what only a resume would need; called again when the lock of the run is released. */
  readonly remove: (run: RunInfo, isReleased: boolean) => void
}

/** What is changed of a run while it is held, as it was before. */
const asBefore = ({ status, resumable, pid, endedAt }: RunInfo, heldAt: number) =>
  ({ status, isOver: !resumable, heldAt, pid, endedAt: endedAt ?? null }) as const

/**
 * Ends an unfinished run finally.
 *
 * @param begin called within the transaction that acquires the run. What it returns is called while the run is held; if it throws, the run
 *   is as it was before
 */
export const giving =
  ({ index, clock, find, seen, claim, remove }: Giving) =>
  async (
    asked: string,
    end: { readonly status: 'discarded' | 'superseded'; readonly error?: RunError },
    begin: (run: RunInfo) => () => Promise<void>,
  ): Promise<void> => {
    let lock: HeldLock | undefined
    let lastHeldAt = 0
    try {
      const [run, work] = index.write(() => {
        const written = find(asked)
        const found = seen(written)
        lastHeldAt = written.heldAt
        lock = claim(found)
        const begun = begin(found)
        const held = { status: 'running', isOver: true, heldAt: clock.now(), pid: process.pid, endedAt: null } as const
        index.change(found.id, held)
        return [found, begun] as const
      })
      try {
        await work()
      } catch (error) {
        index.write(() => index.change(run.id, asBefore(run, lastHeldAt)))
        throw error
      }
      remove(run, false)
      index.write(() => index.change(run.id, { ...end, endedAt: run.endedAt ?? clock.now() }))
      lock!.release()
      lock = undefined
      remove(run, true)
    } finally {
      lock?.release()
    }
  }
