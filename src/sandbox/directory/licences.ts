import type { CatalogueSku } from '../../data/sku-catalogue.ts'
import { catalogueSkus, serviceOf } from './sku-catalogue.ts'

/** Groups that assign licences: their members have the SKU through the group. */
export type LicensingGroup = 'LIC-M365-E3' | 'LIC-M365-F3'

interface Holding {
  readonly sku: string
  /** `direct`, the group, or both (which uses one unit). */
  readonly by: readonly ('direct' | LicensingGroup)[]
  readonly disabled?: readonly string[]
}

interface Bundle {
  /** Share of the users in percent, by licence rank. */
  readonly share: number
  readonly holdings: readonly Holding[]
}

const direct = (sku: string, disabled: readonly string[] = []): Holding => ({ sku, by: ['direct'], disabled })
const group = (sku: string, by: LicensingGroup): Holding => ({ sku, by: [by] })
const e3 = group('SPE_E3', 'LIC-M365-E3')
const f3 = group('SPE_F1', 'LIC-M365-F3')

/** In the order of licence ranks, so that each licensing group is one interval. */
const bundles: readonly Bundle[] = [
  { share: 7, holdings: [] },
  { share: 12, holdings: [direct('SPE_E5')] },
  { share: 2, holdings: [direct('SPE_E3', ['YAMMER_ENTERPRISE', 'SWAY']), direct('AAD_PREMIUM_P2')] },
  { share: 1, holdings: [direct('ENTERPRISEPACK'), direct('EMSPREMIUM')] },
  { share: 41, holdings: [e3] },
  { share: 4, holdings: [e3, direct('POWER_BI_PRO')] },
  { share: 3, holdings: [e3, direct('Microsoft_365_Copilot')] },
  { share: 2, holdings: [e3, direct('VISIOCLIENT')] },
  { share: 1, holdings: [e3, direct('PROJECTPROFESSIONAL')] },
  { share: 1, holdings: [{ sku: 'SPE_E3', by: ['direct', 'LIC-M365-E3'] }] },
  { share: 4, holdings: [e3, direct('FLOW_FREE')] },
  { share: 22, holdings: [f3] },
]

const partNumbers = [...new Set(bundles.flatMap(({ holdings }) => holdings.map(({ sku }) => sku)))]

/** Properties of users with one bundle. The `…Json` members are prepared texts into which the time of assignment is inserted. */
interface BundleFacts {
  readonly assignedLicenses: readonly { readonly disabledPlans: readonly string[]; readonly skuId: string }[]
  readonly assignedLicensesJson: string
  assignedPlans(at: string): readonly unknown[]
  assignedPlansJson(at: string): string
  readonly provisionedPlans: readonly unknown[]
  readonly provisionedPlansJson: string
  licenseAssignmentStates(at: string): readonly unknown[]
  licenseAssignmentStatesJson(at: string): string
  /** Distinct SKUs. Each uses one unit. */
  readonly skuIds: readonly string[]
}

/** The licences by licence rank, a permutation of the users that is independent of all other orders. */
export interface Licences {
  readonly skus: readonly CatalogueSku[]
  /** Index of the bundle at a licence rank. */
  bundleAt(licenceRank: number): number
  /** Ranks from `start` up to but not including `end` have a SKU through the group. */
  interval(by: LicensingGroup): { readonly start: number; readonly end: number }
  readonly bundles: readonly BundleFacts[]
}

/** The licences of `size` users. The catalogue is read by the first call that needs names or plans. */
export const licences = (size: number, groupId: (by: LicensingGroup) => string): Licences => {
  const ends: number[] = []
  let sum = 0
  for (const { share } of bundles) {
    sum += share
    ends.push(Math.round((sum / 100) * size))
  }
  let skus: readonly CatalogueSku[] | undefined
  let facts: readonly BundleFacts[] | undefined
  const catalogue = (): readonly CatalogueSku[] => (skus ??= catalogueSkus(partNumbers))
  return {
    get skus() {
      return catalogue()
    },
    bundleAt(licenceRank) {
      let index = 0
      while (licenceRank >= (ends[index] ?? Infinity)) index++
      return index
    },
    interval(by) {
      const holds = bundles.map(({ holdings }) => holdings.some(holding => holding.by.includes(by)))
      return { start: ends[holds.indexOf(true) - 1] ?? 0, end: ends[holds.lastIndexOf(true)] ?? 0 }
    },
    get bundles() {
      return (facts ??= bundles.map(({ holdings }) => factsOf(holdings, catalogue(), groupId)))
    },
  }
}

const mark = '{at}'

const factsOf = (
  holdings: readonly Holding[],
  skus: readonly CatalogueSku[],
  groupId: (by: LicensingGroup) => string,
): BundleFacts => {
  const held = holdings.map(({ sku, by, disabled = [] }) => {
    const found = skus.find(({ skuPartNumber }) => skuPartNumber === sku)
    const plans = found?.plans ?? []
    return {
      skuId: found?.skuId ?? '',
      by,
      disabledPlans: plans.filter(plan => disabled.includes(plan.servicePlanName)).map(plan => plan.servicePlanId),
      plans: plans.filter(plan => !disabled.includes(plan.servicePlanName)),
    }
  })
  const plans = new Map(held.flatMap(sku => sku.plans.map(plan => [plan.servicePlanId, plan.servicePlanName] as const)))
  const assignedLicenses = held.map(({ disabledPlans, skuId }) => ({ disabledPlans, skuId }))
  const assignedPlans = (assignedDateTime: string): readonly unknown[] =>
    [...plans].map(([servicePlanId, name]) => ({
      assignedDateTime,
      capabilityStatus: 'Enabled',
      service: serviceOf(name),
      servicePlanId,
    }))
  const licenseAssignmentStates = (lastUpdatedDateTime: string): readonly unknown[] =>
    held.flatMap(({ skuId, by, disabledPlans }) =>
      by.map(each => ({
        skuId,
        disabledPlans,
        assignedByGroup: each === 'direct' ? null : groupId(each),
        state: 'Active',
        error: 'None',
        lastUpdatedDateTime,
      })),
    )
  const provisionedPlans = [...new Set([...plans.values()].map(serviceOf))].map(service => ({
    capabilityStatus: 'Enabled',
    provisioningStatus: 'Success',
    service,
  }))
  const planTexts = JSON.stringify(assignedPlans(mark)).split(mark)
  const stateTexts = JSON.stringify(licenseAssignmentStates(mark)).split(mark)
  return {
    assignedLicenses,
    assignedLicensesJson: JSON.stringify(assignedLicenses),
    assignedPlans,
    assignedPlansJson: at => planTexts.join(at),
    provisionedPlans,
    provisionedPlansJson: JSON.stringify(provisionedPlans),
    licenseAssignmentStates,
    licenseAssignmentStatesJson: at => stateTexts.join(at),
    skuIds: held.map(({ skuId }) => skuId),
  }
}
