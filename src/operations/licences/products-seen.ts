import { isCode } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { productsOf, type Products } from '../../licensing/products.ts'
import { readSubscribedSkus } from '../../licensing/subscribed-skus.ts'

/** The products of the tenant and of the catalogue, read once for a window of rows; without the permission, those of the catalogue. */
export const productsSeen = ({ graph, signal, once }: OperationContext): Promise<Products> =>
  once('products', async () => {
    try {
      return productsOf(await readSubscribedSkus(graph, signal))
    } catch (error) {
      if (!isCode(error, 'NOT_PERMITTED')) throw error
      return productsOf([])
    }
  })
