import type { Alarm } from '../core/clock.ts'

/** Longest wait for the first byte of a reply. */
const firstByteMs = 120_000
/** Longest silence within a reply, and the window for its speed. */
const silenceMs = 60_000
/** Minimum number of bytes in that window: 1 kB/s. */
const leastBytes = 60_000

/** Ends an attempt whose reply does not arrive, stops, or trickles. */
interface Watchdog {
  /** Aborts the attempt. */
  readonly signal: AbortSignal
  /** Passes on the bytes of the reply and watches their speed. */
  watch(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  /** Does not watch while this process lets the reply wait. */
  aside(work: Promise<void>): Promise<void>
  /** Call when the attempt has ended. */
  rest(): void
}

/**
 * Starts watching an attempt. It ends after 120 s without a first byte, after 60 s without a byte, and if fewer than 60,000
 * bytes arrive within 60 s. `signal` also aborts it.
 */
export const watchdog = (alarm: Alarm, signal?: AbortSignal): Watchdog => {
  const controller = new AbortController()
  const giveUp = (words: string) => () => controller.abort(new Error(words))
  const follow = () => controller.abort(signal?.reason)
  if (signal?.aborted) follow()
  signal?.addEventListener('abort', follow, { once: true })
  let silence = alarm(firstByteMs, giveUp('no reply came within 120 s'))
  let pace = () => {}
  let bytes = 0
  const watchPace = () => {
    bytes = 0
    pace = alarm(silenceMs, () => (bytes < leastBytes ? giveUp('the reply came at less than 1 kB/s')() : watchPace()))
  }
  const heard = () => {
    silence()
    silence = alarm(silenceMs, giveUp('the reply stopped for 60 s'))
  }
  return {
    signal: controller.signal,
    async *watch(chunks) {
      heard()
      watchPace()
      for await (const chunk of chunks) {
        bytes += chunk.length
        heard()
        yield chunk
      }
    },
    async aside(work) {
      silence()
      await work
      heard()
    },
    rest() {
      silence()
      pace()
      signal?.removeEventListener('abort', follow)
    },
  }
}
