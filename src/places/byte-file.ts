import { createHash, type Hash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { writeError } from './file-errors.ts'
import { digestOf } from './sha256.ts'

/** How much of a file is safe, and the SHA-256 (hex) of just that. */
export type FileMark = { readonly bytes: number; readonly sha256: string }

/**
 * A file in the making. Its bytes are in `<path>.partial`, in the same folder, until `publish`: nothing half written ever
 * has the name that was asked for.
 *
 * Every call may throw EntrapipeError `DISK_FULL`, `FILE_UNWRITABLE` or `WRITE_FAILED`.
 */
interface ByteFile {
  /** The bytes may be used again when it resolves. Calls follow one another. */
  append(bytes: Uint8Array): Promise<void>
  /** Resolves when what was appended is on the disk, and with the first one the file's own place in its folder. */
  mark(): Promise<FileMark>
  /**
   * Gives the file its name, and the mode of the file that it replaces, or the one that the umask gives. Before that
   * `manifest`, where there is one, is there as `<path>.manifest.json`, with the same mode.
   *
   * @param like path of a file: nobody but the owner may then use this one who may not use that one
   */
  publish(manifest?: string, like?: string): Promise<void>
  /** Closes it and leaves the partial where it is. */
  keep(): Promise<void>
  /** Closes it and removes the partial. */
  remove(): Promise<void>
}

/** Where a file is written until it is complete: beside it, so that naming it is one rename. */
const partialOf = (path: string): string => `${path}.partial`
const manifestOf = (path: string): string => `${path}.manifest.json`

/** Of what is not complete: it may hold passwords, and whether others may read it is only known at the end. */
const ownersOnly = 0o600
const permissions = 0o777

const changed = (path: string, why: string): EntrapipeError =>
  new EntrapipeError('PARTIAL_CHANGED', `${partialOf(path)} ${why}, so the run cannot go on with it`, {
    facts: { path },
    fix: 'Start over with --fresh.',
  })

/** Brings an interrupted file back to its mark: reads what stays once, in pieces of 256 KiB, and compares it. */
const reopen = async (path: string, from: FileMark): Promise<{ handle: FileHandle; hash: Hash }> => {
  const handle = await open(partialOf(path), 'r+').catch(error => {
    throw systemCode(error) === 'ENOENT' ? changed(path, 'is gone') : error
  })
  try {
    const { size } = await handle.stat()
    if (size < from.bytes) throw changed(path, `has ${size} bytes where ${from.bytes} were written`)
    await handle.truncate(from.bytes)
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(256 * 1024)
    for (let at = 0; at < from.bytes;) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, from.bytes - at), at)
      if (bytesRead === 0) throw changed(path, 'became shorter while it was read')
      hash.update(buffer.subarray(0, bytesRead))
      at += bytesRead
    }
    if (hash.copy().digest('hex') !== from.sha256) throw changed(path, 'is not what was written')
    return { handle, hash }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** @returns `made`: the uppermost folder that had to be made */
const create = async (path: string): Promise<{ handle: FileHandle; hash: Hash; made?: string | undefined }> => {
  const made = await mkdir(dirname(path), { recursive: true })
  const handle = await open(partialOf(path), 'w', ownersOnly)
  try {
    // One that was left there before keeps its mode when it is opened.
    await setMode(handle, ownersOnly)
    return { handle, hash: createHash('sha256'), made }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Makes the names in a folder last through a power cut, where the system can do that (Windows cannot open folders). */
const syncFolder = async (folder: string): Promise<void> => {
  try {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error
  }
}

/** Makes it last that there is a file of this name, and the folders that were made for it. */
const syncPlace = async (path: string, made: string | undefined): Promise<void> => {
  const uppermost = made === undefined ? dirname(path) : dirname(made)
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    await syncFolder(folder)
    if (folder === uppermost || folder === dirname(folder)) return
  }
}

const modeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).mode & permissions
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Does nothing where a file system keeps no modes, and to what is no file. */
const setMode = async (handle: FileHandle, mode: number): Promise<void> => {
  const found = await handle.stat()
  if (!found.isFile() || (found.mode & permissions) === mode) return
  try {
    await handle.chmod(mode)
  } catch (error) {
    if (!['EPERM', 'EINVAL', 'ENOTSUP', 'ENOSYS'].includes(systemCode(error) ?? '')) throw error
  }
}

