import { constants, type BigIntStats } from 'node:fs'
import { lstat, open, rm, type FileHandle } from 'node:fs/promises'
import { EntrapipeError } from '../core/errors.ts'

/** Incomplete files may hold passwords. Their final mode is only set when they are published. */
export const ownersOnly = 0o600

/** Windows lacks this flag. There the opened file is compared with the one that has its name. */
const noFollow: number | undefined = constants.O_NOFOLLOW

/**
 * Creates a file that only the owner can use. An existing file of that name is removed, never opened: it may be a planted
 * link to a file that must not be overwritten.
 */
export const createOwned = async (path: string): Promise<FileHandle> => {
  await rm(path, { force: true })
  return open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (noFollow ?? 0), ownersOnly)
}

/** Returns the owner of an open file, as the file system reports it. */
export const ownerOf = async (handle: FileHandle): Promise<number> => (await handle.stat()).uid

/**
 * Reopens a file that `createOwned` created. Does not follow links.
 *
 * @param owner what `ownerOf` returned when it was written: some network file systems report one owner for all files
 * @throws EntrapipeError `PARTIAL_CHANGED` when it is another file
 */
export const reopenOwned = async (path: string, owner: number | undefined): Promise<FileHandle> => {
  const handle = await open(path, constants.O_RDWR | (noFollow ?? 0)).catch(error => {
    throw error.code === 'ELOOP' || error.code === 'EMLINK' ? replaced(path, 'is now a symbolic link') : error
  })
  try {
    const found = await handle.stat({ bigint: true })
    const why = strange(found, owner) ?? ((await isNamed(path, found)) ? undefined : 'is now a symbolic link')
    if (why !== undefined) throw replaced(path, why)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

const strange = (found: BigIntStats, owner: number | undefined): string | undefined => {
  if (!found.isFile()) return 'is not a regular file'
  if (owner !== undefined && Number(found.uid) !== owner) return 'now belongs to another user'
  return found.nlink > 1n ? 'now has a second name (a hard link)' : undefined
}

const isNamed = async (path: string, found: BigIntStats): Promise<boolean> => {
  if (noFollow !== undefined) return true
  const named = await lstat(path, { bigint: true })
  return !named.isSymbolicLink() && named.dev === found.dev && named.ino === found.ino
}

const replaced = (path: string, why: string): EntrapipeError =>
  new EntrapipeError('PARTIAL_CHANGED', `${path} ${why}, so the run cannot be resumed`, {
    facts: { path },
    fix: 'Find out which program put it there, remove it, and start over with --fresh.',
  })
