import { rename, rm } from 'node:fs/promises'
import { partialOf } from '../core/sidecars.ts'
import { setMode } from './file-mode.ts'
import { createOwned } from './owned-file.ts'

/** Writes a small file with one rename, and flushes its content to disk. The caller flushes its name. */
export const writeWhole = async (path: string, content: string | Uint8Array, mode: number): Promise<void> => {
  const partial = partialOf(path)
  try {
    const handle = await createOwned(partial)
    try {
      await setMode(handle, mode)
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
