import type { Alarm } from '../core/clock.ts'

/** Longest wait for the first byte of a reply. */
const firstByteMs = 120_000
/** Longest silence within a reply, and how long a slow one is watched. */
const silenceMs = 60_000
/** At least so many bytes within that time: 1 kB/s. */
const leastBytes = 60_000

/** Watches one attempt: a reply that does not come, stops, or trickles is given up. */
interface Watchdog {
  /** Aborts when the attempt has to end. */
  readonly signal: AbortSignal
  /** Passes the bytes of the reply on, and sees that they keep coming. */
  watch(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  /** The attempt is over. */
  rest(): void
}

/**
 * Starts watching: the attempt is under way. It ends after 120 s without a first byte, after 60 s without a byte, and
 * when fewer than 60,000 bytes came within 60 s. `signal` aborts it as well.
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
    rest() {
      silence()
      pace()
      signal?.removeEventListener('abort', follow)
    },
  }
}
