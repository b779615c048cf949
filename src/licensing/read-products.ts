import { isCode } from '../core/errors.ts'
import type { Graph } from '../core/graph.ts'
import { productsOf, type Products } from './products.ts'
import { readSubscribedSkus } from './subscribed-skus.ts'

/** The products that a command can name. */
interface ReadProducts {
  readonly products: Products
  /** Whether those of the tenant are among them. */
  readonly isOwn: boolean
}

/** Reads the products of the tenant. If they may not be read, there are those of Microsoft's catalogue alone. */
export const readProducts = async (graph: Pick<Graph, 'pages'>, signal: AbortSignal): Promise<ReadProducts> => {
  try {
    return { products: productsOf(await readSubscribedSkus(graph, signal)), isOwn: true }
  } catch (error) {
    if (!isCode(error, 'NOT_PERMITTED')) throw error
    return { products: productsOf([]), isOwn: false }
  }
}
