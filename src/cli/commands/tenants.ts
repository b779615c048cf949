import { Option, type Command } from 'commander'
import { clouds } from '../../data/clouds.ts'
import type { Cli, CommandModule } from '../cli.ts'
import { occurrences } from '../options/occurrences.ts'
import { each } from '../options/values.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'
import {
  addCredentialOptions,
  addEntryOptions,
  type CredentialOptions,
  type EntryOptions,
} from '../tenants/entry-options.ts'
import type { AppOptions } from '../tenants/print-app.ts'

const addAdd = (tenants: Command, cli: Cli): void => {
  const command = tenants
    .command('add')
    .summary('add a tenant to the configuration')
    .description(
      'Adds a tenant to the nearest entrapipe.config.ts, in this folder or above it, or creates one here; --config names another file. Asks for what the options leave out, signs in, then writes the entry. A secret is typed without echo and stored in the keyring or in a private file. It is never given on the command line.',
    )
    .argument('[name]', 'name of the tenant in the configuration')
  addEntryOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  entrapipe tenants add
  entrapipe tenants add contoso --tenant-id contoso.onmicrosoft.com --client-id 66666666-7777-8888-9999-000000000000 --secret-env CONTOSO_SECRET
  entrapipe tenants add contoso --tenant-id contoso.onmicrosoft.com --client-id 66666666-7777-8888-9999-000000000000 --certificate app.pem
  entrapipe tenants add contoso --credential azure-cli

An entry in entrapipe.config.ts:
  export default {
    tenants: {
      contoso: {
        tenantId: '11111111-2222-3333-4444-555555555555',
        clientId: '66666666-7777-8888-9999-000000000000',
        credential: { kind: 'secret', secret: { env: 'CONTOSO_SECRET' } },
        approval: 'second-person',
        protect: { users: ['ceo@contoso.com'], groups: ['Board'], roles: ['Helpdesk Administrator'] },
        lagBound: 120,
      },
    },
  }

Other credentials: { kind: 'certificate', certificate: { file: 'app.pem' } }, or a kind that needs no secret, such as
{ kind: 'azure-cli' }. An entry may also have cloud, graphUrl, authorityUrl, caFile, quotas and tags. All but tenantId and tags may stand in
defaults: { … }, for all tenants: also clientId and credential, of one app for many tenants (see docs/tenants.md). approval, protect and lagBound are about changes: see docs/changing.md.`,
    )
    .action(async (name: string | undefined, options: EntryOptions) => {
      const { addTenant } = await import('../tenants/add-tenant.ts')
      await addTenant(name, options, cli)
    })
}

const addUpdate = (tenants: Command, cli: Cli): void => {
  const command = tenants
    .command('update')
    .summary('change how a tenant signs in, or rotate its secret')
    .description(
      'Rotates the secret of a tenant, or changes how it signs in. Signs in with the new credential first, and changes the configuration only if that works. Asks for a secret at the terminal, or reads it from stdin; it is never given on the command line. Finally, removes the old secret if entrapipe stored it.',
    )
    .argument('<name>', 'name of the tenant in the configuration')
  addCredentialOptions(command)
    .option('--no-certificate-password', "the new certificate's private key has no password")
    .option('--no-check', 'write the entry without signing in; only files are checked')
    .addHelpText(
      'after',
      `
Examples:
  entrapipe tenants update contoso
  entrapipe tenants update contoso --secret-stdin < new-secret.txt
  entrapipe tenants update contoso --certificate new.pem`,
    )
    .action(async (name: string, options: CredentialOptions) => {
      const { updateTenant } = await import('../tenants/update-tenant.ts')
      await updateTenant(name, options, cli)
    })
}

const addList = (tenants: Command, cli: Cli): void => {
  tenants
    .command('list')
    .summary('list the tenants in the configuration')
    .description('Lists the tenants in the configuration, how each signs in, and its tags. Sends no request.')
    .option('--tag <tag>', 'only tenants with this tag; can be repeated', each)
    .addHelpText('after', '\nExamples:\n  entrapipe tenants list\n  entrapipe tenants list --tag emea --json')
    .action(async ({ tag }: { readonly tag?: readonly string[] }) => {
      const { listTenants } = await import('../tenants/list-tenants.ts')
      await listTenants(cli, tag)
    })
}

const addRemove = (tenants: Command, cli: Cli): void => {
  tenants
    .command('remove')
    .summary('remove a tenant from the configuration')
    .description(
      'Removes the entry of a tenant from the configuration, and its secret if entrapipe stored it. Asks for confirmation first. Keeps secrets in variables and in your own files, and the app registration.',
    )
    .argument('<name>', 'name of the tenant in the configuration')
    .option('--yes', 'remove without confirmation')
    .addHelpText('after', '\nExamples:\n  entrapipe tenants remove contoso\n  entrapipe tenants remove contoso --yes')
    .action(async (name: string, { yes = false }: { readonly yes?: boolean }) => {
      const { removeTenant } = await import('../tenants/remove-tenant.ts')
      await removeTenant(name, yes, cli)
    })
}

const addCheck = (tenants: Command, cli: Cli): void => {
  const command = tenants
    .command('check')
    .summary('sign in to a tenant and check its permissions')
    .description(
      "Signs in and shows the tenant's name and domains, its size and quotas, and which permissions are missing or not needed. Reads no rows. Exits with status 6 if a permission is missing.",
    )
    .option('--for <operation...>', 'operations you need: "export users", or families such as export or members')
  addTenantOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  entrapipe tenants check --tenant contoso --for export users\n  entrapipe tenants check --auth azure-cli --for export users,members',
    )
    .action(async ({ for: _, ...wish }: TenantOptions & { readonly for?: readonly string[] }, of: Command) => {
      const { checkTenant } = await import('../tenants/check-tenant.ts')
      await checkTenant(occurrences(of, '--for'), wish, cli)
    })
}

const addApp = (tenants: Command, cli: Cli): void => {
  tenants
    .command('app')
    .summary('show how to register the app that operations need')
    .description(
      'Prints how to register an app with the least permissions for the operations you need: step by step in the portal, and as Azure CLI commands. Changes nothing.',
    )
    .requiredOption(
      '--for <operation...>',
      'operations you need: "export users", or families such as export or members',
    )
    .option('--delegated', 'register the app for signed-in users (delegated permissions)')
    .option('--name <name>', 'name of the app and of the tenant in the configuration', 'entrapipe')
    .addOption(new Option('--cloud <name>', 'national cloud').choices(Object.keys(clouds)).default('global'))
    .addOption(new Option('--shell <shell>', 'shell that will run the commands').choices(['bash', 'powershell']))
    .addHelpText(
      'after',
      '\nExamples:\n  entrapipe tenants app --for export users,members\n  entrapipe tenants app --for export users --delegated --shell powershell',
    )
    .action(async (options: Omit<AppOptions, 'for'>, command: Command) => {
      const { printApp } = await import('../tenants/print-app.ts')
      await printApp({ ...options, for: occurrences(command, '--for') }, cli)
    })
}

const addConsent = (tenants: Command, cli: Cli): void => {
  tenants
    .command('consent')
    .summary('print consent links for tenants that have not consented to their app')
    .description(
      'Signs in to all tenants of the configuration, or to those that are named, and prints for each that has not consented to its app the link at which an administrator of that tenant consents. The app needs a redirect URI, to which the administrator is sent afterwards. Exits with status 6 if consent is missing or not known.',
    )
    .argument('[name...]', 'names of tenants in the configuration')
    .addHelpText(
      'after',
      '\nExamples:\n  entrapipe tenants consent\n  entrapipe tenants consent contoso fabrikam --json',
    )
    .action(async (names: readonly string[]) => {
      const { consentTenants } = await import('../tenants/consent-tenants.ts')
      await consentTenants(names, cli)
    })
}

const add: CommandModule = (program, cli) => {
  const tenants = program
    .command('tenants')
    .summary('add, update, list, check and remove tenants; show the app they need, and where to consent to it')
    .description(
      'Adds, updates, lists and removes tenants in the configuration, checks their permissions and consent, and prints how to register the app that they need.',
    )
  for (const one of [addAdd, addUpdate, addList, addRemove, addCheck, addConsent, addApp]) one(tenants, cli)
}
export default add
