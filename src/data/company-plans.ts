import { planIdOf } from './sku-catalogue.ts'

/**
 * Plans that Microsoft's pages show with `appliesTo: Company`: they belong to the tenant, and nobody can turn them on or off for a user. The
 * catalogue does not say so; a tenant's own `subscribedSkus` do, and are believed first.
 *
 * @see https://learn.microsoft.com/microsoft-365/enterprise/cross-tenant-mailbox-migration all plans of Microsoft 365 E5
 * @see https://learn.microsoft.com/graph/api/subscribedsku-list EXCHANGE_S_FOUNDATION
 */
const names = [
  'ATP_ENTERPRISE',
  'ContentExplorer_Standard',
  'Content_Explorer',
  'EXCHANGE_S_FOUNDATION',
  'INTUNE_O365',
  'M365_LIGHTHOUSE_CUSTOMER_PLAN1',
  'MICROSOFT_SEARCH',
  'Nucleus',
] as const

let kept: ReadonlySet<string> | undefined

/** Ids of plans, in lower case, that are known to be for the whole tenant. */
export const companyPlans = (): ReadonlySet<string> => (kept ??= new Set(names.map(planIdOf)))
