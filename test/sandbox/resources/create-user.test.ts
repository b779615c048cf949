import { createHash } from 'node:crypto'
import t from 'tap'
import type { Entity } from '../../../src/sandbox/directory/types.ts'
import { root } from './ask.ts'
import { bad, denied, newUser, writeBed } from './write-bed.ts'

t.test('a created user is returned with its default properties and its address', async t => {
  const { send, ask } = writeBed(t)
  const reply = await send('POST', '/users', newUser({ givenName: 'Adele', usageLocation: 'us', userType: 'member' }))
  t.equal(reply.status, 201)
  const { id, ...rest } = reply.body
  t.equal(reply.headers['location'], `${root}/users/${id}`)
  t.strictSame(rest, {
    '@odata.context': `${root}/$metadata#users/$entity`,
    businessPhones: [],
    displayName: 'Adele Vance',
    givenName: 'Adele',
    jobTitle: null,
    mail: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: null,
    userPrincipalName: 'AdeleV@contoso.com',
  })
  const read = (await ask(`/users/${id}?$select=securityIdentifier,createdDateTime`)).body
  t.match(read, { securityIdentifier: /^S-1-12-1-/, createdDateTime: /Z$/ })
  const select = 'accountEnabled,mailNickname,usageLocation,userType,identities,passwordProfile,onPremisesSyncEnabled'
  const { '@odata.context': _, ...held } = (await ask(`/users/adelev@CONTOSO.com?$select=${select}`)).body
  t.strictSame(held, {
    accountEnabled: true,
    mailNickname: 'AdeleV',
    usageLocation: 'US',
    userType: 'Member',
    identities: [
      {
        signInType: 'userPrincipalName',
        issuer: 'contoso.onmicrosoft.com',
        issuerAssignedId: 'AdeleV@contoso.com',
      },
    ],
    passwordProfile: null,
    onPremisesSyncEnabled: null,
  })
})

t.test('only the hash of a password is kept, and no reply shows it', async t => {
  const { send, ask, directory } = writeBed(t)
  const { body } = await send('POST', '/users', newUser())
  const [created] = directory.changes(directory.generation - 1)!
  t.ok(created!.properties!.includes('#passwordSha256'))
  const whole = await ask(`/users/${body.id}?$select=*,passwordProfile,lastPasswordChangeDateTime`)
  t.notMatch(JSON.stringify(whole), createHash('sha256').update('xWwvJ]6NMw+bWH-d').digest('hex'))
  t.notMatch(JSON.stringify([whole, directory.truth(body.id)]), 'xWwvJ')
})

t.test('property names match in any case, as the CLI for Microsoft 365 sends them', async t => {
  const { send, ask } = writeBed(t)
  const { mailNickname, ...rest } = newUser()
  const { body } = await send('POST', '/users', { ...rest, mailNickName: mailNickname, surName: 'Vance' })
  t.match((await ask(`/users/${body.id}?$select=mailNickname,surname`)).body, {
    mailNickname: 'AdeleV',
    surname: 'Vance',
  })
})

t.test('a user without a required property is refused by its name', async t => {
  const { send, directory } = writeBed(t)
  for (const name of ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName']) {
    const message = `Property ${name} value is required but is empty or missing.`
    t.match(await send('POST', '/users', newUser({ [name]: undefined })), bad(message), name)
    t.match(await send('POST', '/users', newUser({ [name]: null })), bad(message), name)
  }
  const missing = bad('A password must be specified to create a new user.')
  t.match(await send('POST', '/users', newUser({ passwordProfile: undefined })), missing)
  t.match(await send('POST', '/users', newUser({ passwordProfile: { password: null } })), missing)
  t.match(await send('POST', '/users'), bad('Empty Payload. JSON content expected.', 'BadRequest'))
  t.match(await send('POST', '/users', []), { status: 400, body: { code: 'BadRequest' } })
  t.equal(directory.generation, 0)
})

