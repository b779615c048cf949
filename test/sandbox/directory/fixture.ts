import type { Clock } from '../../../src/core/clock.ts'
import { keySpans } from '../../../src/odata/key-spans.ts'
import { parseFilter } from '../../../src/odata/parse-filter.ts'
import { createDirectory } from '../../../src/sandbox/directory/create-directory.ts'
import type { DirectoryOptions } from '../../../src/sandbox/directory/directory-options.ts'
import type { Query } from '../../../src/sandbox/directory/types.ts'

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

/** The objects that a filter of one property names, as a query. */
export const within = (filter: string): Required<Pick<Query, 'within'>> => ({ within: keySpans(parseFilter(filter))! })

export const small = (more: Partial<DirectoryOptions> = {}) =>
  createDirectory({ users: 700, seed: 3, groups: 120, devices: 300, clock: handClock(), ...more })
