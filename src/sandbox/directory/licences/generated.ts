import type { CatalogueSku } from '../../../data/sku-catalogue.ts'
import { layout, type Bundle, type GroupLicence, type LicensingGroup } from './bundles.ts'
import { propertiesOf, type LicenceProperties } from './properties.ts'
import type { LicenceSettings } from './settings.ts'
import { catalogueSkus } from './skus.ts'
import type { Licence, LicenceState } from './types.ts'

/** The licences of users with one bundle. The `…Json` members are prepared texts into which the time of assignment is inserted. */
interface BundleFacts {
  /** Direct licences. */
  readonly direct: readonly Licence[]
  /** Groups, by id, and what they assign. */
  readonly groups: readonly { readonly group: string; readonly licences: readonly Licence[] }[]
  readonly assignedLicenses: LicenceProperties['assignedLicenses']
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
  /** The products of the tenant. */
  readonly skus: readonly CatalogueSku[]
  /** Index of the bundle at a licence rank. */
  bundleAt(licenceRank: number): number
  /** Index of the bundle without products, which guests have. */
  readonly nothing: number
  /** Whether a bundle has a product. */
  isLicensed(bundle: number): boolean
  /** Whether a licensed user has no usage location. */
  lacksLocation(licenceRank: number): boolean
  /** Ranks from `start` up to but not including `end` have a SKU through the group. */
  interval(by: LicensingGroup): { readonly start: number; readonly end: number }
  assigns(by: LicensingGroup): boolean
  /** What a group assigns. */
  licencesOf(by: LicensingGroup): readonly Licence[]
  readonly bundles: readonly BundleFacts[]
  readonly settings: LicenceSettings | undefined
}

/** The licences of `size` users. The catalogue is read by the first call that needs names or plans. */
export const licences = (
  size: number,
  groupId: (by: LicensingGroup) => string,
  settings?: LicenceSettings,
): Licences => {
  const { bundles: laidOut, groups, skus: partNumbers } = layout(settings)
  const ends = laidOut.map(({ end }) => Math.round(end * size))
  const bundles = [...laidOut, { holdings: [] }]
  const without = settings?.withoutUsageLocation ?? 0
  let skus: readonly CatalogueSku[] | undefined
  let facts: readonly BundleFacts[] | undefined
  const catalogue = (): readonly CatalogueSku[] => (skus ??= catalogueSkus(partNumbers))
  const holds = (by: LicensingGroup): readonly boolean[] =>
    bundles.map(({ holdings }) => holdings.some(holding => holding.by.includes(by)))
  return {
    settings,
    get skus() {
      return catalogue()
    },
    bundleAt(licenceRank) {
      let index = 0
      while (licenceRank >= (ends[index] ?? Infinity)) index++
      return index
    },
    nothing: laidOut.length,
    isLicensed: bundle => bundles[bundle]!.holdings.length > 0,
    // Evenly among the ranks, so that the number is exact.
    lacksLocation: licenceRank => Math.floor((licenceRank + 1) * without) > Math.floor(licenceRank * without),
    interval(by) {
      const held = holds(by)
      if (!held.includes(true)) return { start: 0, end: 0 }
      return { start: ends[held.indexOf(true) - 1] ?? 0, end: ends[held.lastIndexOf(true)] ?? 0 }
    },
    assigns: by => groups[by] !== undefined,
    licencesOf(by) {
      const licence = groups[by]
      return licence ? [licenceOf(licence, catalogue())] : []
    },
    get bundles() {
      return (facts ??= bundles.map(bundle => factsOf(bundle, groups, catalogue(), groupId)))
    },
  }
}

const mark = '{at}'

const licenceOf = ({ sku, disabled }: GroupLicence, skus: readonly CatalogueSku[]): Licence => {
  const found = skus.find(({ skuPartNumber }) => skuPartNumber === sku)
  return {
    skuId: found?.skuId ?? '',
    disabledPlans: (found?.plans ?? [])
      .filter(plan => disabled.includes(plan.servicePlanName))
      .map(plan => plan.servicePlanId),
  }
}

const factsOf = (
  { holdings }: Pick<Bundle, 'holdings'>,
  groups: Readonly<Record<LicensingGroup, GroupLicence | undefined>>,
  skus: readonly CatalogueSku[],
  groupId: (by: LicensingGroup) => string,
): BundleFacts => {
  const statesAt = (at: string): readonly LicenceState[] =>
    holdings.flatMap(({ sku, by, disabled = [] }) =>
      by.map(each => ({
        ...licenceOf({ sku, disabled: each === 'direct' ? disabled : (groups[each]?.disabled ?? []) }, skus),
        by: each === 'direct' ? null : groupId(each),
        state: 'Active' as const,
        error: null,
        at,
      })),
    )
  const { assignedLicenses, assignedPlans, licenseAssignmentStates, provisionedPlans } = propertiesOf(
    statesAt(mark),
    skuId => skus.find(sku => sku.skuId === skuId)?.plans ?? [],
  )
  const planTexts = JSON.stringify(assignedPlans).split(mark)
  const stateTexts = JSON.stringify(licenseAssignmentStates).split(mark)
  return {
    direct: holdings
      .filter(({ by }) => by.includes('direct'))
      .map(({ sku, disabled = [] }) => licenceOf({ sku, disabled }, skus)),
    groups: [...new Set(holdings.flatMap(({ by }) => by.filter(each => each !== 'direct')))].map(by => ({
      group: groupId(by),
      licences: groups[by] ? [licenceOf(groups[by], skus)] : [],
    })),
    assignedLicenses,
    assignedLicensesJson: JSON.stringify(assignedLicenses),
    assignedPlans: at => assignedPlans.map(plan => ({ ...plan, assignedDateTime: at })),
    assignedPlansJson: at => planTexts.join(at),
    provisionedPlans,
    provisionedPlansJson: JSON.stringify(provisionedPlans),
    licenseAssignmentStates: at => licenseAssignmentStates.map(state => ({ ...state, lastUpdatedDateTime: at })),
    licenseAssignmentStatesJson: at => stateTexts.join(at),
    skuIds: assignedLicenses.map(({ skuId }) => skuId),
  }
}
