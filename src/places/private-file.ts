import { link, lstat, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { partialOf } from '../core/sidecars.ts'
import { writeError } from './file-errors.ts'
import { makeFolders } from './make-folders.ts'
import { createOwned } from './owned-file.ts'
import { syncFolder, syncNames } from './sync-names.ts'
import { checkTarget } from './target.ts'

const exists = async (path: string): Promise<boolean> => {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw writeError(error, path)
  }
}

const taken = (path: string): EntrapipeError =>
  new EntrapipeError('FILE_UNWRITABLE', `${path} already exists, and is not overwritten.`, {
    facts: { path },
    fix: 'Name another file.',
  })

/** Checks that a file of this name can be written, and does not exist. @throws EntrapipeError `FILE_UNWRITABLE` */
export const checkNewFile = async (path: string): Promise<void> => {
  await checkTarget(path)
  if (await exists(path)) throw taken(path)
}

/**
 * Writes the partial of a file that only its owner can read (0600), and flushes it to disk. Missing folders are created. It is removed
 * if it cannot be written. `publishNew` then gives it its name.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`, `DISK_FULL`
 */
export const writePrivatePartial = async (path: string, bytes: Uint8Array): Promise<void> => {
  try {
    const made = await makeFolders(dirname(path))
    const file = await createOwned(partialOf(path))
    try {
      await file.writeFile(bytes)
      await file.sync()
    } catch (error) {
      await file.close()
      await rm(partialOf(path), { force: true })
      throw error
    }
    await file.close()
    await syncNames(path, made)
  } catch (error) {
    throw writeError(error, path)
  }
}

/** Gives a complete partial its name. It never replaces a file. @throws EntrapipeError `FILE_UNWRITABLE` */
export const publishNew = async (path: string): Promise<void> => {
  const partial = partialOf(path)
  try {
    await link(partial, path)
    await rm(partial)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST' || (await exists(path))) throw taken(path)
    // Some file systems have no second names.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw writeError(error, path)
    await rename(partial, path)
  }
  await syncFolder(dirname(path))
}

/** Whether a partial of this file exists. */
export const hasPartial = (path: string): Promise<boolean> => exists(partialOf(path))

/**
 * Writes a file that only its owner can read (0600), in place of the one before.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`, `DISK_FULL`
 */
export const publishOver = async (path: string, bytes: Uint8Array): Promise<void> => {
  await writePrivatePartial(path, bytes)
  try {
    await rename(partialOf(path), path)
    await syncFolder(dirname(path))
  } catch (error) {
    throw writeError(error, path)
  }
}
