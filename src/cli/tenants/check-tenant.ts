import { inspectTenant } from '../../tenants/inspect-tenant.ts'
import { allOperations } from '../../tenants/operations.ts'
import type { Cli } from '../cli.ts'
import type { TenantOptions } from '../options/tenant-options.ts'
import { openWished } from './open-tenant.ts'
import { printLines } from '../command-line/print.ts'
import { printReport } from './print-report.ts'

/** `entrapipe tenants check`: signs in and compares permissions. Exit status 6 if one is missing. */
export const checkTenant = async (
  asked: readonly (readonly string[])[],
  wish: TenantOptions,
  cli: Cli,
): Promise<void> => {
  const operations = allOperations(asked)
  const { graph, settings } = await openWished(wish, cli)
  try {
    const report = await inspectTenant(graph, operations, settings.quotas, cli.signal)
    if (report.rights.missing.length > 0) cli.exit(6)
    await printLines(cli, cli.json() ? [JSON.stringify(report)] : printReport(report))
  } finally {
    await graph.close()
  }
}
