import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { createDirectory } from '../../../src/sandbox/directory/create-directory.ts'
import type { Kind } from '../../../src/sandbox/directory/types.ts'
import { asker, eventual, type AskOptions, type Loose } from './ask.ts'
import { mutate } from '../mutate.ts'

const users = 2_000
const made = (stateDir: string) => createDirectory({ users, seed: 7, clock: systemClock, stateDir })

/** All objects of a listing, read by following its links. */
const readAll = async (ask: ReturnType<typeof asker>, url: string, options?: AskOptions): Promise<Loose[]> => {
  const found: Loose[] = []
  for (let at = url; at;) {
    const { body } = await ask(at, options)
    found.push(...body.value)
    at = body['@odata.nextLink']
  }
  return found
}

t.test('a filter returns exactly the matching objects of the whole listing, and as many as counted', async t => {
  const ask = asker(made(t.testdir()))
  const select =
    'id,userPrincipalName,displayName,department,accountEnabled,userType,createdDateTime,mail,companyName,assignedLicenses,onPremisesSyncEnabled,surname'
  const all = await readAll(ask, `/users?$select=${select}&$top=999`)
  const upn = (user: Loose): string => user.userPrincipalName.toLowerCase()
  const [some] = all.filter(user => user.department !== null && user.createdDateTime !== null)
  const sku = all.find(user => user.assignedLicenses.length > 0).assignedLicenses[0].skuId
  const cases: [string, (user: Loose) => boolean, boolean?][] = [
    [`startsWith(userPrincipalName,'a')`, user => upn(user).startsWith('a')],
    [`startsWith(displayName,'${some.displayName.slice(0, 2)}')`, user => user.displayName?.toLowerCase().startsWith(some.displayName.slice(0, 2).toLowerCase())],
    [`accountEnabled eq false`, user => user.accountEnabled === false],
    [`department eq '${some.department}'`, user => user.department === some.department],
    [`department eq '${some.department}' and startsWith(userPrincipalName,'m')`, user => user.department === some.department && upn(user).startsWith('m')],
    [`createdDateTime ge ${some.createdDateTime}`, user => user.createdDateTime !== null && user.createdDateTime >= some.createdDateTime],
    [`createdDateTime le ${some.createdDateTime} and userType eq 'Member'`, user => user.createdDateTime !== null && user.createdDateTime <= some.createdDateTime && user.userType === 'Member'],
    [`assignedLicenses/any(x:x/skuId eq ${sku})`, user => user.assignedLicenses.some((one: Loose) => one.skuId === sku)],
    [`surname in ('${some.surname}','Nobody')`, user => user.surname === some.surname],
    [`id eq '${some.id}'`, user => user.id === some.id],
    [`createdDateTime eq null`, user => user.createdDateTime === null, true],
    [`userType ne 'Member'`, user => user.userType !== 'Member', true],
    [`not(startsWith(userPrincipalName,'a') or startsWith(userPrincipalName,'b'))`, user => !/^[ab]/.test(upn(user)), true],
    [`endsWith(mail,'.com') and companyName ne null`, user => (user.mail?.toLowerCase().endsWith('.com') ?? false) && user.companyName !== null, true],
    [`assignedLicenses/$count eq 0`, user => user.assignedLicenses.length === 0, true],
    [`onPremisesSyncEnabled ne true`, user => user.onPremisesSyncEnabled !== true, true],
  ] // prettier-ignore
  for (const [filter, passes, advanced] of cases) {
    const text = encodeURIComponent(filter)
    const url = `/users?$select=id&$top=300&$filter=${text}${advanced ? '&$count=true' : ''}`
    const found = await readAll(ask, url, advanced ? eventual : {})
    const expected = all.filter(passes).map(({ id }) => id as string)
    t.ok(expected.length > 0, `${filter}: some objects match`)
    t.strictSame(found.map(({ id }) => id).toSorted(), expected.toSorted(), filter)
    t.equal((await ask(`/users/$count?$filter=${text}`, eventual)).body, String(expected.length), `${filter}, counted`)
  }
})

