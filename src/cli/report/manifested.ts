import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { absolute } from '../../core/absolute.ts'
import type { Environment } from '../../core/environment.ts'
import { EntrapipeError, systemCode } from '../../core/errors.ts'
import { fileOfManifest } from '../../core/sidecars.ts'

/**
 * Paths of the files in a folder, and in the folders below it, that have a manifest, relative to it and in order;
 * undefined where the path is not a folder. Links to folders are not followed.
 *
 * @throws EntrapipeError `FILE_MISSING` when none has one, `FILE_UNREADABLE`
 */
export const manifested = async (path: string, environment: Environment): Promise<readonly string[] | undefined> => {
  let names: readonly string[]
  const folder = absolute(environment, path)
  try {
    names = await filesBelow(folder)
  } catch (cause) {
    const code = systemCode(cause)
    if (code === 'ENOTDIR' || code === 'ENOENT') return undefined
    throw new EntrapipeError('FILE_UNREADABLE', `The folder ${path} cannot be read (${code ?? 'failed'}).`, {
      cause,
      facts: { path },
      fix: 'Check that you may read it and the folders in it, or name a file.',
    })
  }
  const found = names.map(fileOfManifest).filter(name => name !== undefined)
  if (found.length === 0)
    throw new EntrapipeError('FILE_MISSING', `No file in ${path}, or in the folders below it, has a manifest.`, {
      facts: { path },
      fix: 'Name the folder that files were written to, or one of the files.',
    })
  return found.toSorted()
}

/** Not `recursive` of Node's own: it skips an unreadable folder. */
const filesBelow = async (folder: string, below = ''): Promise<readonly string[]> => {
  const found: string[] = []
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const name = join(below, entry.name)
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, name)))
    else found.push(name)
  }
  return found
}
