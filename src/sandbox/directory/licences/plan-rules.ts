/** A service plan of a product, as rules name it. */
export interface PlanName {
  readonly servicePlanId: string
  readonly servicePlanName: string
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/**
 * Of the plans of one line, a user can have one.
 *
 * @see https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference#service-plans-that-cannot-be-assigned-at-the-same-time
 */
const exclusive: readonly (readonly string[])[] = [
  'CRMPLAN1 CRMPLAN2 CRMSTANDARD DYN365_ENTERPRISE_CUSTOMER_SERVICE DYN365_ENTERPRISE_P1 DYN365_ENTERPRISE_P1_IW DYN365_ENTERPRISE_SALES DYN365_ENTERPRISE_TEAM_MEMBERS EMPLOYEE_SELF_SERVICE',
  'EXCHANGE_B_STANDARD EXCHANGE_L_STANDARD EXCHANGE_S_ARCHIVE EXCHANGE_S_DESKLESS EXCHANGE_S_ENTERPRISE EXCHANGE_S_ESSENTIALS EXCHANGE_S_STANDARD EXCHANGE_S_STANDARD_MIDMARKET',
  'RMS_S_ENTERPRISE RMS_S_ENTERPRISE_GOV',
  'INTUNE_A INTUNE_A_VL INTUNE_B',
  'ONEDRIVEENTERPRISE SHAREPOINT_S_DEVELOPER SHAREPOINTDESKLESS SHAREPOINTENTERPRISE SHAREPOINTENTERPRISE_EDU SHAREPOINTENTERPRISE_MIDMARKET SHAREPOINTLITE SHAREPOINTSTANDARD SHAREPOINTSTANDARD_EDU SHAREPOINTSTANDARD_YAMMERSHADOW',
  'MCOIMP MCOSTANDARD_MIDMARKET MCOSTANDARD MCOLITE',
  'MCOPSTN1 MCOPSTN2 MCOPSTN5',
  'YAMMER_ENTERPRISE YAMMER_EDU YAMMER_MIDSIZE',
  // Of the sandbox alone, so that clients meet conflicts that no document names.
  'FLOW_P2_VIRAL FLOW_O365_P3',
  'WINBIZ WIN10_PRO_ENT_SUB',
].map(words)

/**
 * Pairs that were exclusive. One product has the last one.
 *
 * @see https://learn.microsoft.com/entra/identity/users/licensing-groups-resolve-problems#conflicting-service-plans
 * @see https://github.com/MicrosoftDocs/azure-docs/issues/94140
 */
const allowed: readonly (readonly string[])[] = [
  'EXCHANGE_S_STANDARD EXCHANGE_S_ENTERPRISE',
  'DYN365_ENTERPRISE_CUSTOMER_SERVICE DYN365_ENTERPRISE_P1',
  'DYN365_ENTERPRISE_CUSTOMER_SERVICE DYN365_ENTERPRISE_SALES',
].map(words)

const exchange = 'EXCHANGE_S_STANDARD EXCHANGE_S_ENTERPRISE EXCHANGE_S_DESKLESS'
const meetings = 'MCOSTANDARD TEAMS1'
const sharePoint =
  'SHAREPOINTSTANDARD SHAREPOINTENTERPRISE SHAREPOINTDESKLESS ONEDRIVESTANDARD ONEDRIVEENTERPRISE ONEDRIVE_BASIC'

/**
 * The plans of which one must be there for another: as captured, or as Microsoft's pages on the products say. Which plans count is
 * unconfirmed; the last ones are of the sandbox alone.
 *
 * @see https://learn.microsoft.com/entra/fundamentals/licensing-groups-resolve-problems#manage-licenses-for-products-with-prerequisites
 */
const needed: ReadonlyMap<string, readonly string[]> = new Map(
  (
    [
      ['WORKPLACE_ANALYTICS', 'EXCHANGE_S_STANDARD EXCHANGE_S_ENTERPRISE'],
      ['THREAT_INTELLIGENCE', exchange],
      ['ATP_ENTERPRISE', exchange],
      ['EXCHANGE_S_ARCHIVE_ADDON', exchange],
      ['BPOS_S_DlpAddOn', exchange],
      ['EQUIVIO_ANALYTICS', exchange],
      ['LOCKBOX_ENTERPRISE', exchange],
      ['EXCHANGE_ANALYTICS', exchange],
      ['MCOMEETADV', meetings],
      ['MCOEV', meetings],
      ['MCOPSTN1', 'MCOEV'],
      ['MCOPSTN2', 'MCOEV'],
      ['MCOPSTN5', 'MCOEV'],
      ['SHAREPOINT_PROJECT', 'SHAREPOINTENTERPRISE'],
      ['SHAREPOINTWAC', sharePoint],
      ['MYANALYTICS_P2', exchange],
    ] as const
  ).map(([plan, of]) => [plan, words(of)]),
)

/** Two enabled plans that exclude each other. */
export const conflictIn = (plans: readonly PlanName[]): readonly [PlanName, PlanName] | undefined => {
  const byName = new Map(plans.map(plan => [plan.servicePlanName, plan]))
  for (const group of exclusive) {
    const found = group.flatMap(name => byName.get(name) ?? [])
    for (const [at, one] of found.entries())
      for (const other of found.slice(at + 1))
        if (!allowed.some(pair => pair.includes(one.servicePlanName) && pair.includes(other.servicePlanName)))
          return [one, other]
  }
  return undefined
}

/** An enabled plan without one of those that it depends on. */
export interface Lack {
  readonly plan: PlanName
  /** Names of the plans of which one would do. */
  readonly needs: readonly string[]
}

/** The first enabled plan that lacks what it depends on. */
export const lackIn = (plans: readonly PlanName[]): Lack | undefined => {
  const names = new Set(plans.map(plan => plan.servicePlanName))
  for (const plan of plans) {
    const needs = needed.get(plan.servicePlanName)
    if (needs && !needs.some(name => names.has(name))) return { plan, needs }
  }
  return undefined
}

/**
 * Countries in which nothing is sold.
 *
 * @see https://learn.microsoft.com/microsoft-365/admin/manage/licensing-by-country
 */
const prohibited: ReadonlySet<string> = new Set(['CU', 'IR', 'KP', 'SY'])

/** Whether licences can be used in a country. */
export const isSoldIn = (country: unknown): boolean => typeof country !== 'string' || !prohibited.has(country)
