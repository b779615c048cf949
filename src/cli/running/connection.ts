import { chooseTenant, sandboxName, type TenantSettings, type TenantWish } from '../../tenants/choose-tenant.ts'
import type { ConnectOptions } from '../../tenants/connect.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import { sandboxPace, sandboxSettings, type SandboxConnection } from '../../tenants/sandbox-settings.ts'
import type { Cli } from '../cli.ts'
import { duration } from '../report/words.ts'
import { embeddedSandbox } from './embedded-sandbox.ts'

interface WishedTenant {
  readonly name: string
  readonly settings: TenantSettings
  /** Present if the tenant is the sandbox. */
  readonly sandbox?: SandboxConnection
}

/**
 * The tenant that a command asks for. The sandbox is started if needed.
 *
 * @throws EntrapipeError `TENANT_MISSING`, `TENANT_UNKNOWN`, `CONFIG_INVALID`, `SANDBOX_UNAVAILABLE`
 */
export const wishedTenant = async (wish: TenantWish, cli: Cli, quiet = false): Promise<WishedTenant> => {
  const isSandbox = wish.tenant?.toLowerCase() === sandboxName
  // The sandbox has settings of its own, but a configuration that is named must exist.
  const loaded = isSandbox && cli.config() === undefined ? undefined : await loadConfig(cli.environment, cli.config())
  const chosen = chooseTenant(loaded, wish, cli.environment)
  if ('settings' in chosen) return chosen
  const sandbox = await embeddedSandbox(cli, quiet)
  return { name: chosen.name, settings: sandboxSettings(sandbox), sandbox }
}

/** Shorter waits are not reported: they end before the message is read. */
const reportedWaitMs = 5000

/** The tenant options of a command, and how its client changes the directory. */
export interface ConnectionWish extends TenantWish {
  /** Whether nothing is sent: the client of a command that `writes` is then read-only, too. */
  readonly dryRun?: boolean | undefined
  /** The share of the tenant's write quotas to use. */
  readonly writeShare?: number | undefined
}

/** The share of the write quotas that a command uses, so that other users of the app are not stopped. */
const usualWriteShare = 0.5

/**
 * What `openGraph` needs for the client of a run. The client is read-only unless the command `writes`.
 *
 * @throws EntrapipeError as `wishedTenant`
 */
export const connectionOf = async (
  wish: ConnectionWish,
  cli: Cli,
  quiet = false,
): Promise<readonly [name: string, settings: TenantSettings, options: ConnectOptions]> => {
  const { environment, clock, signal } = cli
  const { name, settings, sandbox } = await wishedTenant(wish, cli, quiet)
  return [
    name,
    settings,
    {
      ...(sandbox && sandboxPace(sandbox)),
      environment,
      clock,
      budget: (await cli.store()).budget,
      readOnly: wish.writes !== true || wish.dryRun === true,
      writeShare: wish.writeShare ?? Math.min(usualWriteShare, settings.quotas?.share ?? 1),
      tell: line => cli.say(line),
      signal,
      onEvent(event) {
        if (event.kind === 'retry' && event.waitMs >= reportedWaitMs && !quiet && !cli.json())
          cli.say(`Retrying ${event.path} in ${duration(event.waitMs)}: ${event.why}.`)
      },
    },
  ]
}
