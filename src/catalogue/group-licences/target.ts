import type { Context } from '../../core/context.ts'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { once } from '../../core/once.ts'
import { shownProduct } from '../../licensing/find-product.ts'
import { productsOf, type Product, type Products } from '../../licensing/products.ts'
import { readSubscribedSkus } from '../../licensing/subscribed-skus.ts'
import { productFinder } from '../../operations/licences/completed.ts'
import { findGroup, type FoundGroup } from '../../sources/graph/find-group.ts'

/** The group of a command, and the products that it names. */
export interface Target {
  readonly group: FoundGroup
  /** How messages name the group. */
  readonly name: string
  readonly products: Products
  /** Empty if the command names none. */
  readonly named: readonly Product[]
}

interface TargetOptions {
  /** Id, name or mail address. */
  readonly group: string
  readonly sku?: readonly string[]
  /** Whether the tenant must have the products. */
  readonly owned?: boolean
}

/** Finds the group and the products, once. */
export type FindTarget = (ctx: Context) => Promise<Target>

/**
 * What a command about a group names. It is found in the checks, before anything is sent.
 *
 * @throws EntrapipeError when it is called: `GROUP_UNKNOWN`, `GROUP_AMBIGUOUS`, `SKU_UNKNOWN`, `SKU_AMBIGUOUS`, `SKU_NOT_OWNED`
 */
export const targetOf = ({ group, sku = [], owned = false }: TargetOptions): FindTarget => {
  let found: (() => Promise<Target>) | undefined
  return ctx =>
    (found ??= once(async () => {
      const at = await findGroup(ctx, group)
      const { products, isWhole } = await productsIn(ctx)
      const named = [...new Set(sku.map(productFinder(products)))]
      const missing = owned && isWhole ? named.find(each => each.subscription?.appliesTo !== 'User') : undefined
      if (missing) throw notOwned(missing)
      return { group: { ...at, id: at.id.toLowerCase() }, name: at.displayName ?? at.id, products, named }
    }))()
}

/** For the identity of a run. */
export const describedTarget = async (target: FindTarget, ctx: Context): Promise<{ readonly [name: string]: Json }> => {
  const { group, named } = await target(ctx)
  return { group: group.id, skus: named.map(({ skuId }) => skuId) }
}

/** The key of the row of a product: the part number, or the id if several have it. */
export const keyOfProduct = ({ partNumber, skuId }: Product, among: readonly Product[]): string =>
  among.filter(each => each.partNumber === partNumber).length > 1 ? skuId : partNumber

const productsIn = async (ctx: Context): Promise<{ readonly products: Products; readonly isWhole: boolean }> => {
  try {
    return { products: productsOf(await readSubscribedSkus(ctx.graph, ctx.signal)), isWhole: true }
  } catch (error) {
    if (!isCode(error, 'NOT_PERMITTED')) throw error
    return { products: productsOf([]), isWhole: false }
  }
}

const notOwned = (product: Product): EntrapipeError =>
  new EntrapipeError(
    'SKU_NOT_OWNED',
    product.subscription
      ? `${shownProduct(product)} belongs to the whole tenant, and cannot be assigned to users.`
      : `The tenant does not have ${shownProduct(product)}.`,
    { facts: { sku: product.skuId }, fix: 'Use a product of the tenant: `entrapipe export skus` lists them.' },
  )
