import type { Clock } from '../../core/clock.ts'

/** An event, as it is made. */
interface StreamedEvent<T> {
  readonly id: string
  readonly event: string
  readonly data: T
}

/** How long nothing may come: proxies end a silent connection. */
const quietMs = 15_000

/**
 * Events as a browser reads them, and a comment while there are none.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* eventStream<T>(
  events: AsyncIterable<StreamedEvent<T>>,
  {
    clock,
    signal,
    shown,
  }: { readonly clock: Clock; readonly signal: AbortSignal; readonly shown: (data: T) => object },
): AsyncGenerator<string> {
  const all = events[Symbol.asyncIterator]()
  let next = all.next()
  try {
    while (!signal.aborted) {
      const came = new AbortController()
      const quiet = clock.sleep(quietMs, AbortSignal.any([signal, came.signal])).then(
        () => 'quiet' as const,
        () => 'over' as const,
      )
      const first = await Promise.race([next, quiet])
      came.abort()
      if (first === 'over') return
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
