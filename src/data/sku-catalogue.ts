import { readFileSync } from 'node:fs'

/** A service plan, the same object in every product that has it. */
export interface CataloguePlan {
  /** In lower case. */
  readonly servicePlanId: string
  readonly servicePlanName: string
  /** What the plan is called: `Exchange Online (Plan 2)`. */
  readonly title: string
  /** Other names that Microsoft gives to it, in other products or earlier. */
  readonly alsoCalled: readonly string[]
}

/** A product and its service plans, in the order of the catalogue. */
export interface CatalogueSku {
  readonly skuId: string
  readonly skuPartNumber: string
  /** What the product is called: `Microsoft 365 E3`. Several products can have one name. */
  readonly name: string
  readonly alsoCalled: readonly string[]
  readonly plans: readonly CataloguePlan[]
}

interface Catalogue {
  readonly plans: readonly (readonly [id: string, name: string, title: string, ...also: string[]])[]
  readonly skus: readonly (readonly [
    id: string,
    partNumber: string,
    name: string,
    plans: readonly number[],
    ...also: string[],
  ])[]
}

interface Kept {
  readonly plans: ReadonlyMap<string, CataloguePlan>
  /** By `servicePlanName`. A name of several plans has no entry. */
  readonly named: ReadonlyMap<string, CataloguePlan>
  readonly skus: ReadonlyMap<string, CatalogueSku>
}

let kept: Kept | undefined

/**
 * Microsoft's products by their `skuId`, in lower case, also those that a tenant does not have. Read from a file once: some milliseconds.
 *
 * @see https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
 */
export const skuCatalogue = (): ReadonlyMap<string, CatalogueSku> => (kept ??= read()).skus

/** Microsoft's service plans by their `servicePlanId`, in lower case. */
export const planCatalogue = (): ReadonlyMap<string, CataloguePlan> => (kept ??= read()).plans

/**
 * The id of the plan with this `servicePlanName`, for tables that are written with names.
 *
 * @throws RangeError if no plan, or several plans, have the name
 */
export const planIdOf = (servicePlanName: string): string => {
  const plan = (kept ??= read()).named.get(servicePlanName)
  if (!plan) throw new RangeError(`Expected one plan ${servicePlanName} in sku-catalogue.json`)
  return plan.servicePlanId
}

const read = (): Kept => {
  const text = readFileSync(new URL('./sku-catalogue.json', import.meta.url), 'utf8')
  const { plans, skus } = JSON.parse(text) as Catalogue
  const all = plans.map(([servicePlanId, servicePlanName, title, ...alsoCalled]): CataloguePlan => ({
    servicePlanId,
    servicePlanName,
    title,
    alsoCalled,
  }))
  return {
    plans: new Map(all.map(plan => [plan.servicePlanId, plan])),
    named: new Map(
      [...Map.groupBy(all, plan => plan.servicePlanName)].flatMap(([name, [plan, another]]) =>
        another ? [] : [[name, plan!]],
      ),
    ),
    skus: new Map(
      skus.map(([skuId, skuPartNumber, name, own, ...alsoCalled]) => [
        skuId,
        { skuId, skuPartNumber, name, alsoCalled, plans: own.map(at => all[at]!) },
      ]),
    ),
  }
}
