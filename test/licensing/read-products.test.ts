import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { readProducts } from '../../src/licensing/read-products.ts'
import { catalogue, skuOf, subscribed } from './products.ts'

const never = new AbortController().signal
const graphOf = (error?: EntrapipeError) => ({
  async *pages() {
    if (error) throw error
    yield { values: [subscribed('SPE_E3', { enabled: 10 })] }
  },
})

t.test('the products are those of the tenant, or of the catalogue where those may not be read', async t => {
  const own = await readProducts(graphOf() as never, never)
  t.match([own.isOwn, own.products.get(skuOf('SPE_E3'))?.subscription], [true, { enabled: 10 }])
  const others = await readProducts(graphOf(new EntrapipeError('NOT_PERMITTED', 'No.')) as never, never)
  t.strictSame([others.isOwn, others.products.size], [false, catalogue.size])
})

t.test('other errors are not taken for a missing permission', async t => {
  await t.rejects(readProducts(graphOf(new EntrapipeError('GRAPH_UNAVAILABLE', 'Later.')) as never, never), /Later/)
})
