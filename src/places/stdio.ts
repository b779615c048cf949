import { addAbortSignal, type Readable, type Writable } from 'node:stream'
import { DownstreamClosed } from '../core/downstream-closed.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { writeError } from './file-errors.ts'

const watched = new WeakMap<Writable, { failed?: Error }>()

/** One listener a stream, never taken off: a late `error` that nobody listens for ends the process. */
const watch = (stream: Writable): { failed?: Error } => {
  let state = watched.get(stream)
  if (!state) {
    const fresh: { failed?: Error } = {}
    stream.on('error', error => (fresh.failed ??= error))
    watched.set(stream, fresh)
    state = fresh
  }
  return state
}

const closedCodes = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END', 'EOF']

const outputError = (error: unknown): unknown =>
  closedCodes.includes(systemCode(error) ?? '')
    ? new DownstreamClosed('Who reads the output has closed it', { cause: error })
    : writeError(error, 'stdout')

interface Output {
  /** Sends text (as UTF-8) or bytes at once, however few, and resolves when the reader has room for more. */
  write(made: string | Uint8Array): Promise<void>
  /** A person looks at it. */
  readonly isTerminal: boolean
}

/**
 * Stdout, or a stream in its place.
 *
 * `write` throws DownstreamClosed when the reader is gone, EntrapipeError `DISK_FULL` where it is redirected to a full disk.
 */
export const output = (stream: Writable = process.stdout): Output => ({
  isTerminal: 'isTTY' in stream && stream.isTTY === true,
  async write(made) {
    const state = watch(stream)
    if (state.failed) throw outputError(state.failed)
    if (made.length === 0) return
    // A stream in memory may hand on the very same bytes after it has called back.
    const own = Buffer.from(made as Uint8Array)
    try {
      await new Promise<void>((resolve, reject) => stream.write(own, error => (error ? reject(error) : resolve())))
    } catch (error) {
      throw outputError(error)
    }
  },
})

/** Stdin, or a stream in its place, as bytes. An abort destroys it: who writes there may be silent for long. */
export async function* input(signal: AbortSignal, stream: Readable = process.stdin): AsyncGenerator<Buffer> {
  yield* addAbortSignal(signal, stream) as AsyncIterable<Buffer>
}

/** @throws EntrapipeError `USAGE` when a person sits where rows were expected: the run would wait for ever. */
export const checkInput = (stream: Readable = process.stdin): void => {
  if ('isTTY' in stream && stream.isTTY === true)
    throw new EntrapipeError('USAGE', 'Expected rows on stdin, got a terminal: pipe rows in, or name a file')
}
