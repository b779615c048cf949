import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { EntrapipeError, systemCode } from '../../core/errors.ts'

const ending = '.manifest.json'

/**
 * Names of the files in a folder that have a manifest, in order; undefined where the path is no folder.
 *
 * @throws EntrapipeError `FILE_MISSING` when none has one, `FILE_UNREADABLE`
 */
export const manifested = async (path: string, cwd: string): Promise<readonly string[] | undefined> => {
  let names: readonly string[]
  try {
    names = await readdir(resolve(cwd, path))
  } catch (cause) {
    const code = systemCode(cause)
    if (code === 'ENOTDIR' || code === 'ENOENT') return undefined
    throw new EntrapipeError('FILE_UNREADABLE', `The folder ${path} cannot be read (${code ?? 'failed'}).`, {
      cause,
      facts: { path },
      fix: 'Check that you may read it, or name a file.',
    })
  }
  const found = names.filter(name => name.endsWith(ending) && name !== ending)
  if (found.length === 0)
    throw new EntrapipeError('FILE_MISSING', `No file in ${path} has a manifest (${ending}) beside it.`, {
      facts: { path },
      fix: 'Name the folder that files were written to, or one of them.',
    })
  return found.map(name => name.slice(0, -ending.length)).toSorted()
}
