import { readFile, stat } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError } from '../core/errors.ts'
import { loadFailure } from '../core/load-failure.ts'
import { firstLine } from '../core/thrown.ts'
import type { CompleteConfig } from './config.ts'
import { findConfig } from './find-config.ts'

/** A configuration and its file. Paths in it are relative to the file's folder. */
export interface LoadedConfig {
  /** Absolute path. */
  readonly file: string
  readonly config: CompleteConfig
}

const unreadable = (file: string, cause: unknown, why: string): EntrapipeError =>
  new EntrapipeError('CONFIG_INVALID', `${file} cannot be read: ${why}`, { cause, facts: { file } })

const readJson = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw unreadable(
      file,
      cause,
      cause instanceof SyntaxError ? `it is not valid JSON (${firstLine(cause)}).` : `${firstLine(cause)}.`,
    )
  }
}

const importModule = async (file: string): Promise<unknown> => {
  try {
    // The modification time is in the URL, so that a file just written by `tenants add` is not served from the cache.
    const { mtimeMs } = await stat(file)
    const loaded = (await import(`${pathToFileURL(file).href}?changed=${mtimeMs}`)) as { default?: unknown }
    return loaded.default
  } catch (cause) {
    throw new EntrapipeError('CONFIG_INVALID', `${file} cannot be loaded: ${loadFailure(cause)}`, {
      cause,
      facts: { file },
    })
  }
}

/**
 * Reads and validates a configuration file. A module is run by Node like any other code.
 *
 * @throws EntrapipeError `CONFIG_INVALID`
 */
export const readConfig = async (file: string): Promise<LoadedConfig> => {
  const value = file.endsWith('.json') ? await readJson(file) : await importModule(file)
  if (value === undefined)
    throw unreadable(
      file,
      undefined,
      'it has no default export. Write `export default defineConfig({ tenants: { … } })`.',
    )
  // Loaded on demand: most commands for the sandbox have no configuration.
  const { validateConfig } = await import('./validate.ts')
  return { file, config: validateConfig(value, file) }
}

/**
 * Loads the active configuration (see `findConfig`), or undefined if there is none.
 *
 * @throws EntrapipeError `CONFIG_INVALID`, `FILE_MISSING`
 */
export const loadConfig = async (environment: Environment, given?: string): Promise<LoadedConfig | undefined> => {
  const file = await findConfig(environment, given)
  return file === undefined ? undefined : await readConfig(file)
}
