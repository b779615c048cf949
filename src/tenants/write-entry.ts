import { link, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError, isCode, systemCode } from '../core/errors.ts'
import type { Config, TenantConfig } from './config.ts'
import { cutEntry } from './cut-entry.ts'
import { editEntry } from './edit-entry.ts'
import { insertEntry } from './insert-entry.ts'
import { readConfig, type LoadedConfig } from './load-config.ts'
import { printConfig, printEntry } from './print-entry.ts'

/** The result of adding an entry. `refused`: the file is unchanged, and `entry` is for pasting by hand. */
export type Written =
  | { readonly outcome: 'created' | 'added' | 'updated' | 'unchanged'; readonly file: string }
  | { readonly outcome: 'refused'; readonly file: string; readonly entry: string; readonly why: string }

const unwritable = (file: string, cause: unknown): unknown => {
  const code = systemCode(cause)
  if (cause instanceof EntrapipeError || code === undefined) return cause
  const options = { cause, facts: { file } }
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new EntrapipeError('DISK_FULL', `No space left to write ${file} (${code}).`, {
        ...options,
        fix: 'Free some space and run the command again.',
      })
    : new EntrapipeError('FILE_UNWRITABLE', `${file} cannot be written (${code}).`, {
        ...options,
        fix: 'Make the folder writable, or run the command in another folder.',
      })
}

/** Path of the new file: the same folder, so that the rename is atomic, and the same extension, so that it can be loaded. */
const trialOf = (file: string): string =>
  join(dirname(file), `.${basename(file, extname(file))}.${process.pid}${extname(file)}`)

