import type { Clock } from '../../../src/core/clock.ts'
import { createDirectory } from '../../../src/sandbox/directory/create-directory.ts'
import type { DirectoryOptions } from '../../../src/sandbox/directory/directory-options.ts'

/** A clock that only moves when set. */
export const handClock = (startMs = Date.UTC(2026, 5, 1)): Clock & { move(ms: number): void } => {
  let at = startMs
  return {
    now: () => at,
    async sleep() {
      throw new Error('Nobody sleeps here')
    },
    move(ms) {
      at += ms
    },
  }
}

export const small = (more: Partial<DirectoryOptions> = {}) =>
  createDirectory({ users: 700, seed: 3, groups: 120, devices: 300, clock: handClock(), ...more })
