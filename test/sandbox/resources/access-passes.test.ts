import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { mutate } from '../mutate.ts'
import { root, type AskOptions } from './ask.ts'
import { bad, denied, newUser, writeBed } from './write-bed.ts'

const permissions = ['UserAuthenticationMethod.ReadWrite.All']
const missing = { status: 404, body: { code: 'Request_ResourceNotFound' } }
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const bed = (t: Parameters<typeof writeBed>[0], options: { readonly folder?: string } = {}) => {
  const made = writeBed(t, options)
  const at = (user: string) => `/users/${user}/authentication/temporaryAccessPassMethods`
  const asking = (options: AskOptions) => ({ permissions, ...options })
  return {
    ...made,
    at,
    create: (user: string, body: object = {}, options: AskOptions = {}) =>
      made.send('POST', at(user), body, asking(options)),
    list: (user: string, options: AskOptions = {}) => made.send('GET', at(user), undefined, asking(options)),
    read: (user: string, id: string, options: AskOptions = {}) =>
      made.send('GET', `${at(user)}/${id}`, undefined, asking(options)),
    remove: (user: string, id: string, options: AskOptions = {}) =>
      made.send('DELETE', `${at(user)}/${id}`, undefined, asking(options)),
    hold: (name: string, id: string) => {
      const roles = made.directory.collection('directoryRole')
      const where = (one: { readonly [name: string]: unknown }) => one['displayName'] === name
      const { ids } = roles.slice({ order: 'default', view: 'direct', where }, 1, ['id'])
      const target = { kind: 'user', id } as const
      mutate(made.directory, { do: 'link', kind: 'directoryRole', id: ids[0]!, relation: 'members', target }, 'control')
    },
  }
}

t.test('only the reply to the creation of a pass has its value', async t => {
  const folder = t.testdir()
  const { cloud, create, list, read, directory, at } = bed(t, { folder })
  const created = await create(cloud.id, { lifetimeInMinutes: 90, isUsableOnce: true })
  const { id, createdDateTime, temporaryAccessPass: value } = created.body
  const pass = {
    id,
    temporaryAccessPass: null,
    createdDateTime,
    startDateTime: createdDateTime,
    lifetimeInMinutes: 90,
    isUsableOnce: true,
    isUsable: true,
    methodUsabilityReason: 'EnabledByPolicy',
  }
  const context = `${root}/$metadata#users('${cloud.id}')/authentication/temporaryAccessPassMethods`
  t.match(value, /^.{8}$/)
  t.equal(created.status, 201)
  t.strictSame(created.body, { '@odata.context': `${context}/$entity`, ...pass, temporaryAccessPass: value })
  t.strictSame((await list(cloud.id)).body, { '@odata.context': context, value: [pass] })
  t.strictSame((await read(String(cloud['userPrincipalName']), id)).body, {
    '@odata.context': `${context}/$entity`,
    ...pass,
  })
  t.match(created.headers, { location: `${root}${at(cloud.id).replace(/\/users\/([^/]+)/, "/users('$1')")}/${id}` })
  t.match([...directory.truthOf('user')], [{ updated: 1, by: [{ what: 'updated' }], accessPassSha256: sha256(value) }])
  directory.close()
  for (const file of readdirSync(folder)) t.notMatch(readFileSync(join(folder, file), 'latin1'), value)
})

t.test('a new pass replaces the one that the user has, and a deleted one is gone', async t => {
  const { cloud, create, list, remove, read, directory } = bed(t)
  t.strictSame((await list(cloud.id)).body.value, [])
  const first = (await create(cloud.id)).body
  const second = (await create(cloud.id)).body
  t.not(first.temporaryAccessPass, second.temporaryAccessPass)
  t.match((await list(cloud.id)).body.value, [{ id: second.id }])
  t.match(await read(cloud.id, first.id), missing)
  t.match(await remove(cloud.id, first.id), missing)
  t.match(await remove(cloud.id, second.id), { status: 204, body: null })
  t.strictSame((await list(cloud.id)).body.value, [])
  t.match(await remove(cloud.id, second.id), missing)
  const [line] = [...directory.truthOf('user')]
  t.match(line, { updated: 3 })
  t.notOk(line && 'accessPassSha256' in line)
})

t.test('a pass is usable from its start to the end of its lifetime', async t => {
  const { cloud, create, list, directory } = bed(t)
  const startDateTime = new Date(Math.ceil(directory.now() / 1000) * 1000 + 3_600_000).toISOString()
  t.match(await create(cloud.id, { startDateTime }), {
    status: 201,
    body: {
      startDateTime: startDateTime.replace('.000Z', 'Z'),
      lifetimeInMinutes: 60,
      isUsableOnce: false,
      isUsable: false,
      methodUsabilityReason: 'NotYetValid',
    },
  })
  const state = async () => {
    const [{ isUsable, methodUsabilityReason }] = (await list(cloud.id)).body.value
    return [isUsable, methodUsabilityReason]
  }
  directory.moveClock(3_700_000)
  t.strictSame(await state(), [true, 'EnabledByPolicy'])
  directory.moveClock(3_600_000)
  t.strictSame(await state(), [false, 'Expired'])
})

