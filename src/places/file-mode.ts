import { lstat, type FileHandle } from 'node:fs/promises'
import { systemCode } from '../core/errors.ts'
import { ownersOnly } from './owned-file.ts'

const permissions = 0o777

/** Undefined when the path is not a regular file. */
const modeOf = async (path: string): Promise<number | undefined> => {
  try {
    const found = await lstat(path)
    return found.isFile() ? found.mode & permissions : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Does nothing on file systems without modes. */
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
 * Returns the mode of a published file: the mode of the file it replaces, or the mode that the umask gives.
 *
 * @param like path of a file whose permissions limit the mode; the owner keeps access
 */
export const publishedMode = async (path: string, like: string | undefined): Promise<number> => {
  const mode = (await modeOf(path)) ?? 0o666 & ~process.umask()
  const widest = like === undefined ? undefined : await modeOf(like)
  return widest === undefined ? mode : mode & (widest | ownersOnly)
}
