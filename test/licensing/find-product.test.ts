import t from 'tap'
import { skuCatalogue } from '../../src/data/sku-catalogue.ts'
import { productNameKey } from '../../src/data/product-name-key.ts'
import { findProduct } from '../../src/licensing/find-product.ts'
import { productsOf } from '../../src/licensing/products.ts'
import { catalogue, productOf, subscribed } from './products.ts'

const all = [...skuCatalogue().values()]
/** Every text that names products, with the ids of all that it names. */
const named = Map.groupBy(
  all.flatMap(sku =>
    [...new Set([sku.skuPartNumber, sku.name, ...sku.alsoCalled].map(productNameKey))].map(key => ({
      key,
      id: sku.skuId,
    })),
  ),
  ({ key }) => key,
)

t.test('every id finds its product, in capital letters too', async t => {
  for (const { skuId } of all) {
    if (findProduct(catalogue, skuId.toUpperCase()).skuId !== skuId) t.fail(skuId)
    if (findProduct(catalogue, ` ${skuId} `).skuId !== skuId) t.fail(skuId)
  }
  t.equal(all.length, 620)
})

t.test('a part number of the tenant is found with the name of the tenant before it', async t => {
  const products = productsOf([subscribed('SPE_E3')])
  t.equal(findProduct(products, 'contoso:SPE_E3').partNumber, 'SPE_E3')
  t.equal(findProduct(products, 'Contoso:spe_e3').partNumber, 'SPE_E3')
  for (const text of ['contoso:SPE_E5', 'contoso:', 'a b:SPE_E3', 'x:contoso:SPE_E3'])
    t.throws(() => findProduct(products, text), { code: 'SKU_UNKNOWN' }, text)
})

t.test(
  'every part number and every name of one product finds it; those of several stop and list all of them',
  async t => {
    let found = 0
    const ambiguous: string[] = []
    for (const [key, ids] of named) {
      const wanted = ids.map(({ id }) => id)
      if (wanted.length === 1) {
        if (findProduct(catalogue, key).skuId !== wanted[0]) t.fail(key)
        found++
        continue
      }
      ambiguous.push(key)
      t.throws(() => findProduct(catalogue, key), { code: 'SKU_AMBIGUOUS', facts: { skus: wanted } }, key)
    }
    t.ok(found > 1_200)
    t.strictSame(ambiguous.sort(), [
      'azure information protection plan 1',
      'dynamics 365 customer insights attach',
      'dynamics 365 customer voice additional responses',
      'dynamics 365 enterprise edition - additional portal for government',
      'dynamics 365 for case management, enterprise edition for government',
      'mcopstn5',
      'microsoft 365 apps for business',
      'microsoft 365 business basic',
      'microsoft 365 business standard eea (no teams)',
      'microsoft 365 f1',
      'microsoft copilot for microsoft 365',
      'power bi premium per user add-on for gcc',
      'privacy management - subject rights request (50)',
      'visio plan 1',
      'visio plan 2',
      'windows 10/11 enterprise e3',
    ])
  },
)

t.test('case, blanks and dashes do not count, and underscores do', async t => {
  t.equal(findProduct(catalogue, '  MICROSOFT  365 e3 ').partNumber, 'SPE_E3')
  t.equal(findProduct(catalogue, 'Microsoft_365_E3').partNumber, 'Microsoft_365_E3')
  t.equal(findProduct(catalogue, 'spe_e5').name, 'Microsoft 365 E5')
  t.equal(findProduct(catalogue, 'Power Virtual Agent User License').partNumber, 'VIRTUAL_AGENT_USL')
})

t.test('a name of two products stops although the tenant has only one of them, which is said', async t => {
  const products = productsOf([subscribed('M365_F1')])
  t.throws(() => findProduct(products, 'Microsoft 365 F1'), {
    code: 'SKU_AMBIGUOUS',
    message:
      /^2 products are called "Microsoft 365 F1": M365_F1 \(44575883-.*, 14 plans\) and M365_F1_COMM \(50f60901-.*, 18 plans\)\. The tenant has M365_F1\.$/,
    fix: 'Use the part number of the one that you mean.',
  })
  t.equal(findProduct(products, 'm365_f1').partNumber, 'M365_F1')
})

