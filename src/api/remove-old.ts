import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../core/errors.ts'

/** Removes what is in a folder, older than a time, and not used. @param olderMs milliseconds since 1970 */
export const removeOld = async (
  folder: string,
  olderMs: number,
  isUsed: (name: string) => Promise<boolean>,
): Promise<void> => {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const found = await stat(path).catch((error: unknown) => {
      // Another server has removed it.
      if (systemCode(error) !== 'ENOENT') throw error
    })
    if (found && found.mtimeMs < olderMs && !(await isUsed(name))) await rm(path, { recursive: true, force: true })
  }
}
