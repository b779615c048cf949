import { isDeepStrictEqual } from 'node:util'
import type { SecretRef, TenantConfig } from '../../tenants/config.ts'
import type { LoadedConfig } from '../../tenants/load-config.ts'
import { secretAccounts } from '../../tenants/secret-account.ts'
import { removeSecret, storeSecret } from '../../tenants/store-secret.ts'
import type { Written } from '../../tenants/write-entry.ts'
import type { Cli } from '../cli.ts'
import { secretsIn } from './secrets-in.ts'

interface Typed {
  readonly name: string
  readonly config: TenantConfig
  /** The secret that the user typed. Absent if the credential has no secret, or only a reference. */
  readonly typed?: string | undefined
}

/**
 * Stores a typed secret and writes the entry that refers to it. A stored secret is replaced in place only if nothing else in
 * the entry changes. Otherwise the new secret is stored beside it, so that the present entry works until the configuration
 * is written. If that fails, the new secret is removed.
 *
 * @throws EntrapipeError as `storeSecret` and `write`
 */
export const keepTyped = async (
  { name, config, typed }: Typed,
  configFile: string,
  loaded: LoadedConfig | undefined,
  { environment }: Pick<Cli, 'environment'>,
  write: (config: TenantConfig) => Promise<Written>,
): Promise<{ readonly config: TenantConfig; readonly written: Written }> => {
  if (typed === undefined || config.credential.kind !== 'secret') return { config, written: await write(config) }
  const accounts = secretAccounts(configFile, name, environment)
  const tenants = Object.keys(loaded?.config.tenants ?? {})
  const refs = (tenant: string): readonly SecretRef[] => (loaded ? secretsIn(loaded, tenant, environment.home) : [])
  const others = tenants.filter(tenant => tenant !== name).flatMap(refs)
  const before = loaded?.config.tenants[name]
  const [old] = before?.credential.kind === 'secret' ? refs(name) : []
  const onlySecretChanges =
    before?.credential.kind === 'secret' && isDeepStrictEqual({ ...config, credential: before.credential }, before)
  const isShared = old !== undefined && others.some(other => isDeepStrictEqual(other, old))
  const inPlace = old && onlySecretChanges && !isShared ? accounts.own(old) : undefined
  const secret = await storeSecret(inPlace ?? accounts.free(tenants.flatMap(refs)), typed, environment)
  const stored: TenantConfig = { ...config, credential: { kind: 'secret', secret } }
  try {
    return { config: stored, written: await write(stored) }
  } catch (error) {
    if (!isDeepStrictEqual(secret, old)) await removeSecret(secret).catch(() => undefined)
    throw error
  }
}
