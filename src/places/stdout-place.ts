import type { Writable } from 'node:stream'
import { passing, type Place } from '../core/place.ts'
import { output } from './stdio.ts'

/**
 * Stdout. Bytes go out as they come; the last ones and the trailer only on commit, so that a reader can tell output that
 * broke off. A terminal gets no trailer.
 *
 * @param stream in place of the process's
 */
export const stdoutPlace = (stream?: Writable): Place => ({
  ...passing,
  get stream() {
    return stream ?? process.stdout
  },
  resumable: false,
  check: async () => undefined,
  async open() {
    const out = output(stream)
    let bytes = 0
    let held: readonly Uint8Array[] = []
    return {
      async append(chunk) {
        bytes += chunk.length
        await out.write(chunk)
      },
      mark: async cut => ({ mark: { bytes }, cut }),
      async finish(last, rows) {
        held = last
        return [{ path: '-', rows, bytes: last.reduce((sum, chunk) => sum + chunk.length, bytes) }]
      },
      async close(end, { trailer = '' } = {}) {
        if (end !== 'commit') return
        for (const chunk of held) await out.write(chunk)
        if (!out.isTerminal) await out.write(trailer)
      },
    }
  },
})
