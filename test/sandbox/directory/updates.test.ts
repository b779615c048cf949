import t from 'tap'
import type { Directory, Reference } from '../../../src/sandbox/directory/types.ts'
import { handClock, small, within } from './fixture.ts'
import { mutate } from '../mutate.ts'

const idsIn = (directory: Directory, order: string, view: 'direct' | 'index' = 'direct', limit = 10_000) =>
  directory.collection('user').slice({ order, view }, limit, ['id']).ids
const shownIn = (directory: Directory, order: string, property: string, limit = 10_000): readonly string[] => {
  const users = directory.collection('user')
  const found: string[] = []
  let from: Parameters<typeof users.slice>[3]
  do {
    const slice = users.slice({ order, view: 'direct' }, limit, ['id', property], from)
    found.push(
      ...slice.json.map(text => String((JSON.parse(text) as Record<string, unknown>)[property] ?? '').toLowerCase()),
    )
    from = slice.cursor
  } while (from)
  return found
}

t.test('an update changes the given properties only', async t => {
  const directory = small()
  const users = directory.collection('user')
  const [id = ''] = idsIn(directory, 'default')
  const before = users.get(id)
  mutate(directory, { do: 'update', kind: 'user', id: id.toUpperCase(), values: { city: 'Oslo', id: 'other' } }, 'test')
  t.strictSame(users.get(id), { ...before, city: 'Oslo' })
  mutate(directory, { do: 'update', kind: 'user', id, values: { state: null } }, 'test')
  t.strictSame(users.get(id), { ...before, city: 'Oslo', state: null })
})

t.test('a created object gets missing dates and keys, and keeps given ones', async t => {
  const directory = small()
  const create = (kind: 'user' | 'group' | 'device' | 'application' | 'servicePrincipal', values: object) => {
    const { id } = mutate(directory, { do: 'create', kind, values: values as Record<string, unknown> }, 'test')
    return directory.collection(kind).get(id)
  }
  const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
  t.match(create('device', {}), { registrationDateTime: '2026-06-01T00:00:00Z', deviceId: guid })
  t.match(create('application', {}), { createdDateTime: '2026-06-01T00:00:00Z', appId: guid })
  t.match(create('group', { createdDateTime: '2020-01-01T00:00:00Z' }), { createdDateTime: '2020-01-01T00:00:00Z' })
  t.match(create('device', { deviceId: '11111111-2222-4333-8444-555555555555' }), {
    deviceId: '11111111-2222-4333-8444-555555555555',
  })
  t.notMatch(create('servicePrincipal', {}), { appId: guid })
})

for (const order of ['default', 'displayName', 'userPrincipalName', 'createdDateTime'])
  t.test(`an order by ${order} that was read before contains every change once`, async t => {
    const directory = small()
    const all = idsIn(directory, order)
    // Includes rank 0, which must not be special.
    const [first = ''] = idsIn(directory, 'userPrincipalName')
    const [, updated = '', deleted = '', restored = ''] = all.filter(id => id !== first)
    const change = (id: string, values: object) =>
      mutate(directory, { do: 'update', kind: 'user', id, values: values as Record<string, unknown> }, 'test')
    change(first, { city: 'Oslo' })
    change(updated, { city: 'Oslo' })
    change(updated, { city: 'Bergen' })
    mutate(directory, { do: 'delete', kind: 'user', id: deleted }, 'test')
    mutate(directory, { do: 'delete', kind: 'user', id: restored }, 'test')
    mutate(directory, { do: 'restore', kind: 'user', id: restored }, 'test')
    t.strictSame(
      idsIn(directory, order),
      all.filter(id => id !== deleted),
      'an object with an unchanged key keeps its place',
    )
    t.equal(directory.collection('user').count({ order, view: 'direct' }), 699)
    mutate(directory, { do: 'restore', kind: 'user', id: deleted }, 'test')
    t.strictSame(idsIn(directory, order), all)
  })

t.test('new objects at one place are in the order of their names, then of their ids, each once', async t => {
  const directory = small()
  const before = shownIn(directory, 'displayName', 'displayName')
  const names = ['zzz c', 'zzz a', 'zzz b', 'zzz a', 'zzz a', '0 b', '0 a']
  for (const displayName of names) mutate(directory, { do: 'create', kind: 'user', values: { displayName } }, 'test')
  const sorted = [...before, ...names].sort()
  t.strictSame(shownIn(directory, 'displayName', 'displayName'), sorted)
  t.strictSame(shownIn(directory, 'displayName', 'displayName', 1), sorted, 'read one by one')
  const same = directory
    .collection('user')
    .slice({ order: 'displayName', view: 'direct', ...within("startsWith(displayName,'zzz a')") }, 9, ['id'])
  t.equal(same.ids.length, 3)
  t.strictSame(same.ids, [...same.ids].sort())
})

