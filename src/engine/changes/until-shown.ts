import type { Clock } from '../../core/clock.ts'
import type { LastWrites } from '../../store/last-writes.ts'

/** What waiting for the directory needs. */
interface Waiting {
  readonly lastWrites: LastWrites
  /** How long the directory may take to show a change, in milliseconds. */
  readonly lagBoundMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Returns a function that resolves once the directory shows what this store wrote before: about objects of these names, or all. It
 * returns whether it waited.
 */
export const waitUntilShown =
  ({ lastWrites, lagBoundMs, clock, signal }: Waiting) =>
  async (names?: readonly string[]): Promise<boolean> => {
    const since = clock.now() - lagBoundMs
    const rows = names?.map(name => ({ about: name, locks: [name], row: { kind: '', value: {} } }))
    const written = rows ? await lastWrites.of(rows, since) : [await lastWrites.latest(since)]
    const waitMs = Math.max(0, ...written.map(atMs => atMs ?? 0)) + lagBoundMs - clock.now()
    if (waitMs > 0) await clock.sleep(waitMs, signal)
    return waitMs > 0
  }
