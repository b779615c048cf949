import type { TenantConfig } from '../../tenants/config.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { textTable } from '../../formats/text-table.ts'
import { signsIn } from './signs-in.ts'

/** `entrapipe tenants list`: the tenants in the configuration. Sends no request. */
export const listTenants = async (cli: Cli): Promise<void> => {
  const loaded = await loadConfig(cli.environment, cli.config())
  const entries = Object.entries<TenantConfig>(loaded?.config.tenants ?? {})
  const cloudOf = ({ cloud }: TenantConfig) => cloud ?? loaded?.config.defaults?.cloud ?? 'global'
  if (cli.json())
    return printLines(cli, [
      JSON.stringify({
        ...(loaded && { file: loaded.file }),
        tenants: entries.map(([name, tenant]) => ({ name, ...tenant, cloud: cloudOf(tenant) })),
      }),
    ])
  cli.say(
    loaded
      ? entries.length === 0
        ? `${loaded.file} has no tenants yet: add one with \`entrapipe tenants add\`, or try --tenant sandbox.`
        : `${loaded.file}${entries.length === 1 ? ' (its only tenant is the default for reading)' : ''}`
      : 'There is no configuration yet: add a tenant with `entrapipe tenants add`, or try --tenant sandbox.',
  )
  if (entries.length === 0) return
  await printLines(
    cli,
    textTable(entries.map(([name, tenant]) => [name, tenant.tenantId, cloudOf(tenant), signsIn(tenant.credential)])),
  )
}
