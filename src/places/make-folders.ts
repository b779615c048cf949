import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../core/errors.ts'

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` repeats forever where a file system accepts no folders,
 * such as in `/proc`.
 *
 * @param folder absolute
 * @returns the outermost folder that was made; undefined if nothing was missing
 */
export const makeFolders = async (folder: string): Promise<string | undefined> => {
  const missing: string[] = []
  for (let at = folder; await isMissing(at); at = dirname(at)) missing.unshift(at)
  let outermost: string | undefined
  for (const one of missing)
    try {
      await mkdir(one)
      outermost ??= one
    } catch (error) {
      // Another process was faster.
      if (systemCode(error) !== 'EEXIST') throw error
    }
  return outermost
}

const isMissing = async (path: string): Promise<boolean> => {
  try {
    await stat(path)
    return false
  } catch (error) {
    const code = systemCode(error)
    // The root is always there.
    if ((code === 'ENOENT' || code === 'ENOTDIR') && dirname(path) !== path) return true
    throw error
  }
}