t.test('each invalid value is refused with the message of its kind', async t => {
  const { send, directory } = writeBed(t)
  const schema = (name: string) => bad(`Property ${name} in payload has a value that does not match schema.`)
  const value = (name: string) => bad(`Invalid value specified for property '${name}' of resource 'User'.`)
  const cases: [Readonly<Record<string, unknown>>, object][] = [
    [{ accountEnabled: 'true' }, schema('accountEnabled')],
    [{ businessPhones: '+1 425 555 0100' }, schema('businessPhones')],
    [{ businessPhones: null }, schema('businessPhones')],
    [{ employeeHireDate: '2026-01-05' }, schema('employeeHireDate')],
    [{ employeeId: 12 }, schema('employeeId')],
    [{ passwordProfile: 'secret' }, schema('passwordProfile')],
    [{ passwordProfile: { password: 'xWwvJ]6NMw+bWH-d', hint: 'x' } }, bad(
      `The property 'hint' does not exist on type 'microsoft.graph.passwordProfile'. Make sure to only use property names that are defined by the type.`,
      'BadRequest',
    )],
    [{ shoeSize: '43' }, bad(`Invalid property 'shoeSize'.`)],
    [{ members: [] }, bad(`Invalid property 'members'.`)],
    [{ proxyAddresses: ['smtp:a@contoso.com'] }, bad(`Property 'proxyAddresses' is read-only and cannot be set.`)],
    [{ createdDateTime: '2026-01-05T00:00:00Z' }, bad(`Property 'createdDateTime' is read-only and cannot be set.`)],
    [{ aboutMe: 'I am' }, bad('The request is currently not supported on the targeted entity set', 'BadRequest')],
    [{ usageLocation: 'USA' }, value('usageLocation')],
    [{ usageLocation: 'XX' }, value('usageLocation')],
    [{ businessPhones: ['1', '2'] }, value('businessPhones')],
    [{ companyName: 'x'.repeat(65) }, value('companyName')],
    [{ employeeId: 'x'.repeat(17) }, value('employeeId')],
    [{ employeeOrgData: { division: 'Sales' } }, value('employeeOrgData')],
    [{ identities: [{ signInType: 'emailAddress', issuer: 'contoso.com', issuerAssignedId: 'a@b.com' }] }, value('identities')],
    [{ jobTitle: '' }, value('jobTitle')],
    [{ mail: 'nobody' }, value('mail')],
    [{ mail: 'jürgen@contoso.com' }, value('mail')],
    [{ mailNickname: 'naveen.mills,.jr.' }, value('mailNickname')],
    [{ mailNickname: 'a b' }, value('mailNickname')],
    [{ onPremisesImmutableId: 'a_b' }, value('onPremisesImmutableId')],
    [{ otherMails: Array.from({ length: 251 }, (_, at) => `a${at}@fabrikam.com`) }, value('otherMails')],
    [{ passwordPolicies: 'Weak' }, value('passwordPolicies')],
    [{ userType: 'Robot' }, value('userType')],
    [{ userPrincipalName: 'adele' }, value('userPrincipalName')],
    [{ userPrincipalName: 'adele.@contoso.com' }, value('userPrincipalName')],
    [{ userPrincipalName: 'adèle@contoso.com' }, value('userPrincipalName')],
  ] // prettier-ignore
  for (const [given, expected] of cases)
    t.match(await send('POST', '/users', newUser(given)), expected, JSON.stringify(given).slice(0, 60))
  t.equal(directory.generation, 0)
})

t.test('the limits themselves are accepted', async t => {
  const { send } = writeBed(t)
  const more = {
    businessPhones: ['+1 425 555 0100'],
    companyName: 'x'.repeat(64),
    employeeId: 'x'.repeat(16),
    employeeOrgData: { division: 'Sales', costCenter: null },
    employeeHireDate: '2026-01-05T00:00:00Z',
    otherMails: Array.from({ length: 250 }, (_, at) => `a${at}@fabrikam.com`),
    passwordPolicies: 'DisablePasswordExpiration, DisableStrongPassword',
    preferredLanguage: 'en-US',
  }
  t.equal((await send('POST', '/users', newUser(more))).status, 201)
})

