import type { TenantConfig } from '../../tenants/config.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { textTable } from '../../formats/text-table.ts'
import { signsIn } from './signs-in.ts'

/** `entrapipe tenants list`: the tenants in the configuration, or those with one of these tags. Sends no request. */
export const listTenants = async (cli: Cli, wanted?: readonly string[]): Promise<void> => {
  const loaded = await loadConfig(cli.environment, cli.config())
  const all = Object.entries<TenantConfig>(loaded?.config.tenants ?? {})
  const entries = wanted ? all.filter(([, { tags = [] }]) => wanted.some(tag => tags.includes(tag))) : all
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
      ? all.length === 0
        ? `${loaded.file} has no tenants yet: add one with \`entrapipe tenants add\`, or try --tenant sandbox.`
        : `${loaded.file}${all.length === 1 ? ' (its only tenant is the default for reading)' : ''}`
      : 'There is no configuration yet: add a tenant with `entrapipe tenants add`, or try --tenant sandbox.',
  )
  if (all.length > 0 && entries.length === 0) cli.say(`No tenant has the tag ${wanted?.join(' or ')}.`)
  if (entries.length === 0) return
  await printLines(
    cli,
    textTable(
      entries.map(([name, tenant]) => [
        ...[name, tenant.tenantId, cloudOf(tenant), signsIn(tenant.credential)],
        tenant.tags?.join(', ') ?? '',
      ]),
    ),
  )
}
