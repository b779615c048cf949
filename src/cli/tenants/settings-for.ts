import type { Environment } from '../../core/environment.ts'
import { given } from '../../core/given.ts'
import { settingsOf, type TenantSettings } from '../../tenants/choose-tenant.ts'
import type { LoadedConfig } from '../../tenants/load-config.ts'
import { validateConfig } from '../../tenants/validate.ts'
import type { CollectedEntry } from './collect-entry.ts'

/**
 * The settings of an entry as they will be loaded: validated, with the file's defaults and with absolute paths.
 *
 * @throws EntrapipeError `CONFIG_INVALID`
 */
export const settingsFor = (
  { name, config }: CollectedEntry,
  loaded: LoadedConfig | undefined,
  file: string,
  { home }: Pick<Environment, 'home'>,
): TenantSettings => {
  const nobody = '00000000-0000-0000-0000-000000000000'
  const tenants = { [name]: { ...config, tenantId: config.tenantId ?? nobody } }
  const whole = validateConfig(
    { ...loaded?.config, tenants },
    'This entry',
    'Change the value; `entrapipe tenants add --help` lists the options.',
  )
  const { tenantId, ...settings } = settingsOf({ file, config: whole }, name, home)
  return config.tenantId === undefined ? settings : { ...settings, ...given({ tenantId }) }
}
