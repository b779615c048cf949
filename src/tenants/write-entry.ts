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

/** What became of an entry. `refused`: the file is as it was, and `entry` is for a person to paste. */
export type Written =
  | { readonly outcome: 'created' | 'added' | 'updated' | 'unchanged'; readonly file: string }
  | { readonly outcome: 'refused'; readonly file: string; readonly entry: string; readonly why: string }

const unwritable = (file: string, cause: unknown): unknown => {
  const code = systemCode(cause)
  if (cause instanceof EntrapipeError || code === undefined) return cause
  const options = { cause, facts: { file } }
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new EntrapipeError('DISK_FULL', `There is no room left to write ${file} (${code}).`, {
        ...options,
        fix: 'Free some, and run the command again.',
      })
    : new EntrapipeError('FILE_UNWRITABLE', `${file} cannot be written (${code}).`, {
        ...options,
        fix: 'Make the folder writable for you, or run the command in another one.',
      })
}

/** Beside the file, so that giving it its name is one step, and with its ending, so that it can be read as one. */
const trialOf = (file: string): string =>
  join(dirname(file), `.${basename(file, extname(file))}.${process.pid}${extname(file)}`)

/** Writes a file whole, and to the disk. @param mode as it is to be, without the umask; absent for a new file */
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

/** Gives a file its name, unless another one has it by now. */
const nameNew = async (trial: string, file: string): Promise<void> => {
  try {
    await link(trial, file)
  } catch (error) {
    // A file system without hard links: the name is taken in two steps, and what was written is whole all the same.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'].includes(systemCode(error) ?? '')) throw error
    await (await open(file, 'wx')).close()
    await rename(trial, file)
  }
}

/**
 * Makes `entrapipe.config.ts` (or the `.json` that was named) where there is none. It is there whole or not at all.
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

/** The text with the entry in it, or undefined where that cannot be done without reading the language. */
const edited = (file: string, text: string, tenant: string, config: TenantConfig): string | undefined => {
  if (!file.endsWith('.json')) return insertEntry(text, printEntry(tenant, config))
  const value = JSON.parse(text) as Config
  return `${JSON.stringify({ ...value, tenants: { ...value.tenants, [tenant]: config } }, null, indentOf(text))}\n`
}

/**
 * Adds a tenant to a configuration that is there. The changed text is first read as a configuration of its own; only
 * when it says what the old one said and the new tenant besides does it take the old one's place, whole.
 *
 * @throws EntrapipeError `OPTION_INVALID` when the name is taken, `FILE_UNWRITABLE`, `DISK_FULL`
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

/** Puts a changed text in place of a configuration, if it says what is wanted; else it answers why it did not. */
const replaceWith = async (file: string, text: string | undefined, wanted: Config): Promise<string | undefined> => {
  if (text === undefined) return 'its tenants do not stand in one plain `tenants: { … }`'
  // A link stays a link; what the file imports is found from where it really is.
  const place = await realpath(file)
  const trial = trialOf(place)
  try {
    await write(trial, text, (await stat(place)).mode & 0o777)
    const { config: now } = await readConfig(trial)
    if (!isDeepStrictEqual(now, wanted)) return 'the changed file would not say the same as before'
    await rename(trial, place)
  } catch (cause) {
    if (isCode(cause, 'CONFIG_INVALID')) return 'the changed file could not be read again'
    throw unwritable(file, cause)
  } finally {
    await rm(trial, { force: true })
  }
  return undefined
}

/** What became of an entry that is to go. `refused`: the file is as it was, and a person has to take it out. */
type Removed =
  | { readonly outcome: 'removed'; readonly file: string }
  | { readonly outcome: 'refused'; readonly file: string; readonly why: string }

/**
 * Takes a tenant out of a configuration, which is replaced whole, and only when it then says the same of all others. Its
 * secret stays where it is.
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
 * Gives a tenant of a configuration other settings. The file is replaced whole, and only when it then says the same of all
 * others.
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

/** Adds to the configuration in force, or makes one in the working folder. */
export const writeEntry = async (
  loaded: LoadedConfig | undefined,
  tenant: string,
  config: TenantConfig,
  environment: Environment,
): Promise<Written> =>
  loaded
    ? await addEntry(loaded, tenant, config)
    : await createConfig(join(environment.cwd, 'entrapipe.config.ts'), tenant, config)
