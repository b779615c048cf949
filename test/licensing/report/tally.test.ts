import t from 'tap'
import type { Json } from '../../../src/core/json.ts'
import type { HeldProduct } from '../../../src/licensing/report/held-products.ts'
import { mostDepartments, otherDepartments, tally } from '../../../src/licensing/report/tally.ts'

const held = (sku: string, more: Partial<HeldProduct> = {}): HeldProduct => ({
  ...{ sku, use: undefined, containedIn: [], isCovered: null, twiceBy: [] },
  ...more,
})

t.test('a user counts once in all and in the department, and once for each product', t => {
  const counted = tally(true)
  counted.add('Sales', [held('a', { use: 'unused', containedIn: ['B'] }), held('b', { use: 'unused', twiceBy: ['g'] })])
  counted.add(null, [held('b', { use: 'neverSignedIn' })])
  counted.add('Sales', [])
  t.strictSame(counted.total(), { users: 2, unused: 1, neverSignedIn: 1, contained: 1, twice: 1 })
  const a = { users: 1, unused: 1, neverSignedIn: 0, contained: 1, twice: 0 }
  t.strictSame(Object.fromEntries(counted.products()), {
    a,
    b: { users: 2, unused: 1, neverSignedIn: 1, contained: 0, twice: 1 },
  })
  const [sales, none] = counted.departments()
  t.strictSame(sales!.slice(0, 2), ['Sales', { users: 1, unused: 1, neverSignedIn: 0, contained: 1, twice: 1 }])
  t.strictSame(sales![2].get('a'), a)
  t.strictSame(none!.slice(0, 2), [null, { users: 1, unused: 0, neverSignedIn: 1, contained: 0, twice: 0 }])
  t.end()
})

t.test('a tally continues from what it saved, and without sign-ins their counts are null', t => {
  const first = tally(false)
  first.add('Sales', [held('a')])
  const second = tally(false, JSON.parse(JSON.stringify(first.save())) as Json)
  second.add('Sales', [held('a')])
  t.strictSame(second.total(), { users: 2, unused: null, neverSignedIn: null, contained: 0, twice: 0 })
  t.equal(second.departments().length, 1)
  t.end()
})

t.test('departments beyond the first ten thousand are one', t => {
  const counted = tally(true)
  for (let at = 0; at < mostDepartments + 5; at++) counted.add(`D${at}`, [held('a')])
  counted.add('D0', [held('a')])
  t.ok(counted.isOver)
  const named = new Map(counted.departments().map(([name, all]) => [name, all.users]))
  t.equal(named.size, mostDepartments + 1)
  t.equal(named.get(otherDepartments), 5)
  t.equal(named.get('D0'), 2)
  t.end()
})
