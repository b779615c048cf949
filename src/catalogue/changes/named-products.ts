import { EntrapipeError } from '../../core/errors.ts'
import { joined } from '../../core/joined.ts'
import type { Values } from '../../core/operation.ts'
import { productNameKey } from '../../data/product-name-key.ts'
import { shownProduct } from '../../licensing/find-product.ts'
import type { Product } from '../../licensing/products.ts'
import { invalid } from '../../operations/values/expect.ts'
import { productColumns, type ProductValue } from './file-columns.ts'

/** What a row says of products. */
interface NamedProducts {
  /** As it is written, in the column that counts. */
  readonly texts: readonly string[]
  /** The column that counts. */
  readonly column: string
  /** The other values of the row. */
  readonly rest: Values
}

type Find = (text: string) => Product

/**
 * Reads the products of a row: those of the first column that has some. The others must name the same ones.
 *
 * @throws EntrapipeError `ROW_INVALID` (facts: column)
 */
export const namedProducts = (values: Values, value: ProductValue, find: Find): NamedProducts => {
  const columns = productColumns(value)
  const rest = Object.fromEntries(Object.entries(values).filter(([name]) => !columns.includes(name)))
  const named = columns.flatMap(name => {
    const column = name === value || /^licen[cs]eSku$/.test(name) ? 'LicenseSKU' : name
    const texts = productsIn(column, values[name], find)
    return texts.length > 0 ? [{ column, texts }] : []
  })
  const [first, ...others] = named
  if (!first) return { texts: [], column: 'LicenseSKU', rest }
  if (others.length > 0) {
    const products = inColumn(first.column, () => first.texts.map(find))
    const other = others.find(({ texts }) => !isSame(products, texts, find))
    if (other)
      throw invalid(
        other.column,
        `${first.column} is ${joined(products.map(shownProduct))}, and ${other.column} is ${joined(other.texts)}: these are different products.`,
        `Correct the row, or ignore one of the columns, with --columns "${other.column}=".`,
      )
  }
  return { ...first, rest }
}

/** What is wrong with the name of a product is wrong with its row. */
export const inColumn = <T>(column: string, find: () => T): T => {
  try {
    return find()
  } catch (error) {
    if (!(error instanceof EntrapipeError)) throw error
    throw invalid(error.code.startsWith('SERVICE_PLAN') ? 'DisabledPlans' : column, error.message, error.fix)
  }
}

/** As `inColumn`, of the column of products that is documented. */
export const inRow = <T>(find: () => T): T => inColumn('LicenseSKU', find)

/** The texts of a cell with semicolons, or of a list. @throws EntrapipeError `ROW_INVALID` */
export const textsIn = (column: string, value: unknown): readonly string[] => {
  if (value === undefined || value === null) return []
  const list: unknown = typeof value === 'string' ? value.split(';') : value
  if (!Array.isArray(list) || !list.every(each => typeof each === 'string'))
    throw invalid(column, `Expected ${column} to be text, or a list of texts.`)
  return (list as readonly string[]).map(each => each.trim()).filter(each => each !== '')
}

/** The Microsoft 365 admin center joins the names of products with plus signs, and has a word for none. */
const productsIn = (column: string, value: unknown, find: Find): readonly string[] => {
  const texts = textsIn(column, value)
  if (!/^licen[cs]es$/.test(column)) return texts
  return texts.filter(text => text.toLowerCase() !== 'unlicensed').flatMap(text => apart(text, find))
}

/** `A+B` as its names. Some names have a plus sign, so the longest that is one counts. */
const apart = (text: string, find: Find): readonly string[] => {
  const parts = text.split('+')
  for (let end = parts.length; end > 0; end--) {
    const name = parts.slice(0, end).join('+')
    if (end > 1 && !isName(name, find)) continue
    return end === parts.length ? [name.trim()] : [name.trim(), ...apart(parts.slice(end).join('+'), find)]
  }
  return []
}

const isName = (text: string, find: Find): boolean => {
  try {
    return find(text) !== undefined
  } catch (error) {
    if (!(error instanceof EntrapipeError)) throw error
    return error.code === 'SKU_AMBIGUOUS'
  }
}

const isSame = (products: readonly Product[], texts: readonly string[], find: Find): boolean =>
  texts.every(text => products.some(product => isNameOf(product, text, find))) &&
  products.every(product => texts.some(text => isNameOf(product, text, find)))

/** Whether it is one of the names of a product, which other products may have, too. */
const isNameOf = (product: Product, text: string, find: Find): boolean => {
  const { skuId, partNumber, name, alsoCalled } = product
  const wanted = productNameKey(text)
  if ([skuId, partNumber, name, ...alsoCalled].some(each => productNameKey(each) === wanted)) return true
  try {
    return find(text) === product
  } catch (error) {
    if (!(error instanceof EntrapipeError)) throw error
    return false
  }
}
