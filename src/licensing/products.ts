import { isFields, type Fields } from '../core/json.ts'
import { companyPlans } from '../data/company-plans.ts'
import { planCatalogue, skuCatalogue, type CataloguePlan, type CatalogueSku } from '../data/sku-catalogue.ts'

/** A service plan of a product. */
export interface ServicePlan {
  /** `servicePlanId`, in lower case. */
  readonly id: string
  /** `servicePlanName`: `EXCHANGE_S_ENTERPRISE`. */
  readonly name: string
  /** `Exchange Online (Plan 2)`; the same as the name if Microsoft's catalogue lacks the plan. */
  readonly title: string
  readonly alsoCalled: readonly string[]
  /** The plan belongs to the tenant and cannot be turned on or off for a user (`appliesTo: Company`). */
  readonly isCompanyWide: boolean
}

/** What a tenant has of a product. */
interface Subscription {
  /** `User`, or `Company` for a product that cannot be assigned. */
  readonly appliesTo: string
  /** `Enabled`, `Warning`, `Suspended`, `Deleted` or `LockedOut`. */
  readonly status: string
  /** Units in use. A user who has the product directly and through groups uses one. */
  readonly consumed: number
  readonly enabled: number
  /** Units in the days of grace after a subscription has ended. */
  readonly warning: number
  readonly suspended: number
  readonly lockedOut: number
}

/** A product (SKU) and its plans. */
export interface Product {
  /** In lower case. */
  readonly skuId: string
  /** `SPE_E3`. */
  readonly partNumber: string
  /** `Microsoft 365 E3`; the same as the part number if Microsoft's catalogue lacks the product. */
  readonly name: string
  readonly alsoCalled: readonly string[]
  readonly plans: readonly ServicePlan[]
  /** Undefined if the tenant does not have the product. */
  readonly subscription?: Subscription
}

/** Products by `skuId`, in lower case: those of the tenant first. */
export type Products = ReadonlyMap<string, Product>

/** What is read of `subscribedSkus`. */
export const subscribedFacts = [
  'skuId',
  'skuPartNumber',
  'appliesTo',
  'capabilityStatus',
  'consumedUnits',
  'prepaidUnits',
  'servicePlans',
] as const

/**
 * The products of a tenant, and those of Microsoft's catalogue that it does not have. Part numbers, plans and what a plan applies to are
 * those of the tenant; names come from the catalogue.
 *
 * @param subscribed `subscribedSkus` with `subscribedFacts`; empty if they may not be read
 * @see https://learn.microsoft.com/graph/api/resources/subscribedsku
 */
export const productsOf = (subscribed: readonly Fields[]): Products => {
  const catalogue = skuCatalogue()
  const own = subscribed.map(sku => subscribedProduct(sku, catalogue.get(String(sku['skuId']).toLowerCase())))
  const ids = new Set(own.map(({ skuId }) => skuId))
  const others = [...catalogue.values()].filter(({ skuId }) => !ids.has(skuId)).map(catalogueProduct)
  return new Map([...own, ...others].map(product => [product.skuId, product]))
}

/** The product with an id. One that neither the tenant nor the catalogue has, has no plans that are known. */
export const productWith = (products: Products, skuId: string): Product =>
  products.get(skuId) ?? { skuId, partNumber: skuId, name: skuId, alsoCalled: [], plans: [] }

type Units = Pick<Subscription, 'enabled' | 'warning' | 'consumed'> & Partial<Subscription>

/** Units that can still be assigned. Suspended and locked units never count. */
export const freeUnits = ({ enabled, warning, consumed }: Units): number => Math.max(0, enabled + warning - consumed)

/**
 * Ids of the plans that can be turned off for a user, in the order of the product. Graph refuses plans that the product does not have, and
 * plans of the whole tenant are never turned off.
 *
 * @param ids only these. @default all
 */
export const switchablePlans = ({ plans }: Product, ids?: ReadonlySet<string>): readonly string[] =>
  plans.filter(({ id, isCompanyWide }) => !isCompanyWide && (ids?.has(id) ?? true)).map(({ id }) => id)

/** The plans that are off in an assignment, without those that cannot be. Of a product whose plans are not known, all that are named count. */
export const plansTurnedOff = (product: Product, off: ReadonlySet<string>): readonly string[] =>
  product.plans.length === 0 ? [...off] : switchablePlans(product, off)

const catalogueProduct = ({ skuId, skuPartNumber, name, alsoCalled, plans }: CatalogueSku): Product => ({
  skuId,
  partNumber: skuPartNumber,
  name,
  alsoCalled,
  plans: plans.map(plan => planOf(plan.servicePlanId, plan.servicePlanName, plan)),
})

const subscribedProduct = (sku: Fields, known: CatalogueSku | undefined): Product => {
  const units = isFields(sku['prepaidUnits']) ? sku['prepaidUnits'] : {}
  const partNumber = String(sku['skuPartNumber'])
  return {
    skuId: String(sku['skuId']).toLowerCase(),
    partNumber,
    name: known?.name ?? partNumber,
    alsoCalled: known?.alsoCalled ?? [],
    plans: listIn(sku['servicePlans']).map(({ servicePlanId, servicePlanName, appliesTo }) => {
      const id = String(servicePlanId).toLowerCase()
      return planOf(id, String(servicePlanName), planCatalogue().get(id), appliesTo)
    }),
    subscription: {
      appliesTo: String(sku['appliesTo'] ?? 'User'),
      status: String(sku['capabilityStatus'] ?? 'Enabled'),
      consumed: unitsIn(sku['consumedUnits']),
      enabled: unitsIn(units['enabled']),
      warning: unitsIn(units['warning']),
      suspended: unitsIn(units['suspended']),
      lockedOut: unitsIn(units['lockedOut']),
    },
  }
}

const planOf = (id: string, name: string, known: CataloguePlan | undefined, appliesTo?: unknown): ServicePlan => ({
  id,
  name,
  title: known?.title ?? name,
  alsoCalled: known?.alsoCalled ?? [],
  isCompanyWide: typeof appliesTo === 'string' ? appliesTo === 'Company' : companyPlans().has(id),
})

const listIn = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])

const unitsIn = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)