t.test('the on-premises security identifier of a device comes only on $select', async t => {
  const ask = asker(made(t.testdir()))
  const unasked = await readAll(ask, '/devices?$top=999')
  t.ok(unasked.every(device => !('onPremisesSecurityIdentifier' in device)))
  const asked = await readAll(ask, '/devices?$top=999&$select=id,onPremisesSecurityIdentifier')
  t.ok(asked.some(device => /^S-1-5-21-/.test(device.onPremisesSecurityIdentifier)))
  const [{ id }] = asked
  t.notOk('onPremisesSecurityIdentifier' in (await ask(`/devices/${id}`)).body)
})

t.test('every collection is read to the end, with its default properties, in every supported order', async t => {
  const directory = made(t.testdir())
  const ask = asker(directory)
  const sets: [string, Kind][] = [
    ['/users', 'user'],
    ['/groups', 'group'],
    ['/devices', 'device'],
    ['/applications', 'application'],
    ['/servicePrincipals', 'servicePrincipal'],
    ['/contacts', 'orgContact'],
    ['/directory/administrativeUnits', 'administrativeUnit'],
    ['/directoryRoles', 'directoryRole'],
  ]
  for (const [path, kind] of sets) {
    const items = await readAll(ask, path)
    const count = directory.collection(kind).count({ order: 'default', view: 'direct' })
    t.strictSame([items.length, new Set(items.map(({ id }) => id)).size], [count, count], path)
    t.ok(count > 0, `${path} has objects`)
  }
  const names = (await readAll(ask, '/users?$select=displayName&$orderby=displayName&$top=700')).map(user =>
    user.displayName.toLowerCase(),
  )
  t.strictSame(names, names.toSorted(), 'by name')
  for (const url of ['/subscribedSkus', '/organization', '/domains', '/directoryRoleTemplates', '/roleManagement/directory/roleDefinitions', '/roleManagement/directory/roleAssignments'])
    t.ok((await readAll(ask, url)).length > 0, url) // prettier-ignore
  for (const type of ['user', 'group', 'application', 'servicePrincipal', 'administrativeUnit'])
    t.equal((await ask(`/directory/deletedItems/microsoft.graph.${type}`)).status, 200, type)
})

t.test('a listing continues after a restart of the sandbox, including changes', async t => {
  const stateDir = t.testdir()
  const before = made(stateDir)
  const first = await asker(before)('/users?$select=id&$top=500')
  const id = first.body.value[0].id
  mutate(before, { do: 'update', kind: 'user', id, values: { jobTitle: 'Changed' } }, 'test')
  before.close()
  const ask = asker(made(stateDir))
  const rest = await readAll(ask, first.body['@odata.nextLink'])
  const ids = [...first.body.value, ...rest].map(one => one.id)
  t.strictSame([ids.length, new Set(ids).size], [Number((await ask('/users/$count', eventual)).body), ids.length])
  t.equal((await ask(`/users/${id}?$select=jobTitle`)).body.jobTitle, 'Changed')
})

t.test('plain reads see a new user immediately, advanced queries after the lag', async t => {
  const directory = made(t.testdir())
  const ask = asker(directory)
  directory.setLag('index', 60_000)
  const upn = 'zz.lag@contoso.example'
  mutate(
    directory,
    { do: 'create', kind: 'user', values: { userPrincipalName: upn, displayName: 'Zz Lag', accountEnabled: true } },
    'test',
  )
  const filter = encodeURIComponent(`userPrincipalName eq '${upn}'`)
  const plain = async () => (await ask(`/users?$select=id&$filter=${filter}`)).body.value.length
  const advanced = async () =>
    (await ask(`/users?$select=id&$count=true&$filter=${filter}`, eventual)).body.value.length
  t.strictSame([await plain(), await advanced()], [1, 0])
  directory.moveClock(60_001)
  t.strictSame([await plain(), await advanced()], [1, 1])
})

