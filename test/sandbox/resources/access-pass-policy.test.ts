import t from 'tap'
import { mutate } from '../mutate.ts'
import { root, type Loose } from './ask.ts'
import { bad, denied, writeBed } from './write-bed.ts'

const address = '/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/temporaryAccessPass'
const permissions = [
  'Directory.Read.All',
  'Policy.ReadWrite.AuthenticationMethod',
  'UserAuthenticationMethod.ReadWrite.All',
]

const bed = (t: Parameters<typeof writeBed>[0], options: { readonly folder?: string } = {}) => {
  const made = writeBed(t, options)
  const send = (method: string, url: string, body?: object, more: object = {}) =>
    made.send(method, url, body, { permissions, ...more })
  const passes = (id: string): string => `/users/${id}/authentication/temporaryAccessPassMethods`
  const reason = async (id: string): Promise<string> =>
    (await send('GET', passes(id))).body.value[0].methodUsabilityReason
  const group = (...members: readonly string[]): string => {
    const values = { displayName: 'Passes', securityEnabled: true, mailEnabled: false, groupTypes: [] }
    const { id } = mutate(made.directory, { do: 'create', kind: 'group', values })
    for (const member of members)
      mutate(made.directory, {
        do: 'link',
        kind: 'group',
        id,
        relation: 'members',
        target: { kind: 'user', id: member },
      })
    return id
  }
  return { ...made, send, group, reason, create: (id: string, body: object = {}) => send('POST', passes(id), body) }
}

t.test('the policy of passes is read, changed and reset', async t => {
  const { send } = bed(t)
  const first = await send('GET', address)
  t.strictSame(first.body, {
    '@odata.context': `${root}/$metadata#authenticationMethodConfigurations/$entity`,
    '@odata.type': '#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration',
    id: 'TemporaryAccessPass',
    state: 'enabled',
    defaultLifetimeInMinutes: 60,
    defaultLength: 8,
    minimumLifetimeInMinutes: 60,
    maximumLifetimeInMinutes: 480,
    isUsableOnce: false,
    'includeTargets@odata.context': `${root}/$metadata#policies/authenticationMethodsPolicy/authenticationMethodConfigurations('TemporaryAccessPass')/microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration/includeTargets`,
    includeTargets: [{ targetType: 'group', id: 'all_users', isRegistrationRequired: false }],
    excludeTargets: [],
  })
  t.equal((await send('PATCH', address, { maximumLifetimeInMinutes: 1_440, state: 'disabled' })).status, 204)
  t.match((await send('GET', address)).body, { maximumLifetimeInMinutes: 1_440, state: 'disabled', defaultLength: 8 })
  t.equal((await send('DELETE', address)).status, 204)
  t.strictSame((await send('GET', address)).body, first.body)
})

t.test('only users in the policy get passes', async t => {
  const { send, group, create, reason, cloud, synced } = bed(t)
  const refusal = bad('Temporary Access Pass is not enabled for this user by policy.', 'badRequest')
  const [inside, outside] = [group(cloud.id), group(cloud.id)]
  t.equal((await create(cloud.id)).status, 201)
  await send('PATCH', address, { includeTargets: [{ targetType: 'group', id: inside }] })
  t.match(await create(synced.id), refusal)
  t.equal((await create(cloud.id)).status, 201)
  t.equal(await reason(cloud.id), 'EnabledByPolicy')
  await send('PATCH', address, { excludeTargets: [{ targetType: 'group', id: outside }] })
  t.match(await create(cloud.id), refusal)
  t.equal(await reason(cloud.id), 'DisabledByPolicy')
  await send('PATCH', address, { excludeTargets: [], state: 'disabled' })
  t.match(await create(cloud.id), refusal)
})

t.test('lifetimes, the length and one-time use are those of the policy', async t => {
  const { send, create, cloud, reason } = bed(t)
  t.equal((await create(cloud.id)).body.temporaryAccessPass.length, 8)
  await send('PATCH', address, {
    minimumLifetimeInMinutes: 10,
    maximumLifetimeInMinutes: 30,
    defaultLifetimeInMinutes: 20,
    defaultLength: 12,
    isUsableOnce: true,
  })
  t.equal(await reason(cloud.id), 'DisabledByPolicy', 'it can be used more than once')
  const { body } = await create(cloud.id)
  t.match(body, { lifetimeInMinutes: 20, isUsableOnce: true, methodUsabilityReason: 'EnabledByPolicy' })
  t.equal(body.temporaryAccessPass.length, 12)
  t.match(
    await create(cloud.id, { lifetimeInMinutes: 60 }),
    bad('Invalid LifetimeInMinutes specified. The valid range between 10 and 30.', 'badRequest'),
  )
  t.match(
    await create(cloud.id, { isUsableOnce: false }),
    bad('Only one-time Temporary Access Passes are allowed by policy.', 'badRequest'),
  )
})

t.test('a policy that makes no sense is refused', async t => {
  const { send } = bed(t)
  const before = (await send('GET', address)).body
  for (const body of [
    { state: 'on' },
    { defaultLength: 7 },
    { maximumLifetimeInMinutes: 43_201 },
    { minimumLifetimeInMinutes: 120, maximumLifetimeInMinutes: 60 },
    { defaultLifetimeInMinutes: 30 },
    { includeTargets: [{ targetType: 'user', id: 'all_users' }] },
    { excludeTargets: 'nobody' },
    { length: 8 },
  ])
    t.equal((await send('PATCH', address, body)).status, 400, JSON.stringify(body))
  t.strictSame((await send('GET', address)).body, before)
})

t.test('the policy needs its permission, and of people a role', async t => {
  const { send, cloud, directory } = bed(t)
  t.match(await send('GET', address, undefined, { permissions: ['Directory.Read.All'] }), denied)
  t.match(await send('PATCH', address, { state: 'disabled' }, { permissions: ['Policy.Read.All'] }), denied)
  t.equal((await send('GET', address, undefined, { permissions: ['Policy.Read.All'] })).status, 200)
  t.match(await send('GET', address, undefined, { delegated: cloud.id }), denied)
  const roles = directory.collection('directoryRole')
  const where = (one: Loose): boolean => one['displayName'] === 'Global Reader'
  const [id] = roles.slice({ order: 'default', view: 'direct', where }, 1, ['id']).ids
  const target = { kind: 'user', id: cloud.id } as const
  mutate(directory, { do: 'link', kind: 'directoryRole', id: id!, relation: 'members', target })
  t.equal((await send('GET', address, undefined, { delegated: cloud.id })).status, 200)
  t.match(await send('PATCH', address, { state: 'disabled' }, { delegated: cloud.id }), denied)
})

t.test('a restart keeps the policy', async t => {
  const folder = t.testdir()
  const first = bed(t, { folder })
  await first.send('PATCH', address, { isUsableOnce: true })
  first.directory.close()
  const again = bed(t, { folder })
  t.equal((await again.send('GET', address)).body.isUsableOnce, true)
})
