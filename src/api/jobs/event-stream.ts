import type { Clock } from '../../core/clock.ts'

/** An event, as it is made. */
interface StreamedEvent<T> {
  readonly id: string
  readonly event: string
  readonly data: T
}

/** How long nothing may come, since proxies end a silent connection, and how long a reader is not asked for again. */
const quietMs = 15_000

/**
 * Events as a browser reads them, and a comment while there are none. It ends within 15 seconds when the reader may not read any more.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* eventStream<T>(
  events: AsyncIterable<StreamedEvent<T>>,
  {
    clock,
    signal,
    shown,
    mayRead,
  }: {
    readonly clock: Clock
    readonly signal: AbortSignal
    readonly shown: (data: T) => object
    /** Whether who reads is still signed in. */
    readonly mayRead: () => Promise<boolean>
  },
): AsyncGenerator<string> {
  const all = events[Symbol.asyncIterator]()
  let next = all.next()
  let askedMs = clock.now()
  try {
    // The head of the reply goes out with the first line: without it, a reader would not know for so long whether it is connected.
    yield ': events follow\n\n'
    while (!signal.aborted) {
      const came = new AbortController()
      const quiet = clock.sleep(quietMs, AbortSignal.any([signal, came.signal])).then(
        () => 'quiet' as const,
        () => 'over' as const,
      )
      const first = await Promise.race([next, quiet])
      came.abort()
      if (first === 'over') return
      if (clock.now() - askedMs >= quietMs) {
        if (!(await mayRead())) return
        askedMs = clock.now()
      }
      if (first === 'quiet') yield ': nothing new\n\n'
      else if (first.done) return
      else {
        const { id, event, data } = first.value
        yield `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(shown(data))}\n\n`
        next = all.next()
      }
    }
  } finally {
    // It may be waiting: its signal ends it.
    next.catch(() => undefined)
    void all.return?.(undefined)
  }
}
