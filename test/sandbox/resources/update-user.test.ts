import { createHash } from 'node:crypto'
import t from 'tap'
import type { Entity, Reference } from '../../../src/sandbox/directory/types.ts'
import { bad, denied, newUser, writeBed } from './write-bed.ts'
import { mutate } from '../mutate.ts'

const value = (name: string) => bad(`Invalid value specified for property '${name}' of resource 'User'.`)

t.test('an update changes the given properties only', async t => {
  const { send, ask, cloud, directory } = writeBed(t)
  const before = directory.truth(cloud.id)!.entity!
  const given = { jobTitle: 'Clerk', city: null, businessPhones: [], otherMails: ['ann@fabrikam.com'] }
  const reply = await send('PATCH', `/users/${cloud.id}`, given)
  t.match(reply, { status: 204, body: null })
  t.strictSame(directory.truth(cloud.id)!.entity, { ...before, ...given })
  t.match((await ask(`/users/${cloud.id}?$select=jobTitle,city`)).body, { jobTitle: 'Clerk', city: null })
})

t.test('an update without properties changes nothing', async t => {
  const { send, cloud, directory } = writeBed(t)
  t.equal((await send('PATCH', `/users/${cloud.id}`, {})).status, 204)
  t.equal(directory.generation, 0)
  t.equal((await send('PATCH', `/users/${cloud.id}`)).status, 400)
})

t.test('a user is addressed by id, by name in any case, and by a quoted key', async t => {
  const { send, cloud, usersWhere, directory } = writeBed(t)
  const upn = String(cloud['userPrincipalName'])
  const [guest] = usersWhere(user => user['userType'] === 'Guest')
  const name = encodeURIComponent(String(guest!['userPrincipalName']))
  t.match(name, /%23EXT%23/)
  const urls = [`/users/${cloud.id}`, `/users/${upn.toUpperCase()}`, `/users('${upn.replaceAll("'", "''")}')`]
  for (const url of [...urls, `/users/${name}`, `/users('${name}')`])
    t.equal((await send('PATCH', url, { streetAddress: url })).status, 204, url)
  t.equal(directory.truth(guest!.id)!.entity!['streetAddress'], `/users('${name}')`)
  t.equal((await send('PATCH', '/users/nobody@contoso.com', { city: 'X' })).status, 404)
})

t.test('invalid updates are refused and change nothing', async t => {
  const { send, cloud, directory } = writeBed(t)
  const cases: [Readonly<Record<string, unknown>>, object][] = [
    [{ displayName: null }, value('displayName')],
    [{ mail: null }, value('mail')],
    [{ usageLocation: null }, value('usageLocation')],
    [{ usageLocation: 'UK' }, value('usageLocation')],
    [{ businessPhones: ['1', '2'] }, value('businessPhones')],
    [{ otherMails: Array.from({ length: 251 }, (_, at) => `a${at}@fabrikam.com`) }, value('otherMails')],
    [{ employeeId: 'x'.repeat(17) }, value('employeeId')],
    [{ companyName: 'x'.repeat(65) }, value('companyName')],
    [{ employeeOrgData: { costCenter: 'A' } }, value('employeeOrgData')],
    [{ jobTitle: 'Clerk', aboutMe: 'I' }, bad('The request is currently not supported on the targeted entity set', 'BadRequest')],
    [{ id: 'x' }, bad(`Property 'id' is read-only and cannot be set.`)],
    [{ assignedLicenses: [] }, bad(`Property 'assignedLicenses' is read-only and cannot be set.`)],
    [{ userPrincipalName: 'a@fabrikam.com' }, bad('The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.')],
  ] // prettier-ignore
  for (const [given, expected] of cases)
    t.match(await send('PATCH', `/users/${cloud.id}`, given), expected, JSON.stringify(given).slice(0, 60))
  t.equal(directory.generation, 0)
})

t.test('a new user principal name is unique, and its identity follows', async t => {
  const { send, cloud, synced, directory } = writeBed(t)
  const taken = bad('Another object with the same value for property userPrincipalName already exists.')
  const given = { userPrincipalName: String(synced['userPrincipalName']).toUpperCase() }
  t.match(await send('PATCH', `/users/${cloud.id}`, given), taken)
  t.equal((await send('PATCH', `/users/${cloud.id}`, { userPrincipalName: 'renamed@contoso.com' })).status, 204)
  t.match(directory.truth(cloud.id)!.entity, {
    userPrincipalName: 'renamed@contoso.com',
    identities: [{ signInType: 'userPrincipalName', issuerAssignedId: 'renamed@contoso.com' }],
  })
  t.equal((await send('GET', '/users/renamed@contoso.com')).status, 200)
  t.equal((await send('GET', `/users/${String(cloud['userPrincipalName'])}`)).status, 404)
})

t.test('a new mail becomes the primary address, and the earlier ones are kept', async t => {
  const { send, directory } = writeBed(t)
  const { body } = await send('POST', '/users', newUser({ mail: 'adele@contoso.com' }))
  t.strictSame(directory.truth(body.id)!.entity!['proxyAddresses'], ['SMTP:adele@contoso.com'])
  await send('PATCH', `/users/${body.id}`, { mail: 'vance@contoso.com' })
  t.strictSame(directory.truth(body.id)!.entity!['proxyAddresses'], [
    'SMTP:vance@contoso.com',
    'smtp:adele@contoso.com',
  ])
})

