import { Option, type Command } from 'commander'
import { bareAuth, type BareAuth } from '../../tenants/choose-tenant.ts'

/** What the flags of `addTenantOptions` say. */
export interface TenantOptions {
  readonly tenant?: string
  readonly auth?: BareAuth
}

/** Adds the options that say which directory is meant. */
export const addTenantOptions = (command: Command): Command =>
  command
    .option('--tenant <name>', 'which directory: a name of the configuration, or sandbox')
    .addOption(new Option('--auth <kind>', 'sign in without a configuration').choices([...bareAuth]))
