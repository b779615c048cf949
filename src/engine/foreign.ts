import { finished, isReadable, isWritable, type Duplex, type Readable, type Writable } from 'node:stream'
import { EntrapipeError } from '../core/errors.ts'
import { passing } from '../core/place.ts'
import type { Sink, Source, Transform } from '../core/parts.ts'
import type { Page, Row } from '../core/row.ts'

/** Maximum number of values per page, when a foreign stream returns them one by one. */
const valuesPerPage = 500

const isStream = (part: object | null): boolean =>
  typeof part === 'object' && part !== null && ('pipe' in part || ('write' in part && 'end' in part))

/** A foreign stream in place of a source. It has values, not pages. */
export const isForeignReadable = (part: object): part is Readable =>
  isStream(part) && isReadable(part as Readable) === true

/** Whether it is a foreign writable stream. */
export const isForeignWritable = (part: object): part is Writable =>
  isStream(part) && isWritable(part as Writable) === true

/** Whether it is a foreign duplex stream. */
export const isForeignDuplex = (part: object): part is Duplex => isForeignReadable(part) && isForeignWritable(part)

/**
 * Returns the values that the stream has ready as a page, so that a slow stream is not delayed and a fast one costs little. An
 * abort ends reading and destroys the stream.
 */
export async function* pagesOf(
  stream: Readable,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<Page<unknown>, void, void> {
  let ordinal = 0
  let failure: Error | null | undefined
  let over = false
  let wake = (): void => {}
  const stir = (): void => wake()
  stream.on('readable', stir)
  signal.addEventListener('abort', stir)
  const unwatch = finished(stream, { writable: false }, error => {
    failure = error
    over = true
    wake()
  })
  try {
    for (;;) {
      signal.throwIfAborted()
      const rows: Row<unknown>[] = []
      while (rows.length < valuesPerPage) {
        const value: unknown = stream.read()
        if (value === null) break
        rows.push({ key: ++ordinal, value })
      }
      if (rows.length > 0) yield { shard: 'stream', rows }
      else if (failure) throw failure
      else if (over) return
      else await new Promise<void>(resolve => (wake = resolve))
    }
  } finally {
    unwatch()
    stream.off('readable', stir)
    signal.removeEventListener('abort', stir)
    if (!stream.destroyed) stream.destroy()
  }
}

const nullValue = {
  code: 'ROW_INVALID',
  message: 'The value is null, which would end the stream',
  fix: 'Replace null with a value, or drop the row before the stream',
} as const

/** Precedes a foreign stream and refuses null, which would end the stream. */
export const nullsRefused: Transform<unknown, unknown> = {
  kind: 'stream',
  open: () => row => {
    if (row.value !== null) return row
    throw new EntrapipeError(nullValue.code, nullValue.message, { fix: nullValue.fix })
  },
}

/** An object-mode Readable as a source: one shard, ordinals for keys, not resumable. */
export const foreignSource = (stream: Readable): Source<unknown> => ({
  kind: 'stream',
  resumable: false,
  read: ctx => pagesOf(stream, ctx),
})

/** An object-mode Writable as a sink: commit is `end`, abort is `destroy`. */
export const foreignSink = (stream: Writable): Sink<unknown> => ({
  kind: 'stream',
  resumable: false,
  place: { ...passing, stream },
  async open(ctx) {
    let failure: Error | undefined
    let rows = 0
    stream.on('error', error => (failure ??= error))
    stream.on('close', () => {
      if (!stream.writableFinished) failure ??= new Error('The output stream was closed before all rows were written')
    })
    // A stream that is not destroyed by its error emits neither `drain` nor `close`.
    const wakers = ['drain', 'close', 'error']
    const room = (): Promise<void> =>
      new Promise(resolve => {
        const done = (): void => {
          for (const event of wakers) stream.off(event, done)
          resolve()
        }
        for (const event of wakers) stream.on(event, done)
      })
    return {
      async write(page) {
        for (const row of page) {
          if (failure) throw failure
          if (row.value === null) {
            ctx.settled({ key: row.key, operation: 'stream', outcome: 'failed', ...nullValue })
            continue
          }
          rows++
          if (!stream.write(row.value) && !failure) await room()
        }
        if (failure) throw failure
      },
      checkpoint: async () => ({ mark: {}, cut: 0 }),
      async finish() {
        if (failure) throw failure
        stream.end()
        await new Promise<void>((resolve, reject) =>
          finished(stream, { readable: false, signal: ctx.signal }, e => (e ? reject(e) : resolve())),
        )
        return [{ path: '-', format: 'stream', rows, bytes: 0 }]
      },
      async close(end) {
        if (end !== 'commit') stream.destroy()
      },
    }
  },
})
