import type { Context } from '../../core/context.ts'
import type { Json } from '../../core/json.ts'
import { once } from '../../core/once.ts'
import type { Product, Products } from '../../licensing/products.ts'
import { readProducts } from '../../licensing/read-products.ts'
import { productFinder } from '../../operations/licences/completed.ts'
import { owned } from '../changes/find-products.ts'
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
export const targetOf = ({ group, sku = [], owned: isAssigned = false }: TargetOptions): FindTarget => {
  let found: (() => Promise<Target>) | undefined
  return ctx =>
    (found ??= once(async () => {
      const at = await findGroup(ctx, group)
      const { products, isOwn } = await readProducts(ctx.graph, ctx.signal)
      const finder = { find: productFinder(products), isOwn }
      const named = isAssigned ? owned(finder, sku) : [...new Set(sku.map(finder.find))]
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
