import { memoryBudget } from '../../graph/memory-budget.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import type { TenantSettings, TenantWish } from '../../tenants/choose-tenant.ts'
import { openGraph, type ConnectOptions } from '../../tenants/connect.ts'
import type { SecretRef } from '../../tenants/config.ts'
import type { Cli } from '../cli.ts'
import { wishedTenant } from '../running/connection.ts'
import { given } from '../../core/given.ts'

/** Shorter than for a run. */
const waitBudgetMs = 60_000

/** Options of a read-only client. */
export const readerOptions = (cli: Cli): ConnectOptions => ({
  environment: cli.environment,
  clock: cli.clock,
  budget: memoryBudget(cli.clock),
  readOnly: true,
  tell: cli.say,
  signal: cli.signal,
  waitBudgetMs,
})

/** A read-only client. It keeps its own quota, not that of runs, since a check sends only a few requests. */
export const openReader = async (
  name: string,
  settings: TenantSettings,
  cli: Cli,
  secretOf?: (ref: SecretRef) => Promise<string>,
): Promise<GraphClient> => await openGraph(name, settings, { ...readerOptions(cli), ...given({ secretOf }) })

/** A read-only client of the tenant that a command asks for. The sandbox is started if needed. */
export const openWished = async (
  wish: TenantWish,
  cli: Cli,
): Promise<{ readonly graph: GraphClient; readonly settings: TenantSettings }> => {
  const { name, settings } = await wishedTenant(wish, cli)
  return { graph: await openReader(name, settings, cli), settings }
}
