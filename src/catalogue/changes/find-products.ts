import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { shownProduct } from '../../licensing/find-product.ts'
import type { Product } from '../../licensing/products.ts'
import { readProducts } from '../../licensing/read-products.ts'
import { productFinder } from '../../operations/licences/completed.ts'

/** Finds products by name. */
export interface Finder {
  readonly find: (text: string) => Product
  /** Whether the tenant's products were read. */
  readonly isOwn: boolean
}

/** Finds products of the tenant, or of the catalogue. */
export const finderIn = async ({ graph, signal }: Context): Promise<Finder> => {
  const { products, isOwn } = await readProducts(graph, signal)
  return { find: productFinder(products), isOwn }
}

/**
 * Products that the tenant has, each once.
 *
 * @throws EntrapipeError `SKU_UNKNOWN`, `SKU_AMBIGUOUS`, `SKU_NOT_OWNED`
 */
export const owned = ({ find, isOwn }: Finder, texts: readonly string[]): readonly Product[] => {
  const all = [...new Set(texts.map(find))]
  const missing = all.find(({ subscription }) => subscription?.appliesTo !== 'User')
  if (isOwn && missing) throw notOwned(missing)
  return all
}

const notOwned = (product: Product): EntrapipeError =>
  new EntrapipeError(
    'SKU_NOT_OWNED',
    product.subscription
      ? `${shownProduct(product)} belongs to the whole tenant, and cannot be assigned to users.`
      : `The tenant does not have ${shownProduct(product)}.`,
    {
      facts: { sku: product.skuId },
      fix: 'Use a product of the tenant: `entrapipe export skus` lists them.',
    },
  )