t.test('the domain of a user must be verified, and a federated one needs an immutable id', async t => {
  const { send } = writeBed(t)
  const unverified = bad(
    'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
  )
  for (const domain of ['fabrikam.com', 'contoso-new.com', 'sub.contoso.com'])
    t.match(await send('POST', '/users', newUser({ userPrincipalName: `a@${domain}` })), unverified, domain)
  const federated = newUser({ userPrincipalName: 'adele@emea.contoso.com' })
  t.match(
    await send('POST', '/users', federated),
    bad('Property onPremisesImmutableId value is required but is empty or missing.'),
  )
  t.equal((await send('POST', '/users', { ...federated, onPremisesImmutableId: 'QWRlbGU=' })).status, 201)
})

t.test('a password has eight characters of three kinds, unless strong passwords are disabled', async t => {
  const { send } = writeBed(t)
  const weak = bad(
    'The specified password does not comply with password complexity requirements. Please provide a different password.',
  )
  const passwords = ['Ab1!', 'abcdefgh1', 'ABCDEFGH1', '12345678!', 'Abcdefgé1', `Aa1${'x'.repeat(254)}`]
  for (const password of passwords)
    t.match(await send('POST', '/users', newUser({ passwordProfile: { password } })), weak, password)
  t.equal((await send('POST', '/users', newUser({ passwordProfile: { password: 'Abcdefg1' } }))).status, 201)
  const lax = { passwordProfile: { password: 'abcdefgh' }, passwordPolicies: 'DisableStrongPassword' }
  t.equal((await send('POST', '/users', newUser({ ...lax, userPrincipalName: 'lax@contoso.com' }))).status, 201)
})

t.test('a user principal name is unique in any case, also while a deleted user has it', async t => {
  const { send, cloud } = writeBed(t)
  const taken = bad('Another object with the same value for property userPrincipalName already exists.')
  const upn = String(cloud['userPrincipalName'])
  t.match(await send('POST', '/users', newUser({ userPrincipalName: upn.toUpperCase() })), taken)
  t.equal((await send('DELETE', `/users/${cloud.id}`)).status, 204)
  t.match(await send('POST', '/users', newUser({ userPrincipalName: upn })), taken)
  t.equal((await send('DELETE', `/directory/deletedItems/${cloud.id}`)).status, 204)
  t.equal((await send('POST', '/users', newUser({ userPrincipalName: upn }))).status, 201)
})

t.test('addresses and immutable ids are unique among users, and the error names the other one', async t => {
  const { send, ask, usersWhere, isPlain, directory } = writeBed(t)
  const taken = (property: string) => bad(`Another object with the same value for property ${property} already exists.`)
  const { body } = await send('POST', '/users', newUser({ mail: 'adele@contoso.com', onPremisesImmutableId: 'QQ==' }))
  const other = (more: object) => newUser({ userPrincipalName: 'other@contoso.com', ...more })
  t.match(await send('POST', '/users', other({ mail: 'ADELE@contoso.com' })), taken('proxyAddresses'))
  t.match(await send('POST', '/users', other({ onPremisesImmutableId: 'QQ==' })), taken('onPremisesImmutableId'))
  for (const where of [
    (user: Entity) => user['mail'] !== null && user['userType'] === 'Member',
    (user: Entity) => user['mail'] !== null && user['userType'] === 'Guest',
  ]) {
    const holders = usersWhere(where, 20)
    t.ok(holders.length > 2)
    for (const held of holders)
      for (const address of held['proxyAddresses'] as readonly string[]) {
        const holder = directory.collection('user').find('proxyAddresses', address.slice('smtp:'.length), 'truth')
        t.equal(holder?.id, held.id, address)
      }
    const first = holders.find(isPlain)!
    const mail = first['mail']
    t.match(await send('POST', '/users', other({ mail })), taken('proxyAddresses'))
    await send('DELETE', `/users/${first.id}`)
    const { status, body: fresh } = await send('POST', '/users', other({ mail }))
    t.equal(status, 201)
    const restore = `/directory/deletedItems/${first.id}/restore`
    t.match(await send('POST', restore), taken('proxyAddresses'))
    t.equal((await send('POST', restore, { autoReconcileProxyConflict: true })).status, 200)
    t.match((await ask(`/users/${first.id}?$select=mail`)).body, { mail: null })
    await send('DELETE', `/users/${fresh.id}`)
    await send('DELETE', `/directory/deletedItems/${fresh.id}`)
  }
  t.equal((await send('PATCH', `/users/${body.id}`, { mail: 'adele@contoso.com' })).status, 204)
})

