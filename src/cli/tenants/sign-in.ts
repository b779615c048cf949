import { EntrapipeError } from '../../core/errors.ts'
import type { SecretRef } from '../../tenants/config.ts'
import { inspectTenant, type TenantReport } from '../../tenants/inspect-tenant.ts'
import type { LoadedConfig } from '../../tenants/load-config.ts'
import { readSecret } from '../../tenants/read-secret.ts'
import type { Cli } from '../cli.ts'
import type { Ask } from './ask.ts'
import { askSecret, isTyped } from './collect-credential.ts'
import type { CollectedEntry } from './collect-entry.ts'
import { openReader } from './open-tenant.ts'
import { settingsFor } from './settings-for.ts'

/** The first sign-in of an entry, during which the user can correct errors. */
interface Walk {
  readonly loaded: LoadedConfig | undefined
  readonly configFile: string
  readonly ask: Ask | undefined
  readonly cli: Cli
  /** What the user can correct besides the secret. */
  readonly canChange: readonly ('tenant' | 'client')[]
}

/**
 * Signs in with the entry. After an error, the user can correct the entry and try again, or write it anyway: the report is
 * then undefined.
 */
export const signIn = async (
  entry: CollectedEntry,
  walk: Walk,
): Promise<[CollectedEntry, TenantReport | undefined]> => {
  for (let tried = entry; ;) {
    try {
      return [tried, await look(tried, walk)]
    } catch (error) {
      if (!(error instanceof EntrapipeError) || !walk.ask || walk.cli.signal.aborted) throw error
      walk.cli.say(`${error.message}${error.fix ? ` ${error.fix}` : ''}`)
      const next = await corrected(tried, walk, walk.ask, error)
      if (next === undefined) return [tried, undefined]
      tried = next
    }
  }
}

const look = async (entry: CollectedEntry, { loaded, configFile, cli }: Walk): Promise<TenantReport> => {
  const settings = settingsFor(entry, loaded, configFile, cli.environment)
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

const corrected = async (
  entry: CollectedEntry,
  { canChange }: Walk,
  ask: Ask,
  error: EntrapipeError,
): Promise<CollectedEntry | undefined> => {
  const { config } = entry
  const choice = await ask.choose('What now?', [
    ...(entry.typed !== undefined ? [{ value: 'secret' as const, name: 'type the secret again' }] : []),
    ...(config.tenantId !== undefined && canChange.includes('tenant')
      ? [{ value: 'tenant' as const, name: 'change the tenant ID' }]
      : []),
    ...(config.clientId !== undefined && canChange.includes('client')
      ? [{ value: 'client' as const, name: 'change the client ID' }]
      : []),
    { value: 'again' as const, name: 'try again without a change' },
    { value: 'write' as const, name: 'write the entry anyway' },
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