t.test('new objects are among the others in the default order, each once', async t => {
  const directory = small()
  const before = idsIn(directory, 'default')
  const created = Array.from(
    { length: 40 },
    (_, n) => mutate(directory, { do: 'create', kind: 'user', values: { displayName: `N ${n}` } }, 'test').id,
  )
  const after = idsIn(directory, 'default')
  t.strictSame(
    after.filter(id => !created.includes(id)),
    before,
  )
  t.strictSame(after.filter(id => created.includes(id)).sort(), [...created].sort())
  const places = created.map(id => after.indexOf(id)).sort((a, b) => a - b)
  t.ok((places[0] ?? 0) < 300 && (places.at(-1) ?? 0) > 440, `they are not all at one end: ${places.join()}`)
})

t.test('a view that starts to lag has all earlier changes', async t => {
  const clock = handClock()
  const directory = small({ clock })
  const ids = idsIn(directory, 'default')
  const [updated = '', deleted = ''] = ids
  const company = directory.collection('group').find('uniqueName', 'all-company')?.id ?? ''
  const { id: created } = mutate(
    directory,
    { do: 'create', kind: 'user', values: { displayName: 'Early', userPrincipalName: 'early@contoso3.com' } },
    'test',
  )
  const member: Reference = { kind: 'user', id: created }
  const [left] = directory.related('group', company, 'members', 1).references
  mutate(directory, { do: 'update', kind: 'user', id: updated, values: { city: 'Oslo' } }, 'test')
  mutate(directory, { do: 'delete', kind: 'user', id: deleted }, 'test')
  mutate(directory, { do: 'link', kind: 'group', id: company, relation: 'members', target: member }, 'test')
  if (left) mutate(directory, { do: 'unlink', kind: 'group', id: company, relation: 'members', target: left }, 'test')
  const seen = (view: 'direct' | 'index') => ({
    ids: idsIn(directory, 'default', view),
    updated: directory.collection('user').get(updated, view)?.['city'],
    found: directory.collection('user').find('userPrincipalName', 'early@contoso3.com', view)?.id,
    members: directory.countRelated('group', company, 'members', undefined, view),
    isMember: directory.isRelated('group', company, 'members', member, view),
    hasLeft: left && directory.isRelated('group', company, 'members', left, view),
    groups: directory.memberOf(member, view),
  })
  const before = seen('index')
  t.equal(before.ids.length, 700)
  t.match(before, { updated: 'Oslo', found: created, isMember: true, hasLeft: false, groups: [{ id: company }] })
  directory.setLag('index', 60_000)
  t.strictSame(seen('index'), before)
  mutate(directory, { do: 'unlink', kind: 'group', id: company, relation: 'members', target: member }, 'test')
  t.strictSame(seen('index'), before, 'it does not see later changes')
  clock.move(60_000)
  t.strictSame(seen('index'), seen('direct'))
})

t.test('a longer lag does not hide a change again that was visible by then, though nobody had looked', async t => {
  const clock = handClock()
  const directory = small({ clock })
  const [id = ''] = idsIn(directory, 'default')
  const seen = () => directory.collection('user').get(id, 'index')?.['city']
  directory.setLag('index', 1_000)
  mutate(directory, { do: 'update', kind: 'user', id, values: { city: 'Oslo' } }, 'test')
  clock.move(1_000)
  directory.setLag('index', 60_000)
  t.equal(seen(), 'Oslo')
  mutate(directory, { do: 'update', kind: 'user', id, values: { city: 'Rome' } }, 'test')
  clock.move(59_999)
  t.equal(seen(), 'Oslo')
  clock.move(1)
  t.equal(seen(), 'Rome')
})

t.test('a manager is replaced, not added, and may be set again', async t => {
  const directory = small()
  const members = idsIn(directory, 'default').filter(
    id => directory.collection('user').get(id)?.['userType'] === 'Member',
  )
  const managersOf = (id: string) => directory.related('user', id, 'manager', 5).references.map(one => one.id)
  const user = members.find(id => managersOf(id).length === 1) ?? ''
  const [first = ''] = managersOf(user)
  const other = members.find(id => id !== user && id !== first) ?? ''
  const link = (id: string) =>
    mutate(directory, { do: 'link', kind: 'user', id: user, relation: 'manager', target: { kind: 'user', id } }, 'test')
  const reportsOf = (id: string) => directory.relating({ kind: 'user', id }, 'manager').map(one => one.id)
  for (const next of [other, other, first, first, other]) {
    link(next)
    t.strictSame(managersOf(user), [next])
    t.equal(reportsOf(next).filter(id => id === user).length, 1)
    t.notOk(reportsOf(next === first ? other : first).includes(user))
  }
})

t.test('the log has each added and removed link', async t => {
  const directory = small()
  const [group = ''] = directory.collection('group').slice({ order: 'displayName', view: 'direct' }, 1, ['id']).ids
  const { id } = mutate(directory, { do: 'create', kind: 'user', values: { displayName: 'New' } }, 'test')
  const target: Reference = { kind: 'user', id }
  for (const what of ['link', 'unlink'] as const)
    mutate(directory, { do: what, kind: 'group', id: group.toUpperCase(), relation: 'owners', target }, 'test')
  const one = { atMs: Date.UTC(2026, 5, 1), kind: 'group', id: group, relation: 'owners', target }
  t.strictSame(directory.changes(1), [
    { ...one, sequence: 2, what: 'linked' },
    { ...one, sequence: 3, what: 'unlinked' },
  ])
})
