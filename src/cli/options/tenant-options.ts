import { Option, type Command } from 'commander'
import { bareAuth, type BareAuth } from '../../tenants/choose-tenant.ts'

/** Values of the options that `addTenantOptions` adds. */
export interface TenantOptions {
  readonly tenant?: string
  readonly auth?: BareAuth
}

/** Adds the options that select a tenant. */
export const addTenantOptions = (command: Command): Command =>
  command.option('--tenant <name>', 'tenant to use: its name in the configuration, or sandbox').addOption(authOption())

/** The option that selects how to sign in. */
export const authOption = (): Option =>
  new Option('--auth <kind>', 'sign in this way, without a configuration').choices([...bareAuth])
