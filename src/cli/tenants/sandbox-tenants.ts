import { join } from 'node:path'
import { given } from '../../core/given.ts'
import { publishOver } from '../../places/private-file.ts'
import type { Connection } from '../../sandbox/server/serve.ts'
import type { ReachedTenant } from '../../sandbox/server/tenants.ts'
import type { Config, TenantConfig } from '../../tenants/config.ts'

type Reached = Omit<Connection, 'sample'> & { readonly others?: readonly ReachedTenant[] }

/** A configuration with all tenants of a sandbox: `sandbox-1`, `sandbox-2` … Its secrets are files. */
const configOf = (state: Reached): Config => {
  const { baseUrl: graphUrl, authorityUrl, caFile, others = [] } = state
  const entryOf = ({ tenantId, clientId, secretFile }: Omit<ReachedTenant, 'domain'>): TenantConfig => ({
    tenantId,
    clientId,
    credential: { kind: 'secret', secret: { file: secretFile } },
  })
  return {
    // A change shows at once.
    defaults: { graphUrl, authorityUrl, lagBound: 0, ...given({ caFile }) },
    tenants: Object.fromEntries([state, ...others].map((tenant, at) => [`sandbox-${at + 1}`, entryOf(tenant)])),
  }
}

/** Writes the configuration of the tenants of a sandbox, and returns its path. */
export const writeSandboxTenants = async (folder: string, state: Reached): Promise<string> => {
  const path = join(folder, 'tenants.json')
  await publishOver(path, Buffer.from(`${JSON.stringify(configOf(state), null, 2)}\n`))
  return path
}
