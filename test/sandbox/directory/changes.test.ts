import t from 'tap'
import type { Directory } from '../../../src/sandbox/directory/types.ts'
import { handClock, small } from './fixture.ts'
import { mutate } from '../mutate.ts'

const idAt = (directory: Directory, index: number) =>
  directory.collection('user').slice({ order: 'default', view: 'direct' }, index + 1, ['id']).ids[index] ?? ''
const members = { order: 'default', view: 'direct' } as const

t.test('a created object has every property, a place in each order, and a new id', async t => {
  const directory = small()
  const users = directory.collection('user')
  const { id, sequence, what } = mutate(
    directory,
    { do: 'create', kind: 'user', values: { displayName: 'Zoë', userPrincipalName: 'zoe@contoso3.com' } },
    'request-1',
  )
  t.strictSame({ sequence, what, generation: directory.generation }, { sequence: 1, what: 'created', generation: 1 })
  const entity = users.get(id)
  t.strictSame(
    new Set(Object.keys(entity ?? {})),
    new Set(users.properties.filter(name => !directory.extensions.some(extension => extension.name === name))),
  )
  t.match(entity, { id, displayName: 'Zoë', createdDateTime: '2026-06-01T00:00:00Z', businessPhones: [], city: null })
  t.equal(users.count(members), 701)
  t.equal(users.jsonOf(id, ['id', 'displayName']), `{"id":"${id}","displayName":"Zoë"}`)
  t.strictSame(directory.locate(id), { kind: 'user', id })
})

t.test('a user principal name is unique among live and deleted users', async t => {
  const directory = small()
  const users = directory.collection('user')
  const [one, other] = [users.get(idAt(directory, 1)), users.get(idAt(directory, 2))]
  const create = (userPrincipalName: unknown) =>
    mutate(directory, { do: 'create', kind: 'user', values: { userPrincipalName } }, 'test')
  const conflict = {
    status: 400,
    code: 'Request_BadRequest',
    message: 'Another object with the same value for property userPrincipalName already exists.',
  }
  const upn = String(one?.['userPrincipalName'])
  t.throws(() => create(upn.toUpperCase()), conflict)
  t.throws(
    () =>
      mutate(
        directory,
        { do: 'update', kind: 'user', id: other?.id ?? '', values: { userPrincipalName: upn } },
        'test',
      ),
    conflict,
  )
  mutate(directory, { do: 'delete', kind: 'user', id: one?.id ?? '' }, 'test')
  t.throws(() => create(upn), conflict)
  mutate(directory, { do: 'purge', kind: 'user', id: one?.id ?? '' }, 'test')
  create(upn)
  t.throws(() => create(upn), conflict)
  t.equal(directory.generation, 3, 'refused changes have no effect')
})

t.test('a deleted user has a name that starts with the id, and is restored unchanged', async t => {
  const clock = handClock()
  const directory = small({ clock })
  const users = directory.collection('user')
  const id = idAt(directory, 5)
  const before = users.get(id)
  const inBin = directory.deleted('user').count(members)
  clock.move(86_400_000)
  mutate(directory, { do: 'delete', kind: 'user', id }, 'test')
  t.equal(users.get(id), undefined)
  t.equal(directory.locate(id), undefined)
  t.equal(users.find('userPrincipalName', String(before?.['userPrincipalName'])), undefined)
  t.strictSame(directory.deleted('user').get(id), {
    ...before,
    deletedDateTime: '2026-06-02T00:00:00Z',
    userPrincipalName: id.replaceAll('-', '') + String(before?.['userPrincipalName']),
  })
  const bin = directory.deleted('user').slice(members, 1000, ['id']).ids
  t.equal(bin.length, inBin + 1)
  t.equal(bin.at(-1), id, 'newest last')
  mutate(directory, { do: 'restore', kind: 'user', id }, 'test')
  t.strictSame(users.get(id), before)
  t.equal(directory.deleted('user').get(id), undefined)
  t.throws(() => mutate(directory, { do: 'restore', kind: 'user', id }, 'test'), {
    status: 404,
    code: 'Request_ResourceNotFound',
  })
})

t.test('every user who is deleted initially can be restored', async t => {
  const directory = small({ users: 5000 })
  const { ids } = directory.deleted('user').slice(members, 1000, ['id'])
  t.equal(ids.length, 25)
  const one = directory.deleted('user').slice(members, 7, ['id'])
  const rest = directory.deleted('user').slice(members, 1000, ['id'], one.cursor)
  t.strictSame([...one.ids, ...rest.ids], ids)
  for (const id of ids) mutate(directory, { do: 'restore', kind: 'user', id }, 'test')
  t.equal(directory.deleted('user').count(members), 0)
  t.equal(directory.collection('user').count(members), 5025)
  t.match(directory.collection('user').get(ids[0] ?? ''), {
    deletedDateTime: null,
    userPrincipalName: /^[^@]+\.ex[@_]/,
  })
})

