import t from 'tap'
import { scatter } from '../../../src/sandbox/directory/permutation.ts'
import { dateSpans } from '../../../src/sandbox/directory/date-spans.ts'
import type { Collection, Cursor, Directory, Entity, Query } from '../../../src/sandbox/directory/types.ts'
import { small, within } from './fixture.ts'
import { mutate } from '../mutate.ts'

const all = (collection: Collection, query: Query, limit = 97): string[] => {
  const ids: string[] = []
  let cursor: Cursor | undefined
  do {
    const slice = collection.slice(query, limit, ['id'], cursor)
    ids.push(...slice.ids)
    // A cursor is sent as JSON.
    cursor = slice.cursor && JSON.parse(JSON.stringify(slice.cursor))
  } while (cursor)
  return ids
}
const lower = (value: unknown): string => (value === null || value === undefined ? '' : String(value).toLowerCase())
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
const byText = (property: string) => (one: Entity, other: Entity) =>
  compare(lower(one[property]), lower(other[property]))

/** Two hundred changes derived from a seed. */
const disturb = (directory: Directory, salt: number): void => {
  const users = directory.collection('user')
  const ids = all(users, { order: 'default', view: 'direct' })
  for (let step = 0; step < 200; step++) {
    const hash = scatter(step ^ salt)
    const id = ids[hash % ids.length] ?? ''
    if (!users.get(id)) continue
    const what = hash % 5
    if (what === 0) mutate(directory, { do: 'delete', kind: 'user', id }, 'test')
    else if (what === 1)
      mutate(directory, { do: 'update', kind: 'user', id, values: { department: `Department ${step}` } }, 'test')
    else if (what === 2)
      mutate(
        directory,
        {
          do: 'update',
          kind: 'user',
          id,
          values: { displayName: `Moved ${step}`, userPrincipalName: `Moved.${step}@contoso3.com` },
        },
        'test',
      )
    else if (what === 3)
      mutate(
        directory,
        {
          do: 'create',
          kind: 'user',
          values: {
            displayName: `Anna Ée ${step}`,
            userPrincipalName: `new.${hash % 1000}.${step}@contoso3.com`,
            createdDateTime: `20${10 + (hash % 15)}-01-01T00:00:00Z`,
          },
        },
        'test',
      )
    else mutate(directory, { do: 'update', kind: 'user', id, values: { createdDateTime: null } }, 'test')
  }
}

for (const changed of [false, true]) {
  const directory = small()
  const users = directory.collection('user')
  // Two of the orders are read before the changes, the others afterwards.
  for (const order of ['displayName', 'department']) all(users, { order, view: 'direct' })
  if (changed) disturb(directory, 11)
  const entities = all(users, { order: 'default', view: 'direct' }).map(id => users.get(id) as Entity)
  const when = changed ? 'with changes' : 'without changes'

  t.test(`${when}: orders equal a sort by lower case, nulls first, ascending and descending`, async t => {
    t.equal(new Set(entities.map(({ id }) => id)).size, entities.length)
    t.equal(users.count({ order: 'default', view: 'direct' }), entities.length)
    for (const order of ['userPrincipalName', 'displayName', 'createdDateTime', 'department']) {
      const sorted = [...entities].sort(byText(order)).map(entity => lower(entity[order]))
      const up = all(users, { order, view: 'direct' })
      t.strictSame(
        up.map(id => lower(users.get(id)?.[order])),
        sorted,
        order,
      )
      t.strictSame(all(users, { order, view: 'direct', descending: true }), [...up].reverse(), `${order} down`)
      t.strictSame(all(users, { order, view: 'direct' }, 1).length, up.length, `${order} one by one`)
    }
    const listed = all(users, { order: 'default', view: 'direct' })
    t.strictSame(all(users, { order: 'default', view: 'direct', descending: true }), [...listed].reverse())
  })

  t.test(`${when}: a prefix returns and counts what a scan would`, async t => {
    const words = ['a', 'An', 'anna ', 'm', 'MOVED', 'é', 'jo', 'zz', '', 'anna é', 'new.']
    for (const property of ['userPrincipalName', 'displayName', 'department'])
      for (const value of words) {
        const query: Query = { order: 'default', view: 'index', ...within(`startsWith(${property},'${value}')`) }
        const expected = entities
          .filter(entity => entity[property] !== null)
          .filter(entity => lower(entity[property]).startsWith(value.toLowerCase()))
        t.equal(users.count(query), expected.length, `${property} ${value}`)
        t.strictSame(new Set(all(users, query)), new Set(expected.map(({ id }) => id)), `${property} ${value}`)
      }
  })

  t.test(`${when}: bounds of a date are inclusive and exclude unknown dates`, async t => {
    const between = (bounds: Parameters<typeof dateSpans>[0]): Query => ({
      order: 'default',
      view: 'direct',
      within: { property: 'createdDateTime', spans: dateSpans(bounds) },
    })
    const dates = entities.map(entity => entity['createdDateTime'] as string | null)
    const known = dates.filter(date => date !== null).sort()
    const [from = '', to = ''] = [known[100], known[300]]
    const inside = known.filter(date => date >= from && date <= to).length
    t.equal(users.count(between({ from, to })), inside)
    t.equal(all(users, between({ from, to })).length, inside)
    t.equal(users.count(between({ from: from.replace('Z', '.000Z'), to: to.slice(0, -1) })), inside)
    t.equal(users.count(between({ from: from.replace('Z', '.001Z') })), known.filter(date => date > from).length)
    t.equal(users.count(between({ to })), known.filter(date => date <= to).length)
    t.equal(users.count(between({})), known.length)
    t.equal(users.count(between({ from: to, to: from })), 0)
    const unknown: Query = { order: 'default', view: 'direct', ...within('createdDateTime eq null') }
    t.equal(users.count(unknown), dates.length - known.length)
  })

  t.test(`${when}: a scan filters, and its count is cached until something changes`, async t => {
    let asked = 0
    const where = (entity: Entity): boolean => {
      asked++
      return entity['department'] === 'Sales'
    }
    const query: Query = { order: 'userPrincipalName', view: 'direct', where, whereText: "department eq 'Sales'" }
    const expected = entities.filter(entity => entity['department'] === 'Sales')
    t.equal(users.count(query), expected.length)
    const first = asked
    t.equal(users.count(query), expected.length)
    t.equal(asked, first)
    t.strictSame(
      all(users, query),
      [...expected].sort(byText('userPrincipalName')).map(({ id }) => id),
    )
  })

  t.test(`${when}: every user is found by id and by user principal name, ignoring case`, async t => {
    for (const entity of entities) {
      const upn = String(entity['userPrincipalName'])
      if (users.find('userPrincipalName', upn.toUpperCase())?.id !== entity.id) t.fail(upn)
      if (users.get(entity.id.toUpperCase())?.id !== entity.id) t.fail(entity.id)
      if (!users.matches(entity.id, found => found['userPrincipalName'] === upn)) t.fail(`matches ${upn}`)
    }
    t.equal(users.find('userPrincipalName', 'nobody@contoso3.com'), undefined)
    t.equal(users.get('00000000-0000-4000-8000-000000000000'), undefined)
  })
}

