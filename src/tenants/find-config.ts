import { access, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'

/** Names a configuration file may have; two of them in one folder are refused. */
const configNames = ['entrapipe.config.ts', 'entrapipe.config.js', 'entrapipe.config.mjs', 'entrapipe.config.json']

const exists = async (path: string): Promise<boolean> => {
  try {
    await access(path)
    return true
  } catch (cause) {
    // One that may not be read is there all the same: reading it will say so.
    return !['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '')
  }
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    // What cannot be looked at is no folder for us: reading it will say what is wrong.
    return false
  }
}

const ofFolder = (path: string, isOption: boolean): EntrapipeError =>
  new EntrapipeError('CONFIG_INVALID', `${path} is a folder, not a configuration file.`, {
    facts: { file: path },
    fix: `Name the file in it ${isOption ? 'after --config' : 'in the variable ENTRAPIPE_CONFIG'}, such as ${join(path, configNames[0]!)}.`,
  })

/**
 * The configuration file's absolute path: `given` (`--config`), else ENTRAPIPE_CONFIG, else the nearest one from the
 * working folder upward; undefined when there is none.
 *
 * @throws EntrapipeError `FILE_MISSING` for one that was named and is not there, `CONFIG_INVALID` for two in one folder,
 *   or for a folder that was named
 */
export const findConfig = async (environment: Environment, given?: string): Promise<string | undefined> => {
  const named = given ?? environment.variable('ENTRAPIPE_CONFIG')
  if (named !== undefined) {
    const path = resolve(environment.cwd, named)
    if (await isFolder(path)) throw ofFolder(path, given !== undefined)
    if (await exists(path)) return path
    throw new EntrapipeError('FILE_MISSING', `There is no configuration file at ${path}.`, {
      facts: { file: path },
      fix: given ? 'Check the path after --config.' : 'Check the path in the variable ENTRAPIPE_CONFIG, or unset it.',
    })
  }
  for (let folder = resolve(environment.cwd); ; folder = dirname(folder)) {
    const found: string[] = []
    for (const name of configNames) if (await exists(join(folder, name))) found.push(name)
    if (found.length > 1)
      throw new EntrapipeError('CONFIG_INVALID', `${folder} has two configurations, ${found.join(' and ')}.`, {
        facts: { folder, found },
        fix: 'Keep one of them, or say which with --config.',
      })
    if (found[0] !== undefined) return join(folder, found[0])
    if (dirname(folder) === folder) return undefined
  }
}
