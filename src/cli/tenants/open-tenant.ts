import { memoryBudget } from '../../graph/memory-budget.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import { chooseTenant, sandboxName, type TenantSettings, type TenantWish } from '../../tenants/choose-tenant.ts'
import { openGraph } from '../../tenants/connect.ts'
import type { SecretRef } from '../../tenants/config.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import { sandboxSettings } from '../../tenants/sandbox-settings.ts'
import type { Cli } from '../cli.ts'
import { embeddedSandbox } from '../running/embedded-sandbox.ts'
import { given } from '../../core/given.ts'

/** A question about a tenant is given up sooner than a run. */
const waitBudgetMs = 60_000

/** A client that only looks. It spends from a quota of its own: a check is a few requests. */
export const openReader = async (
  name: string,
  settings: TenantSettings,
  cli: Cli,
  secretOf?: (ref: SecretRef) => Promise<string>,
): Promise<GraphClient> =>
  await openGraph(name, settings, {
    environment: cli.environment,
    clock: cli.clock,
    budget: memoryBudget(cli.clock),
    readOnly: true,
    tell: cli.say,
    signal: cli.signal,
    waitBudgetMs,
    ...given({ secretOf }),
  })

/** The tenant that is wished for; the sandbox is started when that is the one. */
export const openWished = async (
  wish: TenantWish,
  cli: Cli,
): Promise<{ readonly graph: GraphClient; readonly settings: TenantSettings }> => {
  const isSandbox = wish.tenant?.toLowerCase() === sandboxName
  const loaded = isSandbox ? undefined : await loadConfig(cli.environment, cli.config())
  const chosen = chooseTenant(loaded, wish, cli.environment)
  const settings = 'settings' in chosen ? chosen.settings : sandboxSettings(await embeddedSandbox(cli))
  return { graph: await openReader(chosen.name, settings, cli), settings }
}
