import { EntrapipeError } from '../../core/errors.ts'
import type { TenantConfig } from '../../tenants/config.ts'
import { didYouMean } from '../../tenants/did-you-mean.ts'
import { loadConfig, type LoadedConfig } from '../../tenants/load-config.ts'
import type { Cli } from '../cli.ts'

/**
 * The entry of a tenant, and its configuration.
 *
 * @throws EntrapipeError `TENANT_UNKNOWN`, `CONFIG_INVALID`
 */
export const configured = async (
  name: string,
  cli: Cli,
): Promise<{ readonly loaded: LoadedConfig; readonly entry: TenantConfig }> => {
  const loaded = await loadConfig(cli.environment, cli.config())
  const entry = loaded && Object.hasOwn(loaded.config.tenants, name) ? loaded.config.tenants[name] : undefined
  if (loaded && entry) return { loaded, entry }
  const names = Object.keys(loaded?.config.tenants ?? {})
  throw new EntrapipeError(
    'TENANT_UNKNOWN',
    loaded
      ? `Tenant "${name}" was not found in ${loaded.file}.${didYouMean(name, names)}`
      : `Tenant "${name}" was not found, because there is no configuration yet.`,
    { facts: { tenant: name, tenants: names }, fix: '`entrapipe tenants list` lists the tenants.' },
  )
}
