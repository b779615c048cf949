import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { systemCode } from '../../core/errors.ts'

/** Makes a folder that only its owner can enter, or closes an existing one. */
export const privateFolder = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chmod(path, 0o700)
}

/** Writes a file that only its owner can read, whole or not at all. */
export const writePrivate = async (path: string, text: string, mode = 0o600): Promise<void> => {
  const partial = `${path}.${randomUUID()}`
  const file = await open(partial, 'wx', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(partial, path)
}

/** Text of a file; undefined where there is none. */
export const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** What a file holds, or else what `make` gives, which then is written there: made once, kept across restarts. */
export const keptText = async (path: string, make: () => Promise<string> | string): Promise<string> => {
  await privateFolder(dirname(path))
  const there = await readIfThere(path)
  if (there !== undefined) return there
  const made = await make()
  await writePrivate(path, made)
  return made
}
