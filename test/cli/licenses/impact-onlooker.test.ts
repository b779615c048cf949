import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadOperations } from '../../../src/catalogue/operations.ts'
import type { Json } from '../../../src/core/json.ts'
import { impactOnlooker } from '../../../src/cli/licenses/impact-onlooker.ts'
import { heldText, impactJson } from '../../../src/licensing/impact/row-impact.ts'
import { openSorter } from '../../../src/store/sorter.ts'
import { heldBy } from '../../licensing/held-by.ts'
import { skuOf, subscribed } from '../../licensing/products.ts'

const operations = await loadOperations()
const graph = {
  async *pages() {
    yield { values: [subscribed('SPE_E3', { enabled: 10 })] }
  },
}
const e3 = skuOf('SPE_E3')
const change = { addLicenses: [{ skuId: e3, disabledPlans: [] }], removeLicenses: [] }
const impactOfUser = impactJson({ user: 'u1', held: heldText(heldBy({})), change })

/** What is counted of two rows, each of a user. @param impacts what their looks tell */
const counted = async (t: Test, isAlways: boolean, ...impacts: readonly (Json | undefined)[]) => {
  const onlooker = impactOnlooker({
    graph: graph as never,
    signal: new AbortController().signal,
    operations,
    prices: undefined,
    openFiles: async () => [],
    isAlways,
  })
  const sorter = openSorter(join(t.testdir(), 'sort'))
  await onlooker.begin(
    () => sorter,
    async function* () {},
  )
  onlooker.looked(
    impacts.map((impact, at) => ({
      entry: { key: at, step: 0, about: `u${at}/licences/${e3}`, row: { kind: 'assign-license', value: {} } } as never,
      impact,
    })),
  )
  return onlooker.end()
}

t.test('what users do who are read is counted', async t => {
  t.match(await counted(t, false, impactOfUser), { users: { affected: 1 }, products: [{ takes: 1 }] })
})

t.test('no numbers are shown that would lack users who are created first', async t => {
  t.equal(await counted(t, false, impactOfUser, undefined), undefined)
  t.equal(await counted(t, false, undefined), undefined)
})
