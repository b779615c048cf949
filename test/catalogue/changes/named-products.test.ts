import t from 'tap'
import { namedProducts } from '../../../src/catalogue/changes/named-products.ts'
import { findProduct } from '../../../src/licensing/find-product.ts'
import { productsOf } from '../../../src/licensing/products.ts'
import { skuOf } from '../../licensing/products.ts'

const find = (text: string) => findProduct(productsOf([]), text)
const of = (values: Readonly<Record<string, string | readonly string[] | null>>) => namedProducts(values, 'sku', find)

t.test('the most exact column counts, and values of other columns stay', t => {
  t.strictSame(of({ licenseSku: 'spe_e3; Power BI Pro', user: 'ann' }), {
    texts: ['spe_e3', 'Power BI Pro'],
    column: 'LicenseSKU',
    rest: { user: 'ann' },
  })
  t.match(of({ productName: 'Visio Plan 2', skuPartNumber: 'VISIOCLIENT' }), {
    texts: ['VISIOCLIENT'],
    column: 'skuPartNumber',
  })
  t.match(of({ sku: [skuOf('SPE_E3'), skuOf('EMS')], accountSkuId: 'EMS;SPE_E3' }).texts, [
    skuOf('SPE_E3'),
    skuOf('EMS'),
  ])
  t.match(of({ skuId: null, skuPartNumber: '' }), { texts: [] })
  t.end()
})

t.test('columns that name different products, or more of them, are refused', t => {
  const refused = (values: Parameters<typeof of>[0], message: RegExp, column: string) =>
    t.throws(() => of(values), { code: 'ROW_INVALID', message, facts: { column } })
  refused(
    { skuId: skuOf('SPE_E3'), skuPartNumber: 'SPE_E5' },
    /^skuId is Microsoft 365 E3 \(SPE_E3\), and skuPartNumber is SPE_E5: these are different/,
    'skuPartNumber',
  )
  refused({ skuPartNumber: 'SPE_E3', licenseSku: 'SPE_E3;EMS' }, /LicenseSKU is SPE_E3 and EMS/, 'LicenseSKU')
  refused({ skuPartNumber: 'SPE_E3;EMS', licenseSku: 'EMS' }, /LicenseSKU is EMS/, 'LicenseSKU')
  refused({ skuId: skuOf('SPE_E3'), productName: 'No such product' }, /productName is No such product/, 'productName')
  refused({ skuId: 'SPE_E33', productName: 'Microsoft 365 E3' }, /No product has/, 'skuId')
  t.end()
})

t.test('names that are joined with plus signs are taken apart, but not those that have one', t => {
  const texts = (licenses: string) => of({ licenses }).texts
  t.strictSame(texts('Power BI Pro+Microsoft 365 E3'), ['Power BI Pro', 'Microsoft 365 E3'])
  t.strictSame(texts('Enterprise Mobility + Security E3'), ['Enterprise Mobility + Security E3'])
  t.strictSame(texts('Visio Plan 2+Enterprise Mobility + Security E3+Nothing'), [
    'Visio Plan 2',
    'Enterprise Mobility + Security E3',
    'Nothing',
  ])
  t.strictSame(texts('Unlicensed'), [])
  t.end()
})
