import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../core/errors.ts'

/** Makes the names in a folder survive a power cut, where the system can do that (Windows cannot open folders). */
export const syncFolder = async (folder: string): Promise<void> => {
  try {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error
  }
}

/**
 * Makes the name of a file survive, and the folders that were made for it.
 *
 * @param made the uppermost folder that had to be made
 */
export const syncNames = async (path: string, made: string | undefined): Promise<void> => {
  const uppermost = made === undefined ? dirname(path) : dirname(made)
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    await syncFolder(folder)
    if (folder === uppermost || folder === dirname(folder)) return
  }
}
