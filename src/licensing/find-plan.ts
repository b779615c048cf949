import { EntrapipeError } from '../core/errors.ts'
import { joined } from '../core/joined.ts'
import { nearest } from '../core/nearest.ts'
import { withSemicolons } from '../core/with-semicolons.ts'
import { productNameKey } from '../data/product-name-key.ts'
import { familyOf } from '../data/plan-families.ts'
import { planCatalogue } from '../data/sku-catalogue.ts'
import { shownProduct } from './find-product.ts'
import { grouped } from './grouped.ts'
import type { Product, ServicePlan } from './products.ts'

/** A plan as messages name it: `Exchange Online (Plan 2) (EXCHANGE_S_ENTERPRISE)`. */
const shownPlan = ({ name, title }: Pick<ServicePlan, 'name' | 'title'>): string =>
  productNameKey(name) === productNameKey(title) ? name : `${title} (${name})`

/**
 * Finds a plan of a product by its id, its `servicePlanName` or what it is called, in any case.
 *
 * @throws EntrapipeError `SERVICE_PLAN_UNKNOWN` with the plan that was probably meant; `SERVICE_PLAN_AMBIGUOUS` if several plans of the
 *   product are called so
 */
export const findPlan = (product: Product, text: string): ServicePlan => {
  const wanted = productNameKey(text)
  for (const way of waysOf(product)) {
    const found = way.get(wanted) ?? []
    if (found.length === 1) return found[0]!
    if (found.length > 1) throw ambiguous(product, text, found)
  }
  throw unknown(product, text)
}

type Way = ReadonlyMap<string, readonly ServicePlan[]>

const known = new WeakMap<Product, readonly Way[]>()

/** The plans of a product by id, by name, by what they are called, and by their other names. The first way that finds one counts. */
const waysOf = (product: Product): readonly Way[] => {
  const ways = known.get(product) ?? [
    grouped(product.plans, ({ id }) => [id]),
    grouped(product.plans, ({ name }) => [name]),
    grouped(product.plans, ({ title }) => [title]),
    grouped(product.plans, ({ alsoCalled }) => alsoCalled),
  ]
  known.set(product, ways)
  return ways
}

/**
 * Finds plans that can be turned on and off for a user, each once.
 *
 * @throws EntrapipeError as `findPlan`; `SERVICE_PLAN_FIXED` for a plan that belongs to the whole tenant
 */
export const findSwitchablePlans = (product: Product, texts: readonly string[]): readonly ServicePlan[] => {
  const found = texts.map(text => findPlan(product, text))
  const fixed = found.find(({ isCompanyWide }) => isCompanyWide)
  if (fixed)
    throw new EntrapipeError(
      'SERVICE_PLAN_FIXED',
      `${shownPlan(fixed)} of ${shownProduct(product)} is for the whole tenant, and cannot be turned on or off for a user.`,
      { facts: { plan: fixed.id }, fix: 'Leave it out.' },
    )
  return [...new Set(found)]
}

const ambiguous = (product: Product, text: string, found: readonly ServicePlan[]): EntrapipeError =>
  new EntrapipeError(
    'SERVICE_PLAN_AMBIGUOUS',
    `${found.length} plans of ${shownProduct(product)} are called ${JSON.stringify(text.trim())}: ${joined(
      found.map(({ id, name }) => `${name} (${id})`),
    )}.`,
    {
      facts: { plans: found.map(({ id }) => id) },
      fix: 'Use the name in capital letters, or the id, of the one that you mean.',
    },
  )

const unknown = (product: Product, text: string): EntrapipeError => {
  const likely = likelyPlan(product, text)
  const several = withSemicolons(text, item => waysOf(product).some(way => way.has(productNameKey(item))))
  return new EntrapipeError(
    'SERVICE_PLAN_UNKNOWN',
    `${shownProduct(product)} has no plan with the id or name ${JSON.stringify(text.trim())}.`,
    {
      facts: { sku: product.skuId },
      fix:
        several !== undefined
          ? `Separate several plans with semicolons: ${several}`
          : likely
            ? `Did you mean ${shownPlan(likely)}?`
            : `It has ${joined(product.plans.filter(plan => !plan.isCompanyWide).map(({ name }) => name))}.`,
    },
  )
}

/** The plan of the same family, if the text names a plan of another product; otherwise the one with the nearest spelling. */
const likelyPlan = ({ plans }: Product, text: string): ServicePlan | undefined => {
  const wanted = productNameKey(text)
  const namesOf = ({
    name,
    title,
    alsoCalled,
  }: Pick<ServicePlan, 'name' | 'title' | 'alsoCalled'>): readonly string[] =>
    [name, title, ...alsoCalled].map(productNameKey)
  const elsewhere = [...planCatalogue().values()].find(
    ({ servicePlanId, servicePlanName, title, alsoCalled }) =>
      servicePlanId === wanted || namesOf({ name: servicePlanName, title, alsoCalled }).includes(wanted),
  )
  const family = elsewhere && familyOf(elsewhere.servicePlanId)?.name
  const relative = family === undefined ? undefined : plans.find(({ id }) => familyOf(id)?.name === family)
  if (relative) return relative
  const near = nearest(wanted, plans.flatMap(namesOf))
  return near === undefined ? undefined : plans.find(plan => namesOf(plan).includes(near))
}
