import { lstat, type FileHandle } from 'node:fs/promises'
import { systemCode } from '../core/errors.ts'
import { ownersOnly } from './owned-file.ts'

const permissions = 0o777

/** Of a regular file; undefined when there is none. */
const modeOf = async (path: string): Promise<number | undefined> => {
  try {
    const found = await lstat(path)
    return found.isFile() ? found.mode & permissions : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Does nothing where a file system keeps no modes. */
export const setMode = async (handle: FileHandle, mode: number): Promise<void> => {
  const found = await handle.stat()
  if ((found.mode & permissions) === mode) return
  try {
    await handle.chmod(mode)
  } catch (error) {
    if (!['EPERM', 'EINVAL', 'ENOTSUP', 'ENOSYS'].includes(systemCode(error) ?? '')) throw error
  }
}

/**
 * The mode of a published file: that of the file it replaces, or what the umask gives.
 *
 * @param like path of a file: nobody but the owner may then use this one who may not use that one
 */
export const publishedMode = async (path: string, like: string | undefined): Promise<number> => {
  const mode = (await modeOf(path)) ?? 0o666 & ~process.umask()
  const widest = like === undefined ? undefined : await modeOf(like)
  return widest === undefined ? mode : mode & (widest | ownersOnly)
}
