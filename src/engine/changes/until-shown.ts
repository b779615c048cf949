import type { Clock } from '../../core/clock.ts'
import type { LastWrites } from '../../store/last-writes.ts'
import { shownAt, type Showing } from './shown-at.ts'

/** What waiting for the directory needs. */
interface Waiting extends Showing {
  readonly lastWrites: LastWrites
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Called before it waits for a second or more, with the milliseconds. */
  readonly waiting: (ms: number) => void
}

/**
 * Returns a function that resolves once the directory shows what this store wrote before: about objects of these names, or all. It
 * returns whether it waited.
 */
export const waitUntilShown =
  ({ lastWrites, past, lagBoundMs, clock, signal, waiting }: Waiting) =>
  async (names?: readonly string[]): Promise<boolean> => {
    const since = clock.now() - lagBoundMs
    const rows = names?.map(name => ({ about: name, locks: [name], row: { kind: '', value: {} } }))
    const written = rows ? await lastWrites.of(rows, since) : [await lastWrites.latest(since)]
    const waitMs = shownAt({ past, lagBoundMs }, written) - clock.now()
    if (waitMs >= 1000) waiting(waitMs)
    if (waitMs > 0) await clock.sleep(waitMs, signal)
    return waitMs > 0
  }