t.test('members of extensions that an update leaves out keep their values', async t => {
  const { send, directory } = writeBed(t)
  const schema = directory.extensions.find(({ source }) => source === 'schema')!.name
  const { body } = await send('POST', '/users', newUser({ [schema]: { costCenter: 'A', budgetCode: 'B' } }))
  const first = { onPremisesExtensionAttributes: { extensionAttribute1: 'one', extensionAttribute2: 'two' } }
  t.equal((await send('PATCH', `/users/${body.id}`, first)).status, 204)
  const second = { [schema]: { costCenter: 'C' }, onPremisesExtensionAttributes: { extensionAttribute1: null } }
  t.equal((await send('PATCH', `/users/${body.id}`, second)).status, 204)
  const entity = directory.truth(body.id)!.entity!
  t.strictSame(entity[schema], { costCenter: 'C', budgetCode: 'B' })
  t.match(entity['onPremisesExtensionAttributes'], { extensionAttribute1: null, extensionAttribute2: 'two' })
  t.match(await send('PATCH', `/users/${body.id}`, { onPremisesExtensionAttributes: { extensionAttribute16: 'x' } }), {
    status: 400,
    body: { code: 'BadRequest' },
  })
})

t.test('what Active Directory masters is refused for synced users, property by property', async t => {
  const { send, synced, directory } = writeBed(t)
  const refused = bad(
    'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
  )
  for (const given of [
    { jobTitle: 'Clerk' },
    { accountEnabled: false },
    { onPremisesExtensionAttributes: { extensionAttribute1: 'x' } },
    { employeeOrgData: { costCenter: 'A', division: 'B' } },
    { usageLocation: 'DE', city: 'Bonn' },
  ])
    t.match(await send('PATCH', `/users/${synced.id}`, given), refused, JSON.stringify(given))
  t.equal(directory.generation, 0)
  const extension = directory.extensions.find(({ source }) => source === 'directory')!.name
  const given = { usageLocation: 'DE', otherMails: ['a@fabrikam.com'], [extension]: 'x' }
  t.equal((await send('PATCH', `/users/${synced.id}`, given)).status, 204)
})

t.test('extension attributes of a formerly synced user are refused, other properties are not', async t => {
  const { send, synced, directory } = writeBed(t)
  mutate(directory, { do: 'update', kind: 'user', id: synced.id, values: { onPremisesSyncEnabled: false } }, 'control')
  t.equal((await send('PATCH', `/users/${synced.id}`, { jobTitle: 'Clerk' })).status, 204)
  t.match(
    await send('PATCH', `/users/${synced.id}`, { onPremisesExtensionAttributes: { extensionAttribute1: 'x' } }),
    bad('Unable to update the specified properties for objects that have originated within an external service.'),
  )
})

t.test('properties of SharePoint are changed by people only, and alone', async t => {
  const { send, cloud, directory } = writeBed(t)
  t.match(await send('PATCH', `/users/${cloud.id}`, { skills: ['Chess'] }), {
    status: 403,
    body: { message: 'Attempted to perform an unauthorized operation.' },
  })
  t.match(await send('PATCH', `/users/${cloud.id}`, { employeeHireDate: '2026-01-05T00:00:00Z' }), denied)
  const person = { delegated: cloud.id }
  t.equal((await send('PATCH', `/users/${cloud.id}`, { skills: ['Chess'] }, person)).status, 204)
  t.strictSame(directory.truth(cloud.id)!.entity!['skills'], ['Chess'])
})

t.test('each property needs its permission', async t => {
  const { send, cloud } = writeBed(t)
  const patch = async (body: object, ...permissions: string[]) =>
    (await send('PATCH', `/users/${cloud.id}`, body, { permissions })).status
  t.equal(await patch({ city: 'Bonn' }, 'User.Read.All'), 403)
  t.equal(await patch({ city: 'Bonn' }, 'User.ReadUpdate.All'), 204)
  t.equal(await patch({ accountEnabled: false }, 'User.EnableDisableAccount.All'), 403)
  t.equal(await patch({ accountEnabled: false }, 'User.EnableDisableAccount.All', 'User.Read.All'), 204)
  t.equal(await patch({ accountEnabled: true, city: 'Ulm' }, 'User.EnableDisableAccount.All', 'User.Read.All'), 403)
  t.equal(await patch({ employeeLeaveDateTime: '2026-01-05T00:00:00Z' }, 'User.ReadWrite.All'), 403)
  t.equal(await patch({ employeeLeaveDateTime: '2026-01-05T00:00:00Z' }, 'User-LifeCycleInfo.ReadWrite.All'), 204)
})

/** A service principal that may be given roles. */
const appOf = ({ directory }: ReturnType<typeof writeBed>): Reference => {
  const { ids } = directory.collection('servicePrincipal').slice({ order: 'default', view: 'direct' }, 1, ['id'])
  return { kind: 'servicePrincipal', id: ids[0]! }
}

