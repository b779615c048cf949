import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes what is in a folder, older than a time, and not used. @param olderMs milliseconds since 1970 */
export const removeOld = async (
  folder: string,
  olderMs: number,
  isUsed: (name: string) => Promise<boolean>,
): Promise<void> => {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if ((await stat(path)).mtimeMs < olderMs && !(await isUsed(name))) await rm(path, { recursive: true, force: true })
  }
}
