import { planCatalogue, skuCatalogue } from '../data/sku-catalogue.ts'
import { shownProduct } from './find-product.ts'

/** A product by its id, as messages name it: that of the catalogue, otherwise what is given. */
export const productNamed = (sku: string): string => {
  const known = skuCatalogue().get(sku)
  return known ? shownProduct({ name: known.name, partNumber: known.skuPartNumber }) : sku
}

/** A plan by its id, as messages name it: that of the catalogue, otherwise what is given. */
export const planNamed = (id: string): string => planCatalogue().get(id)?.servicePlanName ?? id
