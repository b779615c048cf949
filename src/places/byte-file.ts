import { createHash, type Hash } from 'node:crypto'
import { rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { manifestOf, partialOf } from '../core/sidecars.ts'
import { writeError } from './file-errors.ts'
import { publishedMode, setMode } from './file-mode.ts'
import { discardFile } from './file-remains.ts'
import { makeFolders } from './make-folders.ts'
import { createOwned, ownerOf, reopenOwned } from './owned-file.ts'
import { syncFolder, syncNames } from './sync-names.ts'
import { writeWhole } from './whole-file.ts'

/** How many bytes of a file are on disk, and their SHA-256 (hex). */
export type FileMark = { readonly bytes: number; readonly sha256: string; readonly owner?: number }

/**
 * A file being written. Its bytes are in `<path>.partial`, in the same folder, until `publish`: an incomplete file never
 * has the requested name.
 *
 * Every call may throw EntrapipeError `DISK_FULL`, `FILE_UNWRITABLE` or `WRITE_FAILED`.
 */
interface ByteFile {
  /** The bytes may be reused once it resolves. Calls must not overlap. */
  append(bytes: Uint8Array): Promise<void>
  /** Flushes what was appended to disk. The first call also flushes the file's name. */
  mark(): Promise<FileMark>
  /**
   * Writes the manifest, then renames the partial. Both get the mode of `publishedMode`.
   *
   * @param like path of a file whose permissions limit those of this one; the owner keeps access
   */
  publish(manifest?: string, like?: string): Promise<void>
  /** Closes the file and keeps the partial. */
  keep(): Promise<void>
  /** Closes the file and removes the partial. */
  remove(): Promise<void>
}

interface Opened {
  readonly handle: FileHandle
  readonly hash: Hash
  /** The topmost folder that had to be created. */
  readonly made?: string | undefined
}

const changed = (path: string, why: string): EntrapipeError =>
  new EntrapipeError('PARTIAL_CHANGED', `${partialOf(path)} ${why}, so the run cannot be resumed`, {
    facts: { path },
    fix: 'Start over with --fresh.',
  })

/**
 * Truncates an interrupted file to its mark. The bytes before the mark are read once, in pieces of 256 KiB, and compared
 * first: a file that is not ours stays unchanged.
 */
const reopen = async (path: string, from: FileMark): Promise<Opened> => {
  const handle = await reopenOwned(partialOf(path), from.owner).catch(error => {
    throw systemCode(error) === 'ENOENT' ? changed(path, 'is missing') : error
  })
  try {
    const { size } = await handle.stat()
    if (size < from.bytes) throw changed(path, `has ${size} bytes instead of ${from.bytes}`)
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(256 * 1024)
    for (let at = 0; at < from.bytes;) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, from.bytes - at), at)
      if (bytesRead === 0) throw changed(path, 'became shorter while it was read')
      hash.update(buffer.subarray(0, bytesRead))
      at += bytesRead
    }
    if (hash.copy().digest('hex') !== from.sha256) throw changed(path, 'was changed')
    await handle.truncate(from.bytes)
    return { handle, hash }
  } catch (error) {
    await handle.close()
    throw error
  }
}

const create = async (path: string): Promise<Opened> => {
  const made = await makeFolders(dirname(path))
  return { handle: await createOwned(partialOf(path)), hash: createHash('sha256'), made }
}

/**
 * Opens a file for writing, new or at a mark. Missing parent folders are created. SHA-256 and length are computed as the
 * bytes pass.
 *
 * @param path absolute, without symbolic links: publishing would replace a link itself
 * @throws EntrapipeError `PARTIAL_CHANGED` when the bytes before the mark are missing or different
 */
export const byteFile = async (path: string, from?: FileMark): Promise<ByteFile> => {
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw writeError(error, path)
    }
  }
  const { handle, hash, made } = await explained(() => (from ? reopen(path, from) : create(path)))
  const owner = await explained(() => ownerOf(handle))
  let bytes = from?.bytes ?? 0
  let isNamed = from !== undefined
  let isOpen = true

  const close = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await handle.close()
  }

  return {
    append: chunk =>
      explained(async () => {
        for (let at = 0; at < chunk.length;) {
          const { bytesWritten } = await handle.write(chunk, at, chunk.length - at, bytes + at)
          at += bytesWritten
        }
        hash.update(chunk)
        bytes += chunk.length
      }),
    mark: () =>
      explained(async () => {
        await handle.datasync()
        if (!isNamed) await syncNames(path, made)
        isNamed = true
        return { bytes, sha256: hash.copy().digest('hex'), owner }
      }),
    publish: (manifest, like) =>
      explained(async () => {
        const mode = await publishedMode(path, like)
        await setMode(handle, mode)
        await handle.sync()
        await close()
        if (manifest !== undefined) await writeWhole(manifestOf(path), manifest, mode)
        await rename(partialOf(path), path)
        await syncFolder(dirname(path))
      }),
    keep: () => explained(close),
    remove: () =>
      explained(async () => {
        await close()
        await discardFile(path)
      }),
  }
}
