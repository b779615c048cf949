import type { GraphClient } from '../../graph/create-graph.ts'
import { chooseTenant, type TenantWish } from '../../tenants/choose-tenant.ts'
import { openGraph } from '../../tenants/connect.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import { sandboxPace, sandboxSettings } from '../../tenants/sandbox-settings.ts'
import type { Cli } from '../cli.ts'
import { embeddedSandbox } from './embedded-sandbox.ts'
import { duration } from '../report/words.ts'

/** A shorter wait is over before it is read. */
const worthTellingMs = 5000

/**
 * A client of the directory that is wished for; starts the sandbox when that is the one. It only reads unless `writes`.
 *
 * @throws EntrapipeError `TENANT_MISSING`, `TENANT_UNKNOWN`, `CONFIG_INVALID`, `SECRET_MISSING`, `SECRET_EXPOSED`,
 *   `SANDBOX_UNAVAILABLE`
 */
export const connect = async (wish: TenantWish, cli: Cli, quiet = false): Promise<GraphClient> => {
  const { environment, clock, signal } = cli
  const isSandbox = wish.tenant?.toLowerCase() === 'sandbox'
  const chosen = chooseTenant(isSandbox ? undefined : await loadConfig(environment, cli.config()), wish, environment)
  const sandbox = 'settings' in chosen ? undefined : await embeddedSandbox(cli, quiet)
  const settings = 'settings' in chosen ? chosen.settings : sandboxSettings(sandbox!)
  return openGraph(chosen.name, settings, {
    ...(sandbox && sandboxPace(sandbox)),
    environment,
    clock,
    budget: (await cli.store()).budget,
    readOnly: wish.writes !== true,
    tell: line => cli.say(line),
    signal,
    onEvent(event) {
      if (event.kind === 'retry' && event.waitMs >= worthTellingMs && !quiet && !cli.json())
        cli.say(`Retrying ${event.path} in ${duration(event.waitMs)}: ${event.why}.`)
    },
  })
}
