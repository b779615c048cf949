import t from 'tap'
import type { Entity, Query } from '../../../src/sandbox/directory/types.ts'
import { readingOf } from '../../../src/sandbox/resources/collection-query.ts'
import { compileFilter } from '../../../src/odata/compile-filter.ts'
import { parseFilter } from '../../../src/odata/parse-filter.ts'
import type { Filter } from '../../../src/odata/ast.ts'
import { small } from '../directory/fixture.ts'

const directory = small()
const planned = (kind: 'user' | 'group' | 'device', text: string) => {
  const filter = parseFilter(text)
  const testOf = (part: Filter) => compileFilter<Entity>(part)
  const plan = { text, filter, properties: [], test: testOf(filter), testOf }
  return readingOf(directory.collection(kind), 'index', { filter: plan }) as { readonly query: Query }
}

t.test(
  'no object is tested for beginnings of a property that has an order, for what has none of them, or has no value',
  async t => {
    for (const [kind, property] of [
      ['user', 'userPrincipalName'],
      ['user', 'displayName'],
      ['group', 'mailNickname'],
      ['group', 'displayName'],
      ['device', 'displayName'],
    ] as const) {
      const starts = `startsWith(${property},'a') or startsWith(${property},'b')`
      for (const filter of [
        starts,
        `not(${starts})`,
        `(${starts} or ${property} eq 'c') and not(startsWith(${property},'ab') or startsWith(${property},'ba'))`,
        `${property} eq null`,
      ])
        t.strictSame(
          Object.keys(planned(kind, filter).query).toSorted(),
          ['order', 'view', 'within'],
          `${kind}: ${filter}`,
        )
    }
  },
)

t.test('objects without a key are not looked up by it', async t => {
  for (const filter of [
    'uniqueName eq null',
    "uniqueName eq null or uniqueName eq 'all'",
    "uniqueName in ('all',null)",
  ]) {
    const { query } = planned('group', filter)
    t.equal(query.where?.({ id: '1', uniqueName: null }), true, filter)
  }
})

t.test('of a filter that beginnings answer in part, objects are tested for the rest only', async t => {
  const { query } = planned('user', "(startsWith(displayName,'a') or startsWith(displayName,'b')) and city eq 'Bern'")
  t.strictSame(query.within, { property: 'displayName', spans: [{ from: 'a', to: 'c' }] })
  t.equal(query.where?.({ id: '1', displayName: 'Zoe', city: 'Bern' }), true)
  t.equal(query.where?.({ id: '1', displayName: 'Ann', city: 'Rome' }), false)
})
