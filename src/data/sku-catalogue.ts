import { readFileSync } from 'node:fs'

/** A service plan as a product has it. */
interface CataloguePlan {
  readonly servicePlanId: string
  readonly servicePlanName: string
  /** What the plan is called: `Exchange Online (Plan 2)`. */
  readonly title: string
}

/** A product and its service plans, in the order of the catalogue. */
export interface CatalogueSku {
  readonly skuId: string
  readonly skuPartNumber: string
  /** What the product is called: `Microsoft 365 E3`. */
  readonly name: string
  readonly plans: readonly CataloguePlan[]
}

interface Catalogue {
  readonly plans: readonly (readonly [id: string, name: string, title: string])[]
  readonly skus: readonly (readonly [id: string, partNumber: string, name: string, plans: readonly number[]])[]
}

let kept: ReadonlyMap<string, CatalogueSku> | undefined

/**
 * Microsoft's products by their `skuId`, in lower case, also those that a tenant does not have. Read from a file once: some milliseconds.
 *
 * @see https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
 */
export const skuCatalogue = (): ReadonlyMap<string, CatalogueSku> => (kept ??= read())

const read = (): ReadonlyMap<string, CatalogueSku> => {
  const text = readFileSync(new URL('./sku-catalogue.json', import.meta.url), 'utf8')
  const { plans, skus } = JSON.parse(text) as Catalogue
  const all = plans.map(([servicePlanId, servicePlanName, title]): CataloguePlan => ({
    servicePlanId,
    servicePlanName,
    title,
  }))
  return new Map(
    skus.map(([skuId, skuPartNumber, name, own]) => [
      skuId,
      { skuId, skuPartNumber, name, plans: own.map(at => all[at]!) },
    ]),
  )
}
