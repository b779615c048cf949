import { Option, type Command } from 'commander'
import { clouds, type CloudName } from '../../data/clouds.ts'
import { appRegistration } from '../../tenants/app-registration.ts'
import type { CredentialConfig, SecretRef, TenantConfig } from '../../tenants/config.ts'
import { inspectTenant } from '../../tenants/inspect-tenant.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import { findOperations } from '../../tenants/operations.ts'
import type { Cli, CommandModule } from '../cli.ts'
import { addTenantOptions, type TenantOptions } from '../tenant-options.ts'
import { addTenant, type AddedTenant } from '../tenants/add-tenant.ts'
import { azureCommands, portalSteps, type AppWalk } from '../tenants/app-walk.ts'
import { addEntryOptions, type EntryOptions } from '../tenants/entry-options.ts'
import { openWished } from '../tenants/open-tenant.ts'
import { printReport, whose } from '../tenants/print-report.ts'
import { printTable } from '../tenants/print-table.ts'
import type { ShellName } from '../tenants/shells.ts'
import { count } from '../words.ts'

const print = (cli: Cli, lines: readonly string[]): void => void cli.stdout.write(`${lines.join('\n')}\n`)

const place = (ref: SecretRef): string =>
  'env' in ref ? `variable ${ref.env}` : 'keyring' in ref ? `keyring ${ref.keyring}` : `file ${ref.file}`

const signsIn = (credential: CredentialConfig): string => {
  if (credential.kind === 'secret') return `secret (${place(credential.secret)})`
  if (credential.kind === 'certificate') return `certificate (${place(credential.certificate)})`
  if (credential.kind === 'token') return `token (variable ${credential.env})`
  return credential.kind
}

const tellAdded = ({ name, config, written, report }: AddedTenant, cli: Cli): void => {
  if (report)
    cli.say(
      `Signed in to ${whose(report)}${report.users === undefined ? '' : `: ${count(report.users)} users, size ${report.size}`}.`,
    )
  cli.say(`Signing in: ${signsIn(config.credential)}.`)
  if (written.outcome === 'refused') {
    cli.say(`${written.file} was left as it is, since ${written.why}. Add this to its tenants:`)
    print(cli, [`${written.entry},`])
    cli.exit(1)
    return
  }
  cli.say(`${written.outcome === 'created' ? 'Wrote' : 'Added it to'} ${written.file}.`)
  cli.say(`Next: entrapipe tenants check --tenant ${name} --for export users`)
}

