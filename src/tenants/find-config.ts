import { access, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'

/** Names of configuration files. Two of them in one folder are an error. */
const configNames = ['entrapipe.config.ts', 'entrapipe.config.js', 'entrapipe.config.mjs', 'entrapipe.config.json']

const exists = async (path: string): Promise<boolean> => {
  try {
    await access(path)
    return true
  } catch (cause) {
    // An unreadable file exists. Reading it reports the error.
    return !['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '')
  }
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    // Not a folder as far as can be seen. Reading it reports the error.
    return false
  }
}

const ofFolder = (path: string, isOption: boolean): EntrapipeError =>
  new EntrapipeError('CONFIG_INVALID', `${path} is a folder, not a configuration file.`, {
    facts: { file: path },
    fix: `Set ${isOption ? '--config' : 'ENTRAPIPE_CONFIG'} to a file in it, such as ${join(path, configNames[0]!)}.`,
  })

/**
 * Finds the configuration file: `given` (`--config`), else ENTRAPIPE_CONFIG, else the nearest one from the working folder
 * upward. Returns its absolute path, or undefined if there is none.
 *
 * @throws EntrapipeError `FILE_MISSING` if a named file is missing, `CONFIG_INVALID` for two in one folder, or if the
 *   named path is a folder
 */
export const findConfig = async (environment: Environment, given?: string): Promise<string | undefined> => {
  const named = given ?? environment.variable('ENTRAPIPE_CONFIG')
  if (named !== undefined) {
    const path = resolve(environment.cwd, named)
    if (await isFolder(path)) throw ofFolder(path, given !== undefined)
    if (await exists(path)) return path
    throw new EntrapipeError('FILE_MISSING', `Configuration file ${path} was not found.`, {
      facts: { file: path },
      fix: given
        ? 'Check the path in --config.'
        : 'Check the path in the environment variable ENTRAPIPE_CONFIG, or unset it.',
    })
  }
  for (let folder = resolve(environment.cwd); ; folder = dirname(folder)) {
    const found: string[] = []
    for (const name of configNames) if (await exists(join(folder, name))) found.push(name)
    if (found.length > 1)
      throw new EntrapipeError('CONFIG_INVALID', `${folder} has two configurations, ${found.join(' and ')}.`, {
        facts: { folder, found },
        fix: 'Delete one of them, or choose one with --config.',
      })
    if (found[0] !== undefined) return join(folder, found[0])
    if (dirname(folder) === folder) return undefined
  }
}
