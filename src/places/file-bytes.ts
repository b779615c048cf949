import { fstatSync, type BigIntStats } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { EntrapipeError } from '../core/errors.ts'
import { readError } from './file-errors.ts'
import { digestOf } from './sha256.ts'

/** The state of a file when it was first read. It is part of the identity of a run. */
export interface SeenFile {
  readonly bytes: number
  readonly sha256: string
  /** Changes with every write to the file, and when another file takes its name. */
  readonly stamp: string
}

const chunkBytes = 64 * 1024

const stampOf = ({ dev, ino, size, mtimeNs }: BigIntStats): string => [dev, ino, size, mtimeNs].join()

/**
 * Returns length and SHA-256 of a file, which is read once, in pieces.
 *
 * @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`; the signal's reason when that was aborted
 */
export const lookAt = async (path: string, signal: AbortSignal): Promise<SeenFile> => {
  try {
    const stamp = stampOf(await stat(path, { bigint: true }))
    return { ...(await digestOf(path, signal)), stamp }
  } catch (error) {
    throw signal.aborted ? signal.reason : readError(error, path)
  }
}

const changed = (path: string): EntrapipeError =>
  new EntrapipeError(
    'INPUT_CHANGED',
    `${path} was changed while it was read, so its rows would come from two versions; run it again when the file is no longer being written`,
    { facts: { path } },
  )

/** Whether the path still names the open file, and its bytes are unchanged, so that only its time differs. */
const isStill = async (path: string, stamp: string, seen: SeenFile, signal: AbortSignal): Promise<boolean> => {
  try {
    if (stampOf(await stat(path, { bigint: true })) !== stamp) return false
    return (await digestOf(path, signal)).sha256 === seen.sha256
  } catch (error) {
    if (signal.aborted) throw error
    return false
  }
}

/**
 * Reads a file in chunks of 64 KiB. Before each chunk is returned, the file is checked for changes, so that a checkpoint
 * never covers two versions of it.
 *
 * @param seen the expected state of the file @default its state when it is opened
 * @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`, `INPUT_CHANGED`; the signal's reason when that was aborted
 */
export async function* fileBytes(path: string, signal: AbortSignal, seen?: SeenFile): AsyncGenerator<Buffer> {
  let handle: FileHandle | undefined
  let ahead: Promise<unknown> = Promise.resolve()
  try {
    const file = (handle = await open(path))
    const now = (): string => stampOf(fstatSync(file.fd, { bigint: true }))
    const read = () => {
      const reading = file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, null)
      // It may fail before it is awaited: without a handler that would end the process.
      ahead = reading.catch(() => undefined)
      return reading
    }
    let stamp = seen?.stamp ?? now()
    for (let next = read(); ;) {
      const { bytesRead, buffer } = await next
      signal.throwIfAborted()
      const found = now()
      if (found !== stamp && !(seen && (await isStill(path, found, seen, signal)))) throw changed(path)
      stamp = found
      if (bytesRead === 0) return
      next = read()
      yield buffer.subarray(0, bytesRead)
    }
  } catch (error) {
    throw signal.aborted ? error : readError(error, path)
  } finally {
    await ahead
    await handle?.close()
  }
}

/** A file that is read at any position. */
export interface OpenFile {
  readonly fd: number
  /** Changes with every write to the file, and when another file takes its name. */
  readonly stamp: string
  /** Fewer bytes at the end of the file. */
  read(position: number, bytes: number): Promise<Buffer>
  /** @throws EntrapipeError `INPUT_CHANGED` if the file is not the one that was seen */
  expectSame(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a file that is read at any position.
 *
 * @param seen the expected state of the file @default its state now
 * @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`
 */
export const openFile = async (path: string, signal: AbortSignal, seen?: SeenFile): Promise<OpenFile> => {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (error) {
    throw readError(error, path)
  }
  const now = (): string => stampOf(fstatSync(file.fd, { bigint: true }))
  let stamp = seen?.stamp ?? now()
  return {
    fd: file.fd,
    stamp,
    async read(position, bytes) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, position)
      return buffer.subarray(0, bytesRead)
    },
    async expectSame() {
      signal.throwIfAborted()
      const found = now()
      if (found !== stamp && !(seen && (await isStill(path, found, seen, signal)))) throw changed(path)
      stamp = found
    },
    close: () => file.close(),
  }
}
