import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { systemCode } from '../../core/errors.ts'

/** Creates a folder that only its owner can enter, and restricts an existing one. */
export const privateFolder = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chmod(path, 0o700)
}

/** Writes a file atomically. Only its owner can read it. */
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

/** Reads a text file; undefined if it does not exist. */
export const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Returns the content of a file. If it does not exist, `make` creates the content, which is kept across restarts. */
export const keptText = async (path: string, make: () => Promise<string> | string): Promise<string> => {
  await privateFolder(dirname(path))
  const there = await readIfThere(path)
  if (there !== undefined) return there
  const made = await make()
  await writePrivate(path, made)
  return made
}