t.test('devices and security groups are deleted permanently, Microsoft 365 groups can be restored', async t => {
  const directory = small()
  const groups = directory.collection('group')
  const { ids } = groups.slice(members, 1000, ['id'])
  const unified = (id: string) => (groups.get(id)?.['groupTypes'] as string[]).includes('Unified')
  const [m365 = '', security = ''] = [ids.find(unified), ids.find(id => !unified(id))]
  const [device = ''] = directory.collection('device').slice(members, 1, ['id']).ids
  const before = directory.deleted('group').slice(members, 10, ['id']).ids
  for (const id of [m365, security]) mutate(directory, { do: 'delete', kind: 'group', id }, 'test')
  mutate(directory, { do: 'delete', kind: 'device', id: device }, 'test')
  t.strictSame(
    directory
      .deleted('group')
      .slice(members, 10, ['id'])
      .ids.filter(id => !before.includes(id)),
    [m365],
  )
  t.equal(before.length, directory.deleted('group').count(members) - 1)
  t.equal(directory.deleted('device').count(members), 0)
  t.equal(directory.truth(device)?.state, 'purged')
})

t.test('changes after a sequence are returned until they are discarded', async t => {
  const directory = small({ keptChanges: 3 })
  const id = idAt(directory, 0)
  const update = (city: string) => mutate(directory, { do: 'update', kind: 'user', id, values: { city } }, city)
  const done = ['a', 'b', 'c', 'd', 'e', 'f'].map(update)
  t.strictSame(directory.changes(0), done)
  t.strictSame(directory.changes(4), done.slice(4))
  t.strictSame(directory.changes(6), [])
  const last = update('g')
  t.equal(directory.changes(3), undefined)
  t.strictSame(directory.changes(4), [...done.slice(4), last])
  t.strictSame(done[0], {
    sequence: 1,
    atMs: Date.UTC(2026, 5, 1),
    kind: 'user',
    id,
    what: 'updated',
    properties: ['city'],
  })
})

t.test('the history of an object has every change and the request that made it', async t => {
  const directory = small()
  const id = idAt(directory, 0)
  t.match(directory.truth(id), { kind: 'user', state: 'live', versions: 0, history: [], entity: { id } })
  mutate(directory, { do: 'update', kind: 'user', id, values: { city: 'Oslo' } }, 'request-1')
  mutate(directory, { do: 'delete', kind: 'user', id }, 'request-2')
  mutate(directory, { do: 'purge', kind: 'user', id }, 'request-3')
  const truth = directory.truth(id)
  t.strictSame(
    truth?.history.map(({ sequence, what, by }) => [sequence, what, by]),
    [
      [1, 'updated', 'request-1'],
      [2, 'deleted', 'request-2'],
      [3, 'purged', 'request-3'],
    ],
  )
  t.match(truth, { state: 'purged', versions: 3, entity: undefined })
  t.equal(directory.truth('00000000-0000-4000-8000-000000000000'), undefined)
})

t.test('a lagging view sees a change after its lag, the other view immediately', async t => {
  const clock = handClock()
  const directory = small({ clock })
  const users = directory.collection('user')
  const earlier = mutate(directory, { do: 'create', kind: 'user', values: { displayName: 'Earlier' } }, 'test').id
  directory.setLag('index', 5000)
  const { id } = mutate(directory, { do: 'create', kind: 'user', values: { displayName: 'Later' } }, 'test')
  const company = directory.collection('group').find('uniqueName', 'all-company')?.id ?? ''
  mutate(
    directory,
    { do: 'link', kind: 'group', id: company, relation: 'members', target: { kind: 'user', id } },
    'test',
  )
  const seen = (view: 'direct' | 'index') => [
    users.count({ order: 'default', view }),
    users.get(id, view)?.id,
    directory.countRelated('group', company, 'members', 'user', view),
    users.get(earlier, view)?.id,
  ]
  t.strictSame(seen('direct'), [702, id, 687, earlier])
  t.strictSame(seen('index'), [701, undefined, 686, earlier])
  clock.move(4999)
  t.strictSame(seen('index'), [701, undefined, 686, earlier])
  directory.moveClock(1)
  t.strictSame(seen('index'), seen('direct'))
  directory.setLag('index', 0)
  mutate(directory, { do: 'delete', kind: 'user', id }, 'test')
  t.strictSame(seen('index'), seen('direct'))
})