/** Writes a file and flushes it to disk. @param mode exact mode, without the umask; absent for a new file */
const write = async (file: string, text: string, mode?: number): Promise<void> => {
  await rm(file, { force: true })
  const handle = await open(file, 'wx', mode ?? 0o644)
  try {
    if (mode !== undefined) await handle.chmod(mode)
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Renames a file, unless the name is taken by now. */
const nameNew = async (trial: string, file: string): Promise<void> => {
  try {
    await link(trial, file)
  } catch (error) {
    // The file system has no hard links. The rename takes two steps, but the file is complete either way.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'].includes(systemCode(error) ?? '')) throw error
    await (await open(file, 'wx')).close()
    await rename(trial, file)
  }
}

/**
 * Creates `entrapipe.config.ts` (or the named `.json`) atomically.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`, `DISK_FULL`
 */
const createConfig = async (file: string, tenant: string, config: TenantConfig): Promise<Written> => {
  const text = file.endsWith('.json')
    ? `${JSON.stringify({ tenants: { [tenant]: config } }, null, 2)}\n`
    : printConfig(tenant, config)
  const trial = trialOf(file)
  try {
    await write(trial, text)
    await nameNew(trial, file)
  } catch (cause) {
    throw unwritable(file, cause)
  } finally {
    await rm(trial, { force: true })
  }
  return { outcome: 'created', file }
}

/** The text with the entry added, or undefined if the file must be edited by hand. */
const edited = (file: string, text: string, tenant: string, config: TenantConfig): string | undefined => {
  if (!file.endsWith('.json')) return insertEntry(text, printEntry(tenant, config))
  const value = JSON.parse(text) as Config
  return `${JSON.stringify({ ...value, tenants: { ...value.tenants, [tenant]: config } }, null, indentOf(text))}\n`
}

/**
 * Adds a tenant to an existing configuration. The changed text is first loaded as a configuration; it replaces the file
 * atomically only if it differs from the old one just by the new tenant.
 *
 * @throws EntrapipeError `OPTION_INVALID` if the name is taken, `FILE_UNWRITABLE`, `DISK_FULL`
 */
const addEntry = async (loaded: LoadedConfig, tenant: string, config: TenantConfig): Promise<Written> => {
  const { file } = loaded
  if (Object.hasOwn(loaded.config.tenants, tenant))
    throw new EntrapipeError('OPTION_INVALID', `${file} already has a tenant "${tenant}".`, {
      facts: { file, tenant },
      fix: `Choose another name, or change the entry in ${file}.`,
    })
  const refused = (why: string): Written => ({ outcome: 'refused', file, entry: printEntry(tenant, config), why })
  const text = edited(file, await readFile(file, 'utf8'), tenant, config)
  const wanted = { ...loaded.config, tenants: { ...loaded.config.tenants, [tenant]: config } }
  const why = await replaceWith(file, text, wanted)
  return why === undefined ? { outcome: 'added', file } : refused(why)
}

/** Replaces a configuration by a changed text, if that loads as wanted. Otherwise returns the reason. */
const replaceWith = async (file: string, text: string | undefined, wanted: Config): Promise<string | undefined> => {
  if (text === undefined) return 'it does not have exactly one plain `tenants: { … }`'
  // Keeps a symbolic link, and resolves imports from the real path.
  const place = await realpath(file)
  const trial = trialOf(place)
  try {
    await write(trial, text, (await stat(place)).mode & 0o777)
    const { config: now } = await readConfig(trial)
    if (!isDeepStrictEqual(now, wanted)) return 'the changed file would differ in other settings'
    await rename(trial, place)
  } catch (cause) {
    if (isCode(cause, 'CONFIG_INVALID')) return 'the changed file could not be loaded'
    throw unwritable(file, cause)
  } finally {
    await rm(trial, { force: true })
  }
  return undefined
}

/** The result of removing an entry. `refused`: the file is unchanged and must be edited by hand. */
type Removed =
  | { readonly outcome: 'removed'; readonly file: string }
  | { readonly outcome: 'refused'; readonly file: string; readonly why: string }

/**
 * Removes a tenant from a configuration. The file is replaced atomically, and only if all other settings are unchanged. The
 * tenant's secret is not deleted.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`, `DISK_FULL`
 */
export const removeEntry = async ({ file, config }: LoadedConfig, tenant: string): Promise<Removed> => {
  const { [tenant]: _gone, ...tenants } = config.tenants
  const before = await readFile(file, 'utf8')
  const why = await replaceWith(file, withoutEntry(file, before, tenant), { ...config, tenants })
  return why === undefined ? { outcome: 'removed', file } : { outcome: 'refused', file, why }
}

const withoutEntry = (file: string, text: string, tenant: string): string | undefined => {
  if (!file.endsWith('.json')) return cutEntry(text, tenant)
  const value = JSON.parse(text) as Config
  const { [tenant]: _gone, ...tenants } = value.tenants
  return `${JSON.stringify({ ...value, tenants }, null, indentOf(text))}\n`
}

const indentOf = (text: string): string | number => /\n([ \t]+)"/.exec(text)?.[1] ?? 2

/**
 * Changes the settings of a tenant in a configuration. The file is replaced atomically, and only if all other settings are
 * unchanged.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`, `DISK_FULL`
 */
export const updateEntry = async (
  { file, config }: LoadedConfig,
  tenant: string,
  settings: TenantConfig,
): Promise<Written> => {
  const before = config.tenants[tenant]!
  const changed = Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => !isDeepStrictEqual(value, before[name as keyof TenantConfig])),
  )
  if (Object.keys(changed).length === 0) return { outcome: 'unchanged', file }
  const wanted = { ...config, tenants: { ...config.tenants, [tenant]: settings } }
  const text = await readFile(file, 'utf8')
  const why = await replaceWith(file, withChanges(file, text, tenant, changed), wanted)
  return why === undefined
    ? { outcome: 'updated', file }
    : { outcome: 'refused', file, entry: printEntry(tenant, settings), why }
}

const withChanges = (
  file: string,
  text: string,
  tenant: string,
  changed: Partial<TenantConfig>,
): string | undefined => {
  if (!file.endsWith('.json')) return editEntry(text, tenant, changed)
  const value = JSON.parse(text) as Config
  const tenants = { ...value.tenants, [tenant]: { ...value.tenants[tenant], ...changed } }
  return `${JSON.stringify({ ...value, tenants }, null, indentOf(text))}\n`
}

/** Adds a tenant to the active configuration, or creates one in the working folder. */
export const writeEntry = async (
  loaded: LoadedConfig | undefined,
  tenant: string,
  config: TenantConfig,
  environment: Environment,
): Promise<Written> =>
  loaded
    ? await addEntry(loaded, tenant, config)
    : await createConfig(join(environment.cwd, 'entrapipe.config.ts'), tenant, config)
