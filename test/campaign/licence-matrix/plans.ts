import { catalogueSku, isOfCompany } from '../../../src/sandbox/directory/licences/skus.ts'
import type { Owned } from './desk.ts'

/** Names of the plans of a product that can be turned off. */
export const plansOf = (sku: Owned): readonly string[] =>
  catalogueSku(sku)!
    .plans.map(({ servicePlanName }) => servicePlanName)
    .filter(name => !isOfCompany(name))

/** All of them but these. */
export const allBut = (sku: Owned, ...on: readonly string[]): readonly string[] =>
  plansOf(sku).filter(name => !on.includes(name))

const idsOf = (sku: Owned): ReadonlyMap<string, string> =>
  new Map(catalogueSku(sku)!.plans.map(({ servicePlanName, servicePlanId }) => [servicePlanName, servicePlanId]))

/** Ids of plans by name. */
export const planIds = (sku: Owned, names: readonly string[]): readonly string[] =>
  names.map(name => idsOf(sku).get(name)!)

export const skuId = (sku: Owned): string => catalogueSku(sku)!.skuId

/**
 * Which plans of a product go on with one of another, where it is not the same plan: read from Microsoft's catalogue by hand, with what the
 * plans are called there.
 */
const followers: Readonly<Record<string, readonly (readonly [old: string, ...next: string[]])[]>> = {
  'SPE_E3 SPE_E5': [
    ['WHITEBOARD_PLAN2', 'WHITEBOARD_PLAN3'],
    ['BPOS_S_TODO_2', 'BPOS_S_TODO_3'],
    ['DYN365_CDS_O365_P2', 'DYN365_CDS_O365_P3'],
    ['ADALLOM_S_DISCOVERY', 'ADALLOM_S_O365', 'ADALLOM_S_STANDALONE'],
    ['POWERAPPS_O365_P2', 'POWERAPPS_O365_P3'],
    ['POWER_VIRTUAL_AGENTS_O365_P2', 'POWER_VIRTUAL_AGENTS_O365_P3'],
    ['FLOW_O365_P2', 'FLOW_O365_P3'],
    ['PROJECT_O365_P2', 'PROJECT_O365_P3'],
    ['CDS_O365_P2', 'CDS_O365_P3'],
    ['STREAM_O365_E3', 'STREAM_O365_E5'],
    ['KAIZALA_O365_P3', 'KAIZALA_STANDALONE'],
    ['FORMS_PLAN_E3', 'FORMS_PLAN_E5'],
    ['MDE_LITE', 'WINDEFATP'],
  ],
  'SPB SPE_E3': [
    ['POWERAPPS_O365_P1', 'POWERAPPS_O365_P2'],
    ['FLOW_O365_P1', 'FLOW_O365_P2'],
    ['POWER_VIRTUAL_AGENTS_O365_P3', 'POWER_VIRTUAL_AGENTS_O365_P2'],
    ['SHAREPOINTSTANDARD', 'SHAREPOINTENTERPRISE'],
    ['STREAM_O365_E1', 'STREAM_O365_E3'],
    ['PROJECT_O365_P3', 'PROJECT_O365_P2'],
    ['DYN365_CDS_O365_P3', 'DYN365_CDS_O365_P2'],
    ['WINBIZ', 'WIN10_PRO_ENT_SUB'],
    ['WHITEBOARD_PLAN1', 'WHITEBOARD_PLAN2'],
    ['BPOS_S_TODO_1', 'BPOS_S_TODO_2'],
    ['MDE_SMB', 'MDE_LITE'],
    ['CDS_O365_P3', 'CDS_O365_P2'],
    ['EXCHANGE_S_STANDARD', 'EXCHANGE_S_ENTERPRISE'],
    ['KAIZALA_O365_P2', 'KAIZALA_O365_P3'],
    ['FORMS_PLAN_E1', 'FORMS_PLAN_E3'],
    ['OFFICE_BUSINESS', 'OFFICESUBSCRIPTION'],
  ],
  'M365_F1 SPE_F1': [['RMS_S_ENTERPRISE_GOV', 'RMS_S_ENTERPRISE']],
}

/** Whether a plan of the new product goes on with this one of the old product. */
export const goesOn = (old: Owned, plan: string, to: Owned, next: string): boolean =>
  plan === next || (followers[`${old} ${to}`] ?? []).some(([from, ...others]) => from === plan && others.includes(next))
