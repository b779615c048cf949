import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { pricesBySku, readPrices } from '../../../src/catalogue/licences/prices.ts'
import { catalogue, skuOf } from '../../licensing/products.ts'
import { partContext } from '../../contracts/part-context.ts'

const read = async (t: { testdir(): string }, text: string) => {
  const folder = t.testdir()
  writeFileSync(join(folder, 'prices.csv'), text)
  return pricesBySku(await readPrices('prices.csv', partContext(folder).ctx), catalogue)
}

t.test('products are named by part number, name or id, beside other columns and in any order', async t => {
  const found = await read(
    t,
    `note;Currency;SKU;price\nx;eur;SPE_E3;36.00\ny;USD;Microsoft 365 E5;\nz;EUR;${skuOf('VISIOCLIENT')};0\n;;POWER_BI_PRO;\n`,
  )
  t.match(found.get(skuOf('SPE_E3')), { amount: 360_000, currency: 'EUR' })
  t.match(found.get(skuOf('SPE_E5')), { amount: undefined, currency: 'USD' })
  t.match(found.get(skuOf('VISIOCLIENT')), { amount: 0, currency: 'EUR' })
  t.match(found.get(skuOf('POWER_BI_PRO')), { amount: undefined, currency: '' })
  t.equal(found.size, 4)
})

const wrong: readonly (readonly [text: string, message: RegExp, facts: object])[] = [
  ['', /prices\.csv: the file is empty/, {}],
  ['sku,price,currency\n', /prices\.csv: the file has no prices/, {}],
  ['sku,cost,currency\nSPE_E3,1,EUR\n', /line 1: the column price is missing/, { line: 1, column: 'price' }],
  ['sku,price,currency,SKU\nSPE_E3,1,EUR,\n', /line 1: the column sku is there twice/, { line: 1, column: 'sku' }],
  [
    'sku,price,currency\n\nSPE_E3,"36,00",EUR\n',
    /line 3, column price: expected a price such as 36\.00, got "36,00"/,
    { line: 3, column: 'price' },
  ],
  [
    'sku,price,currency\nSPE_E3,1.234,KWD\nSPE_E5,1.234,EUR\n',
    /line 3, column price: 1\.234 can mean two amounts/,
    { line: 3, column: 'price' },
  ],
  ['sku,price,currency\nSPE_E3,-1,EUR\n', /line 2, column price/, { line: 2, column: 'price' }],
  [
    'sku,price,currency\nSPE_E3,36,€\n',
    /line 2, column currency: expected a currency of three letters/,
    { line: 2, column: 'currency' },
  ],
  ['sku,price,currency\nSPE_E3,36\n', /line 2, column currency/, { line: 2, column: 'currency' }],
  ['sku,price,currency\n,36,EUR\n', /line 2, column sku: it is empty/, { line: 2, column: 'sku' }],
  ['sku,price,currency\nSPE_E33,36,EUR\n', /line 2, column sku: No product has/, { line: 2, column: 'sku' }],
  [
    'sku,price,currency\nMicrosoft 365 F1,36,EUR\n',
    /line 2, column sku: 2 products are called/,
    { line: 2, column: 'sku' },
  ],
  [
    'sku,price,currency\nSPE_E3,36,EUR\nMicrosoft 365 E3,37,EUR\n',
    /line 3, column sku: .* already has a price, in line 2/,
    { line: 3, column: 'sku' },
  ],
  ['sku,price,currency\n"SPE_E3,36,EUR\n', /prices\.csv, line 2.*quote/, { line: 2 }],
]

for (const [text, message, facts] of wrong)
  t.test(`a file of prices is refused: ${String(message)}`, async t => {
    await t.rejects(read(t, text), { code: 'PRICES_INVALID', message, facts, exit: 2 })
  })
