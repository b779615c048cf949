import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { isGuid } from '../../core/guid.ts'
import type { Cli } from '../cli.ts'
import { wishedTenant } from '../running/connection.ts'

/**
 * The id of a tenant, which need not be in the configuration any more. Nothing is sent to it.
 *
 * @throws EntrapipeError `OPTION_INVALID` for a tenant whose id only a sign-in would tell; as `wishedTenant`
 */
export const tenantId = async (tenant: string | undefined, cli: Cli): Promise<string> => {
  if (tenant !== undefined && isGuid(tenant)) return tenant
  const { name, settings } = await wishedTenant(given({ tenant }), cli)
  if (settings.tenantId !== undefined) return settings.tenantId
  throw new EntrapipeError('OPTION_INVALID', `The id of the tenant ${name} is not known.`, {
    fix: 'Give its id with --tenant.',
  })
}
