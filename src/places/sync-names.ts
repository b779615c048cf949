import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../core/errors.ts'

/** Flushes the names in a folder to disk, where the system supports it (Windows cannot open folders). */
export const syncFolder = async (folder: string): Promise<void> => {
  try {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error
  }
}

/**
 * Flushes the name of a file to disk, and the folders that were created for it.
 *
 * @param made the topmost folder that had to be created
 */
export const syncNames = async (path: string, made: string | undefined): Promise<void> => {
  const topmost = made === undefined ? dirname(path) : dirname(made)
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    await syncFolder(folder)
    if (folder === topmost || folder === dirname(folder)) return
  }
}
