import { join } from 'node:path'
import { EntrapipeError } from '../../core/errors.ts'
import type { SecretRef, TenantConfig } from '../../tenants/config.ts'
import { settingsOf, type TenantSettings } from '../../tenants/choose-tenant.ts'
import { inspectTenant, type TenantReport } from '../../tenants/inspect-tenant.ts'
import { loadConfig, type LoadedConfig } from '../../tenants/load-config.ts'
import { readSecret } from '../../tenants/read-secret.ts'
import { storeSecret } from '../../tenants/store-secret.ts'
import { validateConfig } from '../../tenants/validate.ts'
import { writeEntry, type Written } from '../../tenants/write-entry.ts'
import type { Cli } from '../cli.ts'
import { openAsk, type Ask } from './ask.ts'
import { askSecret, collectEntry, isTyped, type CollectedEntry } from './collect-entry.ts'
import type { EntryOptions } from './entry-options.ts'
import { openReader } from './open-tenant.ts'

/** What was added. `report` is absent after `--no-check`. */
export interface AddedTenant {
  readonly name: string
  readonly config: TenantConfig
  readonly written: Written
  readonly report?: TenantReport
}

/**
 * Walks through adding a tenant: asks what the options leave open, signs in, keeps a typed secret, writes the entry.
 * Nothing is written or kept before the sign-in has worked.
 */
export const addTenant = async (given: string | undefined, options: EntryOptions, cli: Cli): Promise<AddedTenant> => {
  const loaded = await loadConfig(cli.environment, cli.config())
  const configFile = loaded?.file ?? join(cli.environment.cwd, 'entrapipe.config.ts')
  const ask = await openAsk(cli)
  try {
    let entry = await collectEntry(given, options, { ask, cwd: cli.environment.cwd, configFile })
    checkName(entry.name, loaded)
    let report: TenantReport | undefined
    if (options.check) [entry, report] = await signIn(entry, { loaded, configFile, ask, cli })
    const config = await complete(entry, report, cli)
    return {
      name: entry.name,
      config,
      written: await writeEntry(loaded, entry.name, config, cli.environment),
      ...(report && { report }),
    }
  } finally {
    ask?.close()
  }
}

const checkName = (name: string, loaded: LoadedConfig | undefined): void => {
  if (loaded && Object.hasOwn(loaded.config.tenants, name))
    throw new EntrapipeError('OPTION_INVALID', `${loaded.file} already has a tenant "${name}".`, {
      fix: `Choose another name, or change the entry in ${loaded.file}.`,
    })
}

/** The entry with the directory's id in place of a domain, with its size, and with the typed secret kept somewhere. */
const complete = async (entry: CollectedEntry, report: TenantReport | undefined, cli: Cli): Promise<TenantConfig> => {
  const { tenantId: named, quotas, ...config } = entry.config
  const { credential } = config
  const tenantId = report?.tenant.id ?? named
  if (tenantId === undefined)
    throw new EntrapipeError('USAGE', '--tenant-id is missing: without a sign-in nobody else can tell it.', {
      fix: 'Give --tenant-id, or leave --no-check out.',
    })
  const counted = report?.users === undefined || quotas?.size !== undefined ? undefined : report.size
  const sized = { ...quotas, ...(counted !== undefined && counted !== 'L' && { size: counted }) }
  return {
    tenantId,
    ...config,
    credential:
      entry.typed !== undefined && credential.kind === 'secret'
        ? { kind: 'secret', secret: await storeSecret(entry.name, entry.typed, cli.environment) }
        : credential,
    ...(Object.keys(sized).length > 0 && { quotas: sized }),
  }
}

interface Walk {
  readonly loaded: LoadedConfig | undefined
  readonly configFile: string
  readonly ask: Ask | undefined
  readonly cli: Cli
}

/** Signs in with the entry; a person may mend what was wrong and try again. */
const signIn = async (entry: CollectedEntry, walk: Walk): Promise<[CollectedEntry, TenantReport | undefined]> => {
  for (let tried = entry; ;) {
    try {
      return [tried, await look(tried, walk)]
    } catch (error) {
      if (!(error instanceof EntrapipeError) || !walk.ask || walk.cli.signal.aborted) throw error
      walk.cli.say(`${error.message}${error.fix ? ` ${error.fix}` : ''}`)
      const next = await mend(tried, walk.ask, error)
      if (next === undefined) return [tried, undefined]
      tried = next
    }
  }
}

const look = async (entry: CollectedEntry, { loaded, configFile, cli }: Walk): Promise<TenantReport> => {
  const settings = settingsFor(entry, loaded, configFile, cli)
  const { typed } = entry
  const secretOf = async (ref: SecretRef): Promise<string> =>
    typed !== undefined && isTyped(ref) ? typed : await readSecret(ref, cli.environment)
  const graph = await openReader(entry.name, settings, cli, secretOf)
  try {
    return await inspectTenant(graph, [], settings.quotas, cli.signal)
  } finally {
    await graph.close()
  }
}

/** As the entry would be read back: checked, with the file's defaults and with its paths made absolute. */
const settingsFor = (
  { name, config }: CollectedEntry,
  loaded: LoadedConfig | undefined,
  file: string,
  cli: Cli,
): TenantSettings => {
  const nobody = '00000000-0000-0000-0000-000000000000'
  const tenants = { [name]: { ...config, tenantId: config.tenantId ?? nobody } }
  const whole = validateConfig(
    { ...loaded?.config, tenants },
    'This entry',
    'Give it with another value; `entrapipe tenants add --help` lists the options.',
  )
  const { tenantId, ...settings } = settingsOf({ file, config: whole }, name, cli.environment.home)
  return config.tenantId === undefined ? settings : { ...settings, ...(tenantId !== undefined && { tenantId }) }
}

const mend = async (entry: CollectedEntry, ask: Ask, error: EntrapipeError): Promise<CollectedEntry | undefined> => {
  const { config } = entry
  const choice = await ask.choose('What now?', [
    ...(entry.typed !== undefined ? [{ value: 'secret' as const, name: 'type the secret again' }] : []),
    ...(config.tenantId !== undefined ? [{ value: 'tenant' as const, name: 'change the tenant ID' }] : []),
    ...(config.clientId !== undefined ? [{ value: 'client' as const, name: 'change the client ID' }] : []),
    { value: 'again' as const, name: 'try again as it is' },
    { value: 'write' as const, name: 'write the entry all the same' },
    { value: 'stop' as const, name: 'stop, and write nothing' },
  ])
  switch (choice) {
    case 'secret':
      return { ...entry, typed: await askSecret(ask) }
    case 'tenant':
      return {
        ...entry,
        config: {
          ...config,
          tenantId: await ask.text({ message: 'Tenant ID, or a domain:', default: config.tenantId }),
        },
      }
    case 'client':
      return {
        ...entry,
        config: { ...config, clientId: await ask.text({ message: 'Client ID:', default: config.clientId }) },
      }
    case 'again':
      return entry
    case 'write':
      return undefined
    case 'stop':
      throw error
  }
}
