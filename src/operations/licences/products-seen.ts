import type { OperationContext } from '../../core/operation.ts'
import type { Products } from '../../licensing/products.ts'
import { readProducts } from '../../licensing/read-products.ts'

/** The products of the tenant and of the catalogue, read once for a window of rows; without the permission, those of the catalogue. */
export const productsSeen = ({ graph, signal, once }: OperationContext): Promise<Products> =>
  once('products', async () => (await readProducts(graph, signal)).products)