t.test(
  "a part number of two products is that of the tenant's; if the tenant has neither, the ids are asked for",
  async t => {
    const [one, other] = all.filter(({ skuPartNumber }) => skuPartNumber === 'MCOPSTN5')
    t.throws(() => findProduct(catalogue, 'MCOPSTN5'), {
      code: 'SKU_AMBIGUOUS',
      message: /The tenant has none of them\.$/,
      fix: 'Use the id of the one that you mean.',
    })
    const product = { skuPartNumber: 'MCOPSTN5', servicePlans: [] }
    const products = productsOf([{ ...product, skuId: other!.skuId }])
    t.equal(findProduct(products, 'MCOPSTN5').skuId, other!.skuId)
    const both = productsOf([one!, other!].map(({ skuId }) => ({ ...product, skuId })))
    t.throws(() => findProduct(both, 'MCOPSTN5'), {
      code: 'SKU_AMBIGUOUS',
      message: /The tenant has MCOPSTN5 and MCOPSTN5\.$/,
    })
  },
)

t.test('a part number that the tenant gives to a product of its own finds that one', async t => {
  const skuId = '00000000-0000-4000-8000-000000000002'
  const products = productsOf([{ skuId, skuPartNumber: 'SPE_E5' }])
  t.equal(findProduct(products, 'SPE_E5').skuId, skuId)
  t.equal(findProduct(products, 'Microsoft 365 E5').skuId, productOf('SPE_E5').skuId)
})

t.test('a name near another is suggested, and a short form leads to the products with its words', async t => {
  const fixOf = (text: string, products = catalogue): string | undefined => {
    try {
      findProduct(products, text)
    } catch (error) {
      const { code, message, fix } = error as { code: string; message: string; fix?: string }
      t.equal(code, 'SKU_UNKNOWN')
      t.match(message, /^No product has the (?:id|part number or name) "/)
      return fix
    }
    return t.fail(`found ${text}`) as never
  }
  t.equal(fixOf('SPE_E33'), 'Did you mean Microsoft 365 E3 (SPE_E3)?')
  t.equal(fixOf('Micorsoft 365 E5'), 'Did you mean Microsoft 365 E5 (SPE_E5)?')
  t.equal(
    fixOf('Power Virtual Agnt User License'),
    'Did you mean Microsoft Copilot Studio User License (VIRTUAL_AGENT_USL)?',
  )
  t.equal(fixOf('M365 E3'), 'Did you mean Microsoft 365 E3 (SPE_E3)?')
  t.equal(fixOf('Microsft 365 F1'), 'Did you mean Microsoft 365 F1 (M365_F1_COMM) or Microsoft 365 F1 (M365_F1)?')
  t.match(fixOf('Copilot Studio'), /^Did you mean Microsoft Copilot Studio /)
  t.equal(fixOf('qqqqqqqqqqqqqqqqqqqqqqqqq', productsOf([subscribed('SPE_E3')])), 'The tenant has SPE_E3.')
  t.equal(fixOf('00000000-0000-4000-8000-000000000009', productsOf([subscribed('SPE_E3')])), 'The tenant has SPE_E3.')
  t.equal(
    fixOf('Enterprise Mobility + Security E5,Microsoft 365 E3'),
    'Separate several products with semicolons: Enterprise Mobility + Security E5;Microsoft 365 E3',
  )
  t.equal(
    fixOf('Microsoft 365 E3+contoso:POWER_BI_PRO', productsOf([subscribed('SPE_E3'), subscribed('POWER_BI_PRO')])),
    'Separate several products with semicolons: Microsoft 365 E3;contoso:POWER_BI_PRO',
  )
  t.match(
    fixOf('{contoso:SPE_E3, contoso:POWER_BI_PRO}', productsOf([subscribed('SPE_E3'), subscribed('POWER_BI_PRO')])),
    /: contoso:SPE_E3;contoso:POWER_BI_PRO$/,
  )
  t.notMatch(fixOf('SPE_E3,NOPE'), /semicolons/)
  t.throws(() => findProduct(catalogue, ' '), { code: 'SKU_UNKNOWN' })
})
