import { EntrapipeError } from '../core/errors.ts'
import { isGuid } from '../core/guid.ts'
import { joined } from '../core/joined.ts'
import { nearest } from '../core/nearest.ts'
import { withSemicolons } from '../core/with-semicolons.ts'
import { productNameKey } from '../data/product-name-key.ts'
import { grouped } from './grouped.ts'
import type { Product, Products } from './products.ts'

/** A product as messages name it: `Microsoft 365 E3 (SPE_E3)`. */
export const shownProduct = ({ name, partNumber }: Pick<Product, 'name' | 'partNumber'>): string =>
  name === partNumber ? partNumber : `${name} (${partNumber})`

/**
 * Finds a product by its id, its part number or its name, in any case. A part number of the tenant is that of the tenant's product, also with the
 * name of the tenant before it. Everything
 * else must fit one product only: Microsoft gives some names to two products, and the tenant may have the other one.
 *
 * @throws EntrapipeError `SKU_UNKNOWN` with the name that was probably meant; `SKU_AMBIGUOUS` with all products that have the name
 */
export const findProduct = (products: Products, text: string): Product => {
  const wanted = productNameKey(text)
  if (wanted === '') throw new EntrapipeError('SKU_UNKNOWN', 'The name of a product is empty.')
  const byId = products.get(wanted)
  if (byId) return byId
  const found = called(products, wanted)
  if (found.length === 1) return found[0]!
  if (found.length > 1) throw ambiguous(text, found)
  const several = withSemicolons(text, item => {
    const name = productNameKey(item)
    return products.has(name) || called(products, name).length > 0
  })
  throw unknown(text, [...products.values()], several)
}

const called = (products: Products, wanted: string): readonly Product[] => {
  const { owned, named } = indexOf(products)
  return owned.get(wanted) ?? named.get(wanted) ?? owned.get(withoutTenant(wanted)) ?? []
}

/** The part number in `contoso:SPE_E3`, as the older modules of PowerShell write it. */
const withoutTenant = (text: string): string => text.replace(/^[^\s:]+:/, '')

/** Products by what `productNameKey` makes of their names. */
interface Index {
  /** Those of the tenant, by part number. */
  readonly owned: ReadonlyMap<string, readonly Product[]>
  readonly named: ReadonlyMap<string, readonly Product[]>
}

const indexes = new WeakMap<Products, Index>()

const indexOf = (products: Products): Index => {
  const index = indexes.get(products) ?? indexed(products)
  indexes.set(products, index)
  return index
}

const indexed = (products: Products): Index => {
  const all = [...products.values()]
  return {
    owned: Map.groupBy(
      all.filter(({ subscription }) => subscription !== undefined),
      ({ partNumber }) => productNameKey(partNumber),
    ),
    named: grouped(all, ({ partNumber, name, alsoCalled }) => [partNumber, name, ...alsoCalled]),
  }
}

const ambiguous = (text: string, found: readonly Product[]): EntrapipeError => {
  const own = found.filter(({ subscription }) => subscription !== undefined)
  const has = own.length === 0 ? 'none of them' : joined(own.map(({ partNumber }) => partNumber))
  const isByPart = new Set(found.map(({ partNumber }) => partNumber)).size === found.length
  return new EntrapipeError(
    'SKU_AMBIGUOUS',
    `${found.length} products are called ${JSON.stringify(text.trim())}: ${joined(
      found.map(({ partNumber, skuId, plans }) => `${partNumber} (${skuId}, ${plans.length} plans)`),
    )}. The tenant has ${has}.`,
    {
      facts: { skus: found.map(({ skuId }) => skuId) },
      fix: isByPart ? 'Use the part number of the one that you mean.' : 'Use the id of the one that you mean.',
    },
  )
}

const unknown = (text: string, all: readonly Product[], several: string | undefined): EntrapipeError => {
  const likely = likelyProducts(text.trim(), all)
  const own = all.filter(({ subscription }) => subscription !== undefined)
  return new EntrapipeError(
    'SKU_UNKNOWN',
    `No product has the ${isGuid(text.trim()) ? 'id' : 'part number or name'} ${JSON.stringify(text.trim())}.`,
    {
      facts: { skus: likely.map(({ skuId }) => skuId) },
      fix:
        several !== undefined
          ? severalFix(several)
          : likely.length > 0
            ? `Did you mean ${joined(likely.map(shownProduct), 'or')}?`
            : own.length > 0
              ? `The tenant has ${joined(own.map(({ partNumber }) => partNumber))}.`
              : 'Use a part number, a name or an id of a product of Microsoft.',
    },
  )
}

const severalFix = (several: string): string => `Separate several products with semicolons: ${several}`

/** Short forms that people write for the first words of a name. */
const shortForms: readonly (readonly [RegExp, string])[] = [
  [/\bm365\b/g, 'microsoft 365'],
  [/\bo365\b/g, 'office 365'],
  [/\bd365\b/g, 'dynamics 365'],
  [/\bw365\b/g, 'windows 365'],
]

/** Products that a message suggests. */
const most = 5

/** The product with the nearest spelling, otherwise those whose names contain every word. Those of the tenant come first. */
const likelyProducts = (text: string, all: readonly Product[]): readonly Product[] => {
  if (isGuid(text)) return []
  const long = shortForms.reduce((name, [short, whole]) => name.replace(short, whole), productNameKey(text))
  const namesOf = ({ partNumber, name, alsoCalled }: Product): readonly string[] =>
    [partNumber, name, ...alsoCalled].map(productNameKey)
  const near = nearest(long, all.flatMap(namesOf))
  const spelt = near === undefined ? [] : all.filter(product => namesOf(product).includes(near))
  if (spelt.length > 0) return spelt.slice(0, most)
  const words = long.split(/[\s_]+/)
  return all.filter(({ name }) => words.every(word => productNameKey(name).split(' ').includes(word))).slice(0, most)
}
