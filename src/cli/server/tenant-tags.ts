import { sandboxName } from '../../tenants/choose-tenant.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import type { Cli } from '../cli.ts'

/** The tags of the tenants of the configuration. A server of the sandbox alone has none. */
export const tenantTags = async (
  tenants: readonly string[],
  { environment, config }: Cli,
): Promise<(tenant: string) => readonly string[]> => {
  if (tenants.every(name => name === sandboxName)) return () => []
  const loaded = await loadConfig(environment, config())
  return tenant => loaded?.config.tenants[tenant]?.tags ?? []
}
