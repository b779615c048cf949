import type { Writable } from 'node:stream'
import { passing, type Place } from '../core/place.ts'
import { output } from './stdio.ts'

/**
 * Stdout. Bytes are written as they come. The last ones and the trailer are written on commit only, so that a reader can
 * tell truncated output. A terminal gets no trailer.
 *
 * @param stream a stream to write to instead of the process's stdout
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
