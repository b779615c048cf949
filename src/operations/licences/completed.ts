import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { isGuid } from '../../core/guid.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import { findProduct } from '../../licensing/find-product.ts'
import { findSwitchablePlans } from '../../licensing/find-plan.ts'
import { switchablePlans, type Product, type Products } from '../../licensing/products.ts'
import type { AssignmentRow, ModificationRow, ProductRow } from './row.ts'
import { productsSeen } from './products-seen.ts'

type Completed<V> = readonly ({ readonly value: V } | Finding)[]

/** Products and plans are named by id from intake on, so that one product by name and by id is the same to repeats and undo. */
export const withProductIds = async <V extends ProductRow>(
  values: readonly V[],
  context: OperationContext,
): Promise<Completed<V>> => {
  if (values.every(isById)) return values.map(value => ({ value }))
  const products = await productsSeen(context)
  return values.map(value => {
    if (isById(value)) return { value }
    try {
      const product = findProduct(products, value.sku)
      const { beside } = value as PlansOf
      const others = beside?.map(name => findProduct(products, name).skuId).sort()
      return { value: { ...withPlanIds(value, product), sku: product.skuId, ...given({ beside: others }) } }
    } catch (error) {
      return failure(error)
    }
  })
}

/** What rows of any kind say of plans. */
type PlansOf = ProductRow & Partial<AssignmentRow> & Partial<ModificationRow>

const isById = (row: ProductRow): boolean => {
  const { sku, onlyPlans, disabledPlans = [], enablePlans = [], disablePlans = [], beside = [] } = row as PlansOf
  return (
    isGuid(sku) && onlyPlans === undefined && [disabledPlans, enablePlans, disablePlans, beside].flat().every(isGuid)
  )
}

const withPlanIds = <V extends ProductRow>(value: V, product: Product): V => {
  const { onlyPlans, ...rest } = value as unknown as PlansOf
  const { disabledPlans } = rest
  const off = onlyPlans ? plansOutside(product, onlyPlans) : disabledPlans && plansNamed(product, disabledPlans)
  const { enablePlans, disablePlans } = rest
  return {
    ...rest,
    ...(off && { disabledPlans: off }),
    ...(enablePlans && { enablePlans: plansNamed(product, enablePlans) }),
    ...(disablePlans && { disablePlans: plansNamed(product, disablePlans) }),
  } as ProductRow as V
}

/** Ids of plans of a product, in order. @throws EntrapipeError `SERVICE_PLAN_UNKNOWN`, `SERVICE_PLAN_AMBIGUOUS`, `SERVICE_PLAN_FIXED` */
const plansNamed = (product: Product, names: readonly string[]): readonly string[] =>
  findSwitchablePlans(product, names)
    .map(({ id }) => id)
    .sort()

/** Ids of the other plans that can be turned off, in order. */
const plansOutside = (product: Product, names: readonly string[]): readonly string[] => {
  const on = new Set(plansNamed(product, names))
  return switchablePlans(product)
    .filter(id => !on.has(id))
    .sort()
}

const failure = (error: unknown): Finding => {
  if (!(error instanceof EntrapipeError)) throw error
  return {
    outcome: 'failed',
    code: error.code,
    message: error.message,
    fix: error.fix ?? 'Correct the row.',
  }
}

/** What a row says of plans, for several products. */
export interface PlanNames {
  readonly disabledPlans?: readonly string[]
  readonly onlyPlans?: readonly string[]
}

/** Names of plans that are off, where `none` says that all are on. */
const plansOff = (names: readonly string[] | undefined): readonly string[] | undefined =>
  names?.length === 1 && names[0]!.trim().toLowerCase() === 'none' ? [] : names

/**
 * Finds the plans of each product that a row names. A plan must be one of at least one of them.
 *
 * @throws EntrapipeError as `findSwitchablePlans`
 */
export const plansByProduct = (
  found: readonly Product[],
  { disabledPlans, onlyPlans }: PlanNames,
): ReadonlyMap<Product, readonly string[] | undefined> => {
  const names = onlyPlans ?? plansOff(disabledPlans)
  if (!names) return new Map(found.map(product => [product, undefined]))
  const own = new Map(found.map(product => [product, [] as string[]]))
  for (const name of names) {
    const holders = found.filter(product => hasPlan(product, name))
    for (const product of holders.length > 0 ? holders : found.slice(0, 1))
      own.get(product)!.push(...plansNamed(product, [name]))
  }
  const without = onlyPlans && found.find(product => own.get(product)!.length === 0)
  if (without) plansNamed(without, names)
  return new Map(
    found.map(product => [
      product,
      onlyPlans ? plansOutside(product, own.get(product)!) : [...new Set(own.get(product))].sort(),
    ]),
  )
}

const hasPlan = (product: Product, name: string): boolean => {
  try {
    return findSwitchablePlans(product, [name]).length > 0
  } catch (error) {
    if (error instanceof EntrapipeError && error.code === 'SERVICE_PLAN_UNKNOWN') return false
    throw error
  }
}

/** Products by name, each looked up once. */
export const productFinder = (products: Products): ((text: string) => Product) => {
  const known = new Map<string, Product>()
  return text => {
    const found = known.get(text) ?? findProduct(products, text)
    known.set(text, found)
    return found
  }
}
