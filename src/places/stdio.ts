import { addAbortSignal, type Readable, type Writable } from 'node:stream'
import { DownstreamClosed } from '../core/downstream-closed.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { writeError } from './file-errors.ts'

const watched = new WeakMap<Writable, { failed?: Error }>()

/** Adds one listener per stream and never removes it: a late `error` without a listener would end the process. */
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
    ? new DownstreamClosed('The reader of the output closed it', { cause: error })
    : writeError(error, 'stdout')

interface Output {
  /** Sends text (as UTF-8) or bytes immediately and resolves when the reader has room for more. */
  write(made: string | Uint8Array): Promise<void>
  readonly isTerminal: boolean
}

/**
 * Stdout, or the given stream.
 *
 * `write` throws DownstreamClosed when the reader is gone, and EntrapipeError `DISK_FULL` when stdout is redirected to a
 * full disk.
 */
export const output = (stream: Writable = process.stdout): Output => ({
  isTerminal: 'isTTY' in stream && stream.isTTY === true,
  async write(made) {
    const state = watch(stream)
    if (state.failed) throw outputError(state.failed)
    if (made.length === 0) return
    // A stream in memory may still use the same bytes after its callback.
    const own = Buffer.from(made as Uint8Array)
    try {
      await new Promise<void>((resolve, reject) => stream.write(own, error => (error ? reject(error) : resolve())))
    } catch (error) {
      throw outputError(error)
    }
  },
})

/** Reads stdin, or the given stream, as bytes. An abort destroys it: its writer may be silent for a long time. */
export async function* input(signal: AbortSignal, stream: Readable = process.stdin): AsyncGenerator<Buffer> {
  yield* addAbortSignal(signal, stream) as AsyncIterable<Buffer>
}

/** @throws EntrapipeError `USAGE` when stdin is a terminal: the run would wait for rows forever. */
export const checkInput = (stream: Readable = process.stdin): void => {
  if ('isTTY' in stream && stream.isTTY === true)
    throw new EntrapipeError('USAGE', 'Expected rows on stdin, got a terminal; pipe rows in, or name a file')
}
