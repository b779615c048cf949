import type { Clock } from '../../core/clock.ts'
import { GraphFault, type PendingWrite, type SandboxReply } from '../protocol.ts'
import { createHeldObjects } from './held-objects.ts'
import type { Switches } from './switches.ts'

/**
 * Performs an accepted write: holds its objects until the latency is over and `writeMs` more have passed, then applies it.
 *
 * @throws GraphFault `Directory_ConcurrencyViolation`, at once, if another write holds one of the objects. With the knob
 *   `queueWrites` the write waits for it instead
 */
export type PerformWrite = (write: PendingWrite, latency: Promise<void> | undefined) => Promise<SandboxReply>

/** Creates the writer of a directory. Aborting the signal ends waiting writes: they are not applied. */
export const createPerformWrite = (options: {
  readonly clock: Clock
  readonly knobs: () => Pick<Switches, 'writeMs' | 'concurrencyStatus' | 'queueWrites'>
  readonly signal: AbortSignal
}): PerformWrite => {
  const { clock, knobs, signal } = options
  const objects = createHeldObjects()
  return async (write, latency) => {
    let release = objects.hold(write.holds)
    while (!release && knobs().queueWrites) {
      await objects.released(write.holds)
      release = objects.hold(write.holds)
    }
    if (!release)
      throw new GraphFault(
        knobs().concurrencyStatus,
        'Directory_ConcurrencyViolation',
        'Error due to concurrent requests being made to the tenant. Please wait briefly and retry.',
      )
    try {
      await latency
      const { writeMs } = knobs()
      if (writeMs > 0) await clock.sleep(writeMs, signal)
      signal.throwIfAborted()
      return write.apply()
    } finally {
      release()
    }
  }
}
