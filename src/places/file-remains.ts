import { lstat, readFile, rm } from 'node:fs/promises'
import { systemCode } from '../core/errors.ts'
import { manifestOf, partialOf } from '../core/sidecars.ts'
import { writeError } from './file-errors.ts'
import { digestOf } from './sha256.ts'

/**
 * Whether a run published a file: the partial is gone, the manifest beside the file names that run, and the file has the
 * bytes that were written. The bytes alone prove nothing: an earlier run may have written the same ones.
 */
export const isPublished = async (
  path: string,
  { run, bytes, sha256 }: { readonly run: string; readonly bytes: number; readonly sha256?: string | undefined },
  signal: AbortSignal,
): Promise<boolean> => {
  if ((await sizeOf(partialOf(path))) !== undefined || (await sizeOf(path)) !== bytes) return false
  return (await runOf(manifestOf(path))) === run && (await digestOf(path, signal)).sha256 === sha256
}

/** The run of a manifest; undefined when the manifest is missing or names none. */
const runOf = async (manifest: string): Promise<unknown> => {
  try {
    const value: unknown = JSON.parse(await readFile(manifest, 'utf8'))
    return typeof value === 'object' && value !== null && 'run' in value ? value.run : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Returns the path of a file's partial if it exists, also as a broken link. */
export const leftoverOf = async (path: string): Promise<string | undefined> =>
  (await sizeOf(partialOf(path))) === undefined ? undefined : partialOf(path)

/** The number of a file's partial in its file system, which may be used again, and when it was created; undefined if there is none. */
export const identityOf = async (path: string): Promise<string | undefined> => {
  try {
    const { ino, birthtimeNs } = await lstat(partialOf(path), { bigint: true })
    return `${ino}-${birthtimeNs}`
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Removes what an interrupted run left behind: partials, and a manifest whose file never appeared. A file that an earlier
 * run published keeps its manifest.
 *
 * @returns the paths that existed
 * @throws EntrapipeError `FILE_UNWRITABLE`, also if a folder has the name of a partial
 */
export const discardFile = async (path: string): Promise<readonly string[]> => {
  const left = [partialOf(path), partialOf(manifestOf(path))]
  if ((await sizeOf(path)) === undefined) left.push(manifestOf(path))
  const found: string[] = []
  for (const name of left) {
    if ((await sizeOf(name)) !== undefined) found.push(name)
    await remove(name)
  }
  return found
}

/** Removes a file and its manifest, if they exist. @throws EntrapipeError `FILE_UNWRITABLE` */
export const clearFile = async (path: string): Promise<void> => {
  await remove(path)
  await remove(manifestOf(path))
}

const remove = async (path: string): Promise<void> => {
  try {
    await rm(path, { force: true })
  } catch (error) {
    throw writeError(error, path)
  }
}

/** Does not follow links. */
const sizeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await lstat(path)).size
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
