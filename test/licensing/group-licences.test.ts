import t from 'tap'
import { groupLicences } from '../../src/licensing/group-licences.ts'

t.test('what a group assigns is known by ids in lower case', async t => {
  const assigned = groupLicences({ assignedLicenses: [{ skuId: 'ABC', disabledPlans: ['DEF'] }, { skuId: 'x' }] })
  t.strictSame(
    [...assigned].map(([sku, off]) => [sku, [...off]]),
    [
      ['abc', ['def']],
      ['x', []],
    ],
  )
  t.equal(groupLicences({ assignedLicenses: [] }).size, 0)
})

t.test('a group without the property does not seem to assign nothing', async t =>
  t.throws(() => groupLicences({ id: 'g1' }), { code: 'NOT_PERMITTED', fix: 'Grant Group.Read.All.' }),
)