t.test('a listing continues where it was after the directory changed', async t => {
  const directory = small()
  const users = directory.collection('user')
  const query: Query = { order: 'userPrincipalName', view: 'direct' }
  const before = all(users, query)
  const first = users.slice(query, 100, ['id'])
  mutate(directory, { do: 'delete', kind: 'user', id: before[10] ?? '' }, 'test')
  mutate(directory, { do: 'delete', kind: 'user', id: before[150] ?? '' }, 'test')
  mutate(directory, { do: 'create', kind: 'user', values: { userPrincipalName: 'aaa@contoso3.com' } }, 'test')
  const last = mutate(
    directory,
    { do: 'create', kind: 'user', values: { userPrincipalName: 'zzz@contoso3.com' } },
    'test',
  )
  const rest: string[] = []
  for (let cursor = first.cursor; cursor;) {
    const slice = users.slice(query, 64, ['id'], cursor)
    rest.push(...slice.ids)
    cursor = slice.cursor
  }
  t.strictSame([...first.ids, ...rest], [...before.filter((_, index) => index !== 150), last.id])
})

t.test('a scan stops after a limited number of objects and continues from its cursor', async t => {
  const directory = small({ users: 45_000 })
  const users = directory.collection('user')
  const query: Query = { order: 'default', view: 'direct', where: () => false }
  const first = users.slice(query, 10, ['id'])
  t.strictSame(first.json, [])
  t.ok(first.cursor)
  t.strictSame(all(users, query), [])
})

t.test('equal seeds and sizes give equal bytes, others give another tenant', async t => {
  const bytes = (directory: Directory) =>
    directory
      .collection('user')
      .slice({ order: 'default', view: 'direct' }, 50, directory.collection('user').properties).json
  t.strictSame(bytes(small()), bytes(small()))
  t.equal(small().tenantId, small().tenantId)
  t.equal(new Set([small(), small({ seed: 4 }), small({ users: 701 })].map(({ tenantId }) => tenantId)).size, 3)
  t.not(bytes(small())[0], bytes(small({ users: 701 }))[0])
})

t.test('invalid sizes are refused', async t => {
  t.throws(() => small({ users: 0 }), { code: 'OPTION_INVALID' })
  t.throws(() => small({ groups: 3 }), { code: 'OPTION_INVALID' })
})

for (const users of [1, 2, 3, 10, 100])
  t.test(`a directory of ${users} users works`, async t => {
    const directory = small({ users, groups: 14, devices: 1 })
    t.equal(all(directory.collection('user'), { order: 'displayName', view: 'direct' }).length, users)
    for (const id of all(directory.collection('group'), { order: 'displayName', view: 'direct' })) {
      const { references, cursor } = directory.related('group', id, 'members', 1000)
      t.equal(references.length, directory.countRelated('group', id, 'members'))
      t.equal(cursor, undefined)
    }
  })