t.test('what a pass cannot be is refused, and nothing changes', async t => {
  const { cloud, usersWhere, create, list, send, at, directory } = bed(t)
  const range = bad('Invalid LifetimeInMinutes specified. The valid range between 60 and 480.', 'badRequest')
  const mismatch = (name: string) => bad(`Property ${name} in payload has a value that does not match schema.`)
  const cases: [object, object][] = [
    [{ lifetimeInMinutes: 59 }, range],
    [{ lifetimeInMinutes: 481 }, range],
    [{ lifetimeInMinutes: 1.5 }, mismatch('lifetimeInMinutes')],
    [{ isUsableOnce: 'yes' }, mismatch('isUsableOnce')],
    [{ startDateTime: 'tomorrow' }, mismatch('startDateTime')],
    [
      { startDateTime: new Date(directory.now() - 1000).toISOString() },
      bad('Invalid StartDateTime specified. It can not be a time in the past.', 'badRequest'),
    ],
    [{ temporaryAccessPass: 'Secret12' }, bad(`Property 'temporaryAccessPass' is read-only and cannot be set.`)],
    [{ length: 12 }, bad(`Invalid property 'length'.`)],
  ]
  for (const [body, expected] of cases) t.match(await create(cloud.id, body), expected, JSON.stringify(body))
  t.match(await send('POST', at(cloud.id), undefined, { permissions }), { status: 400 })
  const [guest] = usersWhere(user => user['userType'] === 'Guest')
  t.match(
    await create(guest!.id),
    bad('Temporary Access Pass cannot be added to an external guest user.', 'badRequest'),
  )
  t.match(await create('nobody@contoso.com'), missing)
  t.match(await list('nobody@contoso.com'), missing)
  t.equal(directory.generation, 0)
})

t.test('a guest that was created here can have a pass', async t => {
  const { send, create } = bed(t)
  const guest = (await send('POST', '/users', newUser({ userType: 'Guest' }))).body
  t.equal((await create(guest.id)).status, 201)
})

t.test('apps need a permission for passes, and no role', async t => {
  const { cloud, create, list, remove, hold } = bed(t)
  hold('Global Administrator', cloud.id)
  const as = (...names: string[]) => ({ permissions: names })
  t.match(await create(cloud.id, {}, as('User.ReadWrite.All')), denied)
  t.match(await create(cloud.id, {}, as('UserAuthenticationMethod.Read.All')), denied)
  const { status, body } = await create(cloud.id, {}, as('UserAuthMethod-TAP.ReadWrite.All'))
  t.equal(status, 201)
  t.match(await list(cloud.id, as('User.Read.All')), denied)
  t.equal((await list(cloud.id, as('UserAuthMethod-TAP.Read.All'))).status, 200)
  t.match(await remove(cloud.id, body.id, as('UserAuthMethod-TAP.Read.All')), denied)
})

t.test('people need a role, cannot make a pass for themselves, and may see and delete their own', async t => {
  const { cloud, synced, send, create, list, remove, hold } = bed(t)
  const other = (await send('POST', '/users', newUser())).body
  const asCloud = { delegated: cloud.id }
  t.match(await create(other.id, {}, asCloud), denied)
  t.match(await list(other.id, asCloud), denied)
  hold('Global Reader', cloud.id)
  t.equal((await list(other.id, asCloud)).status, 200)
  t.match(await create(other.id, {}, asCloud), denied)
  hold('Authentication Administrator', cloud.id)
  t.equal((await create(other.id, {}, asCloud)).status, 201)
  t.match(await create(cloud.id, {}, asCloud), denied)
  hold('Global Administrator', synced.id)
  t.match(await create(synced.id, {}, asCloud), denied)
  t.equal((await create(cloud.id, {}, { delegated: synced.id })).status, 201)
  const own = { delegated: cloud.id, permissions: ['UserAuthenticationMethod.ReadWrite'] }
  const [{ id }] = (await list(cloud.id, own)).body.value
  t.match(await list(other.id, own), denied)
  t.equal((await remove(cloud.id, id, own)).status, 204)
})

t.test('plain reads show a pass after their lag, delta and the user do not, and a restart keeps it', async t => {
  const folder = t.testdir()
  const { ask, cloud, create, list, directory } = bed(t, { folder })
  const { body } = await ask('/users/delta?$deltatoken=latest')
  const user = (await ask(`/users/${cloud.id}`)).body
  directory.setLag('direct', 30_000)
  const { id } = (await create(cloud.id)).body
  t.strictSame((await list(cloud.id)).body.value, [])
  directory.moveClock(30_000)
  t.match((await list(cloud.id)).body.value, [{ id }])
  t.strictSame((await ask(`/users/${cloud.id}`)).body, user)
  t.strictSame((await ask(body['@odata.deltaLink'])).body.value, [])
  const before = [...directory.truthOf('user')]
  directory.close()
  const again = bed(t, { folder })
  t.strictSame([...again.directory.truthOf('user')], before)
  t.match((await again.list(cloud.id)).body.value, [{ id }])
})
