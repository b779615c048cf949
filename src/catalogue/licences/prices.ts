import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { csvRecords, type CsvRecord } from '../../formats/csv-records.ts'
import { findProduct, shownProduct } from '../../licensing/find-product.ts'
import { amountIn, type Price, type Prices } from '../../licensing/impact/price.ts'
import type { Products } from '../../licensing/products.ts'
import { textInput } from '../../sources/files/text-input.ts'

/** A line of a file of prices. */
interface PriceLine extends Price {
  readonly line: number
  /** Part number, name or id, as it is written. */
  readonly sku: string
}

/** A file of prices whose products are not looked up yet. */
export interface PriceFile {
  readonly name: string
  readonly lines: readonly PriceLine[]
}

const columns = ['sku', 'price', 'currency'] as const
type Column = (typeof columns)[number]

const invalid = (
  where: string,
  message: string,
  facts: { readonly line?: number; readonly column?: string },
  fix: string,
) => new EntrapipeError('PRICES_INVALID', `${where}: ${message}`, { facts, fix })

/**
 * Reads a file of monthly prices: CSV with the columns sku, price and currency, in any order, beside others. A product without a price has no price:
 * it is not free.
 *
 * @throws EntrapipeError `PRICES_INVALID` (facts: line, column), `FILE_MISSING`, `FILE_UNREADABLE`
 */
export const readPrices = async (from: string, ctx: Context): Promise<PriceFile> => {
  if (from === '-')
    throw new EntrapipeError('OPTION_INVALID', 'Expected --prices to be the name of a file, got "-"', {
      fix: 'Write the prices to a file.',
    })
  const input = textInput(from)
  await input.check(ctx)
  const records: CsvRecord[] = []
  try {
    for await (const some of csvRecords(input.preview(ctx), { name: from, columns })) records.push(...some)
  } catch (error) {
    if (!(error instanceof EntrapipeError) || !isOfFile.has(error.code)) throw error
    throw new EntrapipeError('PRICES_INVALID', error.message, {
      cause: error,
      facts: error.facts,
      fix: 'Correct the file.',
    })
  }
  const [header, ...rest] = records
  if (!header)
    throw invalid(
      from,
      'the file is empty.',
      {},
      `Write a line with ${columns.join(',')}, and a line for each product.`,
    )
  const places = placesIn(header, from)
  if (rest.length === 0)
    throw invalid(from, 'the file has no prices.', {}, `Write a line for each product below ${columns.join(',')}.`)
  return { name: from, lines: rest.map(record => lineIn(record, places, from)) }
}

/** Currencies of which a unit has a thousand parts (ISO 4217): three digits after a point are usual. */
const withThreeDigits: ReadonlySet<string> = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'])

const isOfFile: ReadonlySet<string> = new Set(['INPUT_MALFORMED', 'INPUT_CUT_OFF', 'HEADER_INVALID'])

const placesIn = ({ line, cells }: CsvRecord, name: string): Readonly<Record<Column, number>> => {
  const names = cells.map(cell => cell.trim().toLowerCase())
  const at = (column: Column): number => {
    const found = names.indexOf(column)
    const where = `${name}, line ${line}`
    if (found < 0)
      throw invalid(
        where,
        `the column ${column} is missing; the line has ${names.map(each => JSON.stringify(each)).join(', ')}.`,
        { line, column },
        `Expected the columns ${columns.join(', ')}.`,
      )
    if (names.lastIndexOf(column) !== found)
      throw invalid(where, `the column ${column} is there twice.`, { line, column }, 'Remove one of them.')
    return found
  }
  return { sku: at('sku'), price: at('price'), currency: at('currency') }
}

const lineIn = (
  { line, cells, fault }: CsvRecord,
  places: Readonly<Record<Column, number>>,
  name: string,
): PriceLine => {
  const of = (column: Column): string => (cells[places[column]] ?? '').trim()
  const wrong = (column: Column, message: string, fix: string): EntrapipeError =>
    invalid(`${name}, line ${line}, column ${column}`, message, { line, column }, fix)
  if (fault !== undefined) throw invalid(`${name}, line ${line}`, fault, { line }, 'Correct the line.')
  const [sku, price, currency] = columns.map(of) as [string, string, string]
  if (sku === '') throw wrong('sku', 'it is empty.', 'Write the part number, name or id of a product.')
  const amount = price === '' ? undefined : amountIn(price)
  if (price !== '' && amount === undefined)
    throw wrong(
      'price',
      `expected a price such as 36.00, got ${JSON.stringify(price)}.`,
      'Write digits with a point and at most four more digits, without thousands separators and currency signs. Leave the cell empty if the price is not known.',
    )
  if (/^\d{1,3}\.\d{3}$/.test(price) && !withThreeDigits.has(currency.toUpperCase()))
    throw wrong(
      'price',
      `${price} can mean two amounts, since a point also stands for thousands.`,
      `Write ${price.replace('.', '')}.00, or ${price}0.`,
    )
  // A product without a price needs no currency.
  if (!/^[A-Za-z]{3}$/.test(currency) && (currency !== '' || amount !== undefined))
    throw wrong(
      'currency',
      `expected a currency of three letters (ISO 4217) such as EUR, got ${JSON.stringify(currency)}.`,
      'Write the code of the currency.',
    )
  return { line, sku, amount, currency: currency.toUpperCase() }
}

/**
 * Finds the products of prices.
 *
 * @throws EntrapipeError `PRICES_INVALID` (facts: line, column) for products that are unknown or ambiguous, or have two prices
 */
export const pricesBySku = ({ name, lines }: PriceFile, products: Products): Prices => {
  const found = new Map<string, PriceLine>()
  for (const each of lines) {
    const where = `${name}, line ${each.line}, column sku`
    const facts = { line: each.line, column: 'sku' }
    const product = productIn(products, each.sku, error =>
      invalid(where, error.message, facts, error.fix ?? 'Write the part number of a product.'),
    )
    const before = found.get(product.skuId)
    if (before)
      throw invalid(
        where,
        `${shownProduct(product)} already has a price, in line ${before.line}.`,
        facts,
        'Remove one of the lines.',
      )
    found.set(product.skuId, each)
  }
  return found
}

const productIn = (products: Products, sku: string, wrong: (error: EntrapipeError) => EntrapipeError) => {
  try {
    return findProduct(products, sku)
  } catch (error) {
    throw error instanceof EntrapipeError ? wrong(error) : error
  }
}