const addAdd = (tenants: Command, cli: Cli): void => {
  const command = tenants
    .command('add')
    .summary('add a tenant: asks, signs in, writes the configuration')
    .description(
      'Adds a tenant to entrapipe.config.ts. Asks for what the options leave open, signs in with it, and writes the entry when that works. A secret is asked for hidden and kept in the keyring or in a file of yours; it never stands on the command line.',
    )
    .argument('[name]', 'what the tenant is called here')
  addEntryOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  entrapipe tenants add
  entrapipe tenants add contoso --tenant-id contoso.onmicrosoft.com --client-id 66666666-7777-8888-9999-000000000000 --secret-env CONTOSO_SECRET
  entrapipe tenants add contoso --tenant-id contoso.onmicrosoft.com --client-id 66666666-7777-8888-9999-000000000000 --certificate app.pem
  entrapipe tenants add contoso --credential azure-cli`,
    )
    .action(async (name: string | undefined, options: EntryOptions) => {
      const added = await addTenant(name, options, cli)
      if (!cli.json()) return tellAdded(added, cli)
      print(cli, [JSON.stringify(added)])
      if (added.written.outcome === 'refused') cli.exit(1)
    })
}

const addList = (tenants: Command, cli: Cli): void => {
  tenants
    .command('list')
    .summary('the tenants of the configuration')
    .description(
      'Lists the tenants of the configuration: what they are called, and how each signs in. Nothing is asked of them.',
    )
    .addHelpText('after', '\nExamples:\n  entrapipe tenants list\n  entrapipe tenants list --json')
    .action(async () => {
      const loaded = await loadConfig(cli.environment, cli.config())
      const entries = Object.entries<TenantConfig>(loaded?.config.tenants ?? {})
      const cloudOf = ({ cloud }: TenantConfig) => cloud ?? loaded?.config.defaults?.cloud ?? 'global'
      if (cli.json())
        return print(cli, [
          JSON.stringify({
            ...(loaded && { file: loaded.file }),
            tenants: entries.map(([name, tenant]) => ({ name, ...tenant, cloud: cloudOf(tenant) })),
          }),
        ])
      cli.say(
        loaded
          ? `${loaded.file}${entries.length === 1 ? ' (its one tenant is the default for reading)' : ''}`
          : 'No configuration here yet: add a tenant with `entrapipe tenants add`, or try --tenant sandbox.',
      )
      if (entries.length > 0)
        print(
          cli,
          printTable(
            entries.map(([name, tenant]) => [name, tenant.tenantId, cloudOf(tenant), signsIn(tenant.credential)]),
          ),
        )
    })
}

const addCheck = (tenants: Command, cli: Cli): void => {
  const command = tenants
    .command('check')
    .summary('sign in to a tenant, and compare its rights with what you want to do')
    .description(
      "Signs in and shows the tenant's name and domains, its size and quotas, and which permissions are missing or in excess. Reads no data. Exit status 6 when one is missing.",
    )
    .option('--for <operation...>', 'what you want to do: "export users", or families such as export,members')
  addTenantOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  entrapipe tenants check --tenant contoso --for export users\n  entrapipe tenants check --auth azure-cli --for export,members',
    )
    .action(async ({ for: words = [], ...wish }: TenantOptions & { readonly for?: readonly string[] }) => {
      const operations = findOperations(words)
      const { graph, settings } = await openWished(wish, cli)
      try {
        const report = await inspectTenant(graph, operations, settings.quotas, cli.signal)
        print(cli, cli.json() ? [JSON.stringify(report)] : printReport(report))
        if (report.rights.missing.length > 0) cli.exit(6)
      } finally {
        await graph.close()
      }
    })
}

interface AppOptions {
  readonly for: readonly string[]
  readonly delegated?: boolean
  readonly name: string
  readonly cloud: CloudName
  readonly shell?: ShellName
}

const addApp = (tenants: Command, cli: Cli): void => {
  tenants
    .command('app')
    .summary('the app registration that operations need, step by step')
    .description(
      'Prints the app registration for what you want to do, with the least permissions: step by step in the portal, and as commands of the Azure CLI. It changes nothing.',
    )
    .requiredOption('--for <operation...>', 'what you want to do: "export users", or families such as export,members')
    .option('--delegated', 'for people who sign in, instead of an app of its own')
    .option('--name <name>', 'what the app and the tenant are called', 'entrapipe')
    .addOption(new Option('--cloud <name>', 'the national cloud').choices(Object.keys(clouds)).default('global'))
    .addOption(new Option('--shell <shell>', 'how the commands are written').choices(['bash', 'powershell']))
    .addHelpText(
      'after',
      '\nExamples:\n  entrapipe tenants app --for export,members\n  entrapipe tenants app --for export users --delegated --shell powershell',
    )
    .action(({ for: words, delegated, name, cloud, shell }: AppOptions) => {
      const walk: AppWalk = {
        name,
        kind: delegated ? 'delegated' : 'application',
        cloud,
        shell: shell ?? (cli.environment.platform === 'win32' ? 'powershell' : 'bash'),
      }
      const app = appRegistration(findOperations(words), walk.kind)
      const [steps, commands] = [portalSteps(app, walk), azureCommands(app, walk)]
      if (cli.json()) return print(cli, [JSON.stringify({ ...app, steps, commands })])
      print(cli, [
        `An app registration for ${app.operations.join(', ')}`,
        '',
        ...steps,
        '',
        `The same with the Azure CLI (${walk.shell}); Microsoft Graph is ${app.graphAppId} in every tenant:`,
        '',
        ...commands,
      ])
    })
}

const add: CommandModule = (program, cli) => {
  const tenants = program
    .command('tenants')
    .summary('add, list and check tenants; what their app needs')
    .description(
      'Tenants of the configuration: add one, list them, check what one may do, and see what app registration it needs.',
    )
  for (const one of [addAdd, addList, addCheck, addApp]) one(tenants, cli)
}
export default add