t.test('uniqueness is held against the truth while the direct view lags behind', async t => {
  const { send, directory } = writeBed(t)
  directory.setLag('direct', 30_000)
  const { body } = await send('POST', '/users', newUser())
  t.equal((await send('GET', `/users/${body.id}`)).status, 404)
  t.match(
    await send('POST', '/users', newUser()),
    bad('Another object with the same value for property userPrincipalName already exists.'),
  )
  t.equal((await send('PATCH', `/users/${body.id}`, { jobTitle: 'Clerk' })).status, 404)
  directory.moveClock(30_000)
  t.equal((await send('PATCH', `/users/${body.id}`, { jobTitle: 'Clerk' })).status, 204)
})

t.test('extensions are written if they are registered', async t => {
  const { send, ask, directory } = writeBed(t)
  const [own, schema] = directory.extensions.map(({ name }) => name)
  const given = { [own!]: 'CC-1', [schema!]: { costCenter: 'A', budgetCode: 'B' } }
  const { body } = await send('POST', '/users', newUser(given))
  t.match((await ask(`/users/${body.id}?$select=${own},${schema}`)).body, given)
  const unknown = `extension_${'0'.repeat(32)}_badge`
  t.match(
    await send('POST', '/users', newUser({ [unknown]: 'x', [`${own}s`]: 'y' })),
    bad(`The following extension properties are not available: ${unknown},${own}s.`),
  )
  t.match(
    await send('POST', '/users', newUser({ ext12345678_badge: {} })),
    bad(`Invalid property 'ext12345678_badge'.`),
  )
  t.match(await send('POST', '/users', newUser({ [schema!]: { color: 'red' } })), { status: 400 })
  t.match(await send('POST', '/users', newUser({ [own!]: 7 })), { status: 400 })
})

t.test('users are created with a permission for it only', async t => {
  const { send } = writeBed(t)
  t.match(await send('POST', '/users', newUser(), { permissions: ['User.Read.All', 'User.ReadUpdate.All'] }), denied)
  t.match(await send('POST', '/users', newUser(), { permissions: ['User.Create'] }), {
    status: 201,
    body: { userPrincipalName: 'AdeleV@contoso.com' },
  })
})

t.test('a full directory refuses new objects', async t => {
  const { send } = writeBed(t, { objectQuota: 100 })
  t.match(await send('POST', '/users', newUser()), {
    status: 403,
    body: {
      code: 'Directory_QuotaExceeded',
      message:
        'The directory object quota limit for the Tenant has been exceeded. Please ask your administrator to increase the quota limit or delete objects to reduce the used quota.',
    },
  })
})

t.test('created users survive a restart', async t => {
  const folder = t.testdir()
  const { send, directory } = writeBed(t, { folder })
  const { body } = await send('POST', '/users', newUser({ jobTitle: 'Clerk' }))
  const before = directory.truth(body.id)
  directory.close()
  t.strictSame(writeBed(t, { folder }).directory.truth(body.id), before)
})
