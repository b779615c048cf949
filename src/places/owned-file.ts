import { constants, type BigIntStats } from 'node:fs'
import { lstat, open, rm, type FileHandle } from 'node:fs/promises'
import { EntrapipeError } from '../core/errors.ts'

/** Incomplete files may hold passwords, and who else may read them is only known at the end. */
export const ownersOnly = 0o600

/** Windows has no such flag: there the opened file is compared with what has its name. */
const noFollow: number | undefined = constants.O_NOFOLLOW

/**
 * Creates a file that nobody but the owner may use. What has its name is removed, never opened: a link that somebody put
 * there would lead to a file of theirs, or to one that must not be overwritten.
 */
export const createOwned = async (path: string): Promise<FileHandle> => {
  await rm(path, { force: true })
  return open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (noFollow ?? 0), ownersOnly)
}

/** What an open file is owned by; the number that the file system gives to files of ours. */
export const ownerOf = async (handle: FileHandle): Promise<number> => (await handle.stat()).uid

/**
 * Opens a file again that `createOwned` made, without following a link.
 *
 * @param owner what `ownerOf` said when it was written: some network file systems give all files one owner
 * @throws EntrapipeError `PARTIAL_CHANGED` when it is not the file that was made
 */
export const reopenOwned = async (path: string, owner: number | undefined): Promise<FileHandle> => {
  const handle = await open(path, constants.O_RDWR | (noFollow ?? 0)).catch(error => {
    throw error.code === 'ELOOP' || error.code === 'EMLINK' ? replaced(path, 'is a symbolic link now') : error
  })
  try {
    const found = await handle.stat({ bigint: true })
    const why = strange(found, owner) ?? ((await isNamed(path, found)) ? undefined : 'is a symbolic link now')
    if (why !== undefined) throw replaced(path, why)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

const strange = (found: BigIntStats, owner: number | undefined): string | undefined => {
  if (!found.isFile()) return 'is not a regular file'
  if (owner !== undefined && Number(found.uid) !== owner) return 'belongs to another user now'
  return found.nlink > 1n ? 'has a second name now (a hard link)' : undefined
}

const isNamed = async (path: string, found: BigIntStats): Promise<boolean> => {
  if (noFollow !== undefined) return true
  const named = await lstat(path, { bigint: true })
  return !named.isSymbolicLink() && named.dev === found.dev && named.ino === found.ino
}

const replaced = (path: string, why: string): EntrapipeError =>
  new EntrapipeError('PARTIAL_CHANGED', `${path} ${why}, so the run cannot be resumed`, {
    facts: { path },
    fix: 'Find out who put it there, remove it, and start over with --fresh.',
  })