t.test('a delta returns each kind of change', async t => {
  const directory = made(t.testdir())
  const ask = asker(directory)
  const one = async (url: string) => (await ask(url)).body
  const [a, b, c] = (await one('/users?$select=id&$top=3')).value.map(({ id }: Loose) => id as string)
  const start = (await one('/users/delta?$deltatoken=latest&$select=jobTitle'))['@odata.deltaLink']
  const change = (what: 'delete' | 'restore' | 'purge', id: string) =>
    mutate(directory, { do: what, kind: 'user', id }, 'test')
  mutate(directory, { do: 'update', kind: 'user', id: a, values: { jobTitle: 'Clerk' } }, 'test')
  change('delete', b)
  change('delete', c)
  change('purge', c)
  const round = await one(start)
  t.strictSame(round.value, [
    { jobTitle: 'Clerk', id: a },
    { id: b, '@removed': { reason: 'changed' } },
    { id: c, '@removed': { reason: 'deleted' } },
  ])
  change('restore', b)
  t.strictSame(
    (await one(round['@odata.deltaLink'])).value.map(({ id }: Loose) => id),
    [b],
  )
})

t.test('the recycle bin contains Microsoft 365 groups, which differ from live ones and can be restored', async t => {
  const directory = made(t.testdir())
  const ask = asker(directory)
  const bin = await readAll(ask, '/directory/deletedItems/microsoft.graph.group?$select=id,mail,groupTypes')
  t.ok(bin.length > 0)
  for (const { id, mail, groupTypes } of bin) {
    t.strictSame(groupTypes, ['Unified'])
    t.strictSame((await ask(`/groups?$filter=mail eq '${mail}'`)).body.value, [])
    mutate(directory, { do: 'restore', kind: 'group', id }, 'test')
    t.equal((await ask(`/groups/${id}?$select=mail`)).body.mail, mail)
  }
})

t.test('an application lists its directory extensions', async t => {
  const directory = made(t.testdir())
  const ask = asker(directory)
  const extension = directory.extensions.find(({ source }) => source === 'directory')!
  const found: Loose[] = []
  for (const { id } of await readAll(ask, '/applications?$select=id'))
    found.push(...(await ask(`/applications/${id}/extensionProperties?$select=name,dataType,targetObjects`)).body.value)
  t.strictSame(found, [{ name: extension.name, dataType: 'String', targetObjects: ['User'] }])
})

t.test('guests have an external identity and a user principal name', async t => {
  const ask = asker(made(t.testdir()))
  const [guest] = (await ask(`/users?$select=userPrincipalName,identities&$filter=userType eq 'Guest'&$top=1`)).body
    .value
  t.match(guest.identities, [
    { signInType: 'federated', issuerAssignedId: null },
    { signInType: 'userPrincipalName', issuerAssignedId: guest.userPrincipalName },
  ])
})

t.test(
  'a filter that few members of a large group pass returns short pages with links, and finally all of them',
  async t => {
    const directory = createDirectory({ users: 150_000, seed: 7, clock: systemClock })
    const ask = asker(directory)
    const [group] = (await ask(`/groups?$select=id&$filter=displayName eq 'All Company'`)).body.value
    const filter = `endsWith(userPrincipalName,'22@contoso7.com')`
    const members = `/groups/${group.id}/members/microsoft.graph.user`
    const pages: number[] = []
    for (let url = `${members}?$select=id&$count=true&$top=999&$filter=${filter}`; url;) {
      const { body } = await ask(url, eventual)
      pages.push(body.value.length)
      url = body['@odata.nextLink']
    }
    const count = Number((await ask(`${members}/$count?$filter=${filter}`, eventual)).body)
    t.equal(
      pages.reduce((sum, rows) => sum + rows, 0),
      count,
    )
    t.ok(pages.length > 1 && count > 0 && count < 999, `${pages}`)
  },
)