t.test('with a range of lags each change has its own, in order, and equal for equal seeds', async t => {
  const arrivals = (seed: number): readonly number[] => {
    const clock = handClock()
    const directory = small({ clock, seed })
    directory.setLag('index', 1_000, 9_000)
    const { count } = directory.collection('user')
    const before = count({ order: 'default', view: 'index' })
    for (let nth = 0; nth < 5; nth++)
      mutate(directory, { do: 'create', kind: 'user', values: { displayName: `New ${nth}` } }, 'test')
    const seen: number[] = []
    for (let ms = 0; ms <= 9_000; ms += 1_000) {
      seen.push(count({ order: 'default', view: 'index' }) - before)
      clock.move(1_000)
    }
    return seen
  }
  const seen = arrivals(1)
  t.strictSame([seen[0], seen.at(-1)], [0, 5], 'none before the smallest lag, all after the largest')
  t.ok(new Set(seen).size > 2, `not all at once: ${seen.join()}`)
  t.strictSame(arrivals(1), seen)
  t.notSame(arrivals(3), seen)
})

t.test('units in use stay exact through every kind of change', async t => {
  const directory = small({ users: 3000 })
  const users = directory.collection('user')
  const counted = () => {
    const counts = new Map(directory.subscribedSkus.map(sku => [sku['skuId'], 0]))
    // Deleted users keep their units for 30 days.
    for (const each of [users, directory.deleted('user')])
      for (const id of each.slice(members, 10_000, ['id']).ids)
        for (const { skuId } of each.get(id)?.['assignedLicenses'] as { skuId: string }[])
          counts.set(skuId, (counts.get(skuId) ?? 0) + 1)
    return [...counts.values()]
  }
  const consumed = () => directory.subscribedSkus.map(sku => sku['consumedUnits'])
  t.strictSame(consumed(), counted())
  t.equal(consumed().filter(units => Number(units) > 0).length, 11)
  const { ids } = users.slice(members, 200, ['id'])
  const sku = directory.subscribedSkus[0]?.['skuId']
  ids.forEach((id, index) => {
    if (index % 3 === 0) mutate(directory, { do: 'delete', kind: 'user', id }, 'test')
    if (index % 3 === 1)
      mutate(
        directory,
        { do: 'update', kind: 'user', id, values: { assignedLicenses: [{ skuId: sku, disabledPlans: [] }] } },
        'test',
      )
    if (index % 9 === 0) mutate(directory, { do: 'restore', kind: 'user', id }, 'test')
  })
  t.strictSame(consumed(), counted())
})

t.test('the tenant has its domains, roles and products', async t => {
  const directory = small()
  t.equal(directory.organization.id, directory.tenantId)
  t.strictSame(
    directory.domains.map(domain => [
      domain.id,
      domain['isInitial'],
      domain['isDefault'],
      domain['isVerified'],
      domain['authenticationType'],
    ]),
    [
      ['contoso3.onmicrosoft.com', true, false, true, 'Managed'],
      ['contoso3.com', false, true, true, 'Managed'],
      ['emea.contoso3.com', false, false, true, 'Federated'],
      ['contoso3-new.com', false, false, false, 'Managed'],
    ],
  )
  t.equal(directory.directoryRoleTemplates.length, 143)
  const role = directory.collection('directoryRole').find('roleTemplateId', '62e90394-69f5-4237-9190-012177145e10')
  t.equal(role?.['displayName'], 'Global Administrator')
  const e3 = directory.subscribedSkus.find(sku => sku['skuPartNumber'] === 'SPE_E3')
  t.equal(e3?.id, `${directory.tenantId}_05e9a617-0261-4cee-bb44-138d3ef5d965`)
  t.equal((e3?.['servicePlans'] as unknown[]).length, 51)
})

t.test('objects of other kinds are found by their alternate keys', async t => {
  const directory = small()
  for (const [kind, property] of [
    ['device', 'deviceId'],
    ['application', 'appId'],
    ['servicePrincipal', 'appId'],
    ['directoryRole', 'roleTemplateId'],
  ] as const) {
    const collection = directory.collection(kind)
    for (const id of collection.slice(members, 1000, ['id']).ids)
      if (collection.find(property, String(collection.get(id)?.[property]).toUpperCase())?.id !== id)
        t.fail(`${kind} by ${property}`)
  }
  t.equal(
    directory.collection('servicePrincipal').find('appId', '00000003-0000-0000-c000-000000000000')?.['displayName'],
    'Microsoft Graph',
  )
})