const publishedMode = async (path: string, like: string | undefined): Promise<number> => {
  const mode = (await modeOf(path)) ?? 0o666 & ~process.umask()
  const widest = like === undefined ? undefined : await modeOf(like)
  return widest === undefined ? mode : mode & (widest | ownersOnly)
}

const writeWhole = async (path: string, text: string, mode: number): Promise<void> => {
  const partial = partialOf(path)
  try {
    const handle = await open(partial, 'w', ownersOnly)
    try {
      await setMode(handle, mode)
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/**
 * Opens a file for writing, anew or at a mark; missing parent folders are made. Running SHA-256 and length are kept as
 * the bytes pass.
 *
 * @param path absolute, without symbolic links: the file is replaced, a link would be too
 * @throws EntrapipeError `PARTIAL_CHANGED` when what the mark vouches for is gone, shorter or different
 */
export const byteFile = async (path: string, from?: FileMark): Promise<ByteFile> => {
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw writeError(error, path)
    }
  }
  const { handle, hash, ...opened } = await told(async () =>
    from ? { ...(await reopen(path, from)), made: undefined } : create(path),
  )
  let bytes = from?.bytes ?? 0
  let isPlaced = from !== undefined
  let isOpen = true

  const close = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await handle.close()
  }

  return {
    append: chunk =>
      told(async () => {
        for (let at = 0; at < chunk.length;) {
          const { bytesWritten } = await handle.write(chunk, at, chunk.length - at, bytes + at)
          at += bytesWritten
        }
        hash.update(chunk)
        bytes += chunk.length
      }),
    mark: () =>
      told(async () => {
        await handle.datasync()
        if (!isPlaced) await syncPlace(path, opened.made)
        isPlaced = true
        return { bytes, sha256: hash.copy().digest('hex') }
      }),
    publish: (manifest, like) =>
      told(async () => {
        const mode = await publishedMode(path, like)
        await setMode(handle, mode)
        await handle.sync()
        await close()
        if (manifest !== undefined) await writeWhole(manifestOf(path), manifest, mode)
        await rename(partialOf(path), path)
        await syncFolder(dirname(path))
      }),
    keep: () => told(close),
    remove: () =>
      told(async () => {
        await close()
        await discardFile(path)
      }),
  }
}

/**
 * Whether a run's file came to its name: its partial is gone, the manifest beside it is that run's, and it has the bytes
 * that were written. The bytes alone do not say it: those of an earlier run may be the same.
 */
export const isPublished = async (
  path: string,
  { run, bytes, sha256 }: { readonly run: string; readonly bytes: number; readonly sha256?: string | undefined },
  signal: AbortSignal,
): Promise<boolean> => {
  if ((await sizeOf(partialOf(path))) !== undefined || (await sizeOf(path)) !== bytes) return false
  return (await runOf(manifestOf(path))) === run && (await digestOf(path, signal)).sha256 === sha256
}

/** The run that a manifest is of; undefined when there is none that says it. */
const runOf = async (manifest: string): Promise<unknown> => {
  try {
    const value: unknown = JSON.parse(await readFile(manifest, 'utf8'))
    return typeof value === 'object' && value !== null && 'run' in value ? value.run : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The partial of a file, where there is one. */
export const leftoverOf = async (path: string): Promise<string | undefined> =>
  (await sizeOf(partialOf(path))) === undefined ? undefined : partialOf(path)

/**
 * Removes what an interrupted run left of a file, also a manifest whose file never came; it may be gone already.
 *
 * @returns the paths that were there
 */
export const discardFile = async (path: string): Promise<readonly string[]> => {
  const left = [partialOf(path), partialOf(manifestOf(path))]
  if ((await sizeOf(path)) === undefined) left.push(manifestOf(path))
  const found: string[] = []
  for (const name of left) {
    if ((await sizeOf(name)) !== undefined) found.push(name)
    await rm(name, { force: true })
  }
  return found
}

/** Removes a file and its manifest; they may be gone already. @throws EntrapipeError `FILE_UNWRITABLE` */
export const clearFile = async (path: string): Promise<void> => {
  try {
    await rm(path, { force: true })
    await rm(manifestOf(path), { force: true })
  } catch (error) {
    throw writeError(error, path)
  }
}

/** Size of a file under its own name; undefined when it is not there. */
const sizeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