const roleNamed = ({ directory }: ReturnType<typeof writeBed>, name: string): Entity => {
  const roles = directory.collection('directoryRole')
  const { ids } = roles.slice({ order: 'default', view: 'direct', where: one => one['displayName'] === name }, 1, [
    'id',
  ])
  return roles.get(ids[0]!)!
}

t.test('an app resets a password with the permission and a role that may', async t => {
  const bed = writeBed(t)
  const { send, directory, cloud } = bed
  const app = appOf(bed)
  const body = { passwordProfile: { password: 'Tr0ub4dor&3', forceChangePasswordNextSignIn: true } }
  const permissions = ['User-PasswordProfile.ReadWrite.All']
  const reset = (options: object) => send('PATCH', `/users/${cloud.id}`, body, options)
  t.match(await reset({ permissions: ['User.ReadWrite.All'], app: app.id }), denied)
  t.match(await reset({ permissions, app: app.id }), denied)
  const role = roleNamed(bed, 'User Administrator').id
  mutate(directory, { do: 'link', kind: 'directoryRole', id: role, relation: 'members', target: app }, 'control')
  t.equal((await reset({ permissions, app: app.id })).status, 204)
  const weak = { passwordProfile: { password: 'weak' } }
  t.match(await send('PATCH', `/users/${cloud.id}`, weak, { permissions, app: app.id }), {
    status: 400,
    body: { message: /^The specified password does not comply/ },
  })
})

type Bed = ReturnType<typeof writeBed>

/** Gives a role to somebody. */
const giveRole = (bed: Bed, name: string, target: Reference) =>
  mutate(
    bed.directory,
    { do: 'link', kind: 'directoryRole', id: roleNamed(bed, name).id, relation: 'members', target },
    'control',
  )

t.test('each reset of a password is in the ledger of truth, a refused one is not', async t => {
  const bed = writeBed(t)
  const { send, directory, cloud } = bed
  const app = appOf(bed)
  const other = (await send('POST', '/users', newUser())).body
  giveRole(bed, 'User Administrator', app)
  const reset = async (id: string, password: string, forceChangePasswordNextSignIn = true) => {
    const body = { passwordProfile: { password, forceChangePasswordNextSignIn } }
    const options = { permissions: ['User-PasswordProfile.ReadWrite.All'], app: app.id }
    return (await send('PATCH', `/users/${id}`, body, options)).status
  }
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  t.strictSame([await reset(cloud.id, 'Tr0ub4dor&3'), await reset(cloud.id, 'Tr0ub4dor&4', false)], [204, 204])
  giveRole(bed, 'Global Administrator', { kind: 'user', id: other.id })
  t.equal(await reset(other.id, 'Tr0ub4dor&5'), 403)
  const lines = new Map([...directory.truthOf('user')].map(line => [line.id, line]))
  const last = { passwordSha256: sha256('Tr0ub4dor&4'), forceChangePasswordNextSignIn: false }
  t.match(lines.get(cloud.id), { updated: 2, ...last })
  t.match(lines.get(other.id), {
    created: 1,
    updated: 0,
    passwordSha256: sha256('xWwvJ]6NMw+bWH-d'),
    forceChangePasswordNextSignIn: true,
  })
  t.not(directory.truth(cloud.id)!.entity!['lastPasswordChangeDateTime'], cloud['lastPasswordChangeDateTime'])
})

t.test('sensitive changes of privileged users need a higher role', async t => {
  const bed = writeBed(t)
  const { send, cloud } = bed
  const app = appOf(bed)
  const other = (await send('POST', '/users', newUser())).body
  const asApp = { app: app.id }
  const disable = async (id: string) => (await send('PATCH', `/users/${id}`, { accountEnabled: false }, asApp)).status
  giveRole(bed, 'Helpdesk Administrator', { kind: 'user', id: cloud.id })
  giveRole(bed, 'Global Administrator', { kind: 'user', id: other.id })
  t.equal(await disable(cloud.id), 403)
  t.equal((await send('PATCH', `/users/${cloud.id}`, { jobTitle: 'Clerk' }, asApp)).status, 204)
  t.match(await send('DELETE', `/users/${cloud.id}`, undefined, asApp), denied)
  giveRole(bed, 'User Administrator', app)
  t.equal(await disable(cloud.id), 204)
  t.equal(await disable(other.id), 403)
  giveRole(bed, 'Global Administrator', app)
  t.equal(await disable(other.id), 204)
  t.equal((await send('DELETE', `/users/${other.id}`, undefined, asApp)).status, 204)
})

t.test('updates survive a restart', async t => {
  const folder = t.testdir()
  const { send, directory, cloud } = writeBed(t, { folder })
  await send('PATCH', `/users/${cloud.id}`, { jobTitle: 'Clerk', userPrincipalName: 'renamed@contoso.com' })
  const before = directory.truth(cloud.id)
  directory.close()
  t.strictSame(writeBed(t, { folder }).directory.truth(cloud.id), before)
})
