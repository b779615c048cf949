import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { TenantSettings } from '../../tenants/choose-tenant.ts'
import { customerRelationships, isOfCustomer } from '../../tenants/connect.ts'
import { inspectTenant, type TenantReport } from '../../tenants/inspect-tenant.ts'
import { allOperations } from '../../tenants/operations.ts'
import { accessBy } from '../../tenants/partner-access.ts'
import type { Cli } from '../cli.ts'
import type { TenantOptions } from '../options/tenant-options.ts'
import { openWished, readerOptions } from './open-tenant.ts'
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
    const inspected = await inspectTenant(graph, operations, settings.quotas, cli.signal)
    const report = await withAccess(inspected, settings, cli)
    if (report.rights.missing.length > 0) cli.exit(6)
    await printLines(cli, cli.json() ? [JSON.stringify(report)] : printReport(report))
  } finally {
    await graph.close()
  }
}

/** Adds when the access of a partner ends, as the partner's tenant has it. */
const withAccess = async (report: TenantReport, settings: TenantSettings, cli: Cli): Promise<TenantReport> => {
  if (!isOfCustomer(settings)) return report
  const { name, id } = report.tenant
  try {
    const found = await customerRelationships(name, { ...settings, tenantId: id }, readerOptions(cli))
    return { ...report, ...given({ delegatedAccess: accessBy(found, cli.clock.now()) }) }
  } catch (error) {
    if (!(error instanceof EntrapipeError) || cli.signal.aborted) throw error
    const what = 'when the delegated access ends (DelegatedAdminRelationship.Read.All in the tenant of the partner)'
    return { ...report, unread: [...report.unread, what] }
  }
}
