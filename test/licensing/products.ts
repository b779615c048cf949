import { planIdOf, skuCatalogue } from '../../src/data/sku-catalogue.ts'
import { productsOf, type Product, type Products } from '../../src/licensing/products.ts'

/** An entry of `subscribedSkus`: all plans of the catalogue, but for those that are given. */
export const subscribed = (
  partNumber: string,
  units: { readonly enabled?: number; readonly warning?: number; readonly consumed?: number } = {},
) => {
  const sku = [...skuCatalogue().values()].find(each => each.skuPartNumber === partNumber)!
  return {
    skuId: sku.skuId,
    skuPartNumber: partNumber,
    appliesTo: 'User',
    capabilityStatus: 'Enabled',
    consumedUnits: units.consumed ?? 0,
    prepaidUnits: { enabled: units.enabled ?? 100, warning: units.warning ?? 0, suspended: 7, lockedOut: 3 },
    servicePlans: sku.plans.map(({ servicePlanId, servicePlanName }) => ({
      servicePlanId,
      servicePlanName,
      provisioningStatus: 'Success',
    })),
  }
}

/** The catalogue alone. */
export const catalogue: Products = productsOf([])

/** The product with a part number. */
export const productOf = (partNumber: string, products: Products = catalogue): Product =>
  [...products.values()].find(product => product.partNumber === partNumber)!

/** The id of the product with a part number. */
export const skuOf = (partNumber: string): string => productOf(partNumber).skuId

/** The id of the plan with this `servicePlanName`. */
export const planId = planIdOf
