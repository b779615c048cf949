import t from 'tap'
import { asker, eventual, root } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'

const notFound = (id: string) => ({
  code: 'Request_ResourceNotFound',
  message: `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
})

t.test('an object is found by each of its keys', async t => {
  const { directory, groups, device, application, servicePrincipal, role } = smallTenant()
  directory.add('user', { id: guid(200), userPrincipalName: 'sam_fabrikam.com#EXT#@contoso.com' })
  directory.add('user', { id: guid(201), userPrincipalName: `$o'neil@contoso.com` })
  const ask = asker(directory)
  const cases: [string, string][] = [
    [`/users/${guid(1)}`, guid(1)],
    [`/users/ANN@contoso.com`, guid(1)],
    [`/Users/ann@contoso.com`, guid(1)],
    [`/users('ann@contoso.com')`, guid(1)],
    [`/users(userPrincipalName='ann@contoso.com')`, guid(1)],
    [`/users/sam_fabrikam.com%23EXT%23@contoso.com`, guid(200)],
    [`/users('$o''neil@contoso.com')`, guid(201)],
    [`/users('%24o%27%27neil%40contoso.com')`, guid(201)],
    [`/devices(deviceId='${guid(500)}')`, device.id],
    [`/groups(uniqueName='everyone')`, groups.all.id],
    [`/applications(appId='${guid(600)}')`, application.id],
    [`/servicePrincipals(appId='${guid(600)}')`, servicePrincipal.id],
    [`/directoryRoles(roleTemplateId='62e90394-69f5-4237-9190-012177145e10')`, role.id],
    [`/directoryRoles/${role.id}`, role.id],
    [`/directoryObjects/${device.id}`, device.id],
  ]
  for (const [url, id] of cases) t.equal((await ask(`${url}?$select=id`)).body.id, id, url)
})

t.test('an entity has its context, with and without $select', async t => {
  const ask = asker(smallTenant().directory)
  t.equal((await ask(`/users/${guid(1)}`)).body['@odata.context'], `${root}/$metadata#users/$entity`)
  t.strictSame((await ask(`/users/${guid(1)}?$select=displayName,aboutMe`)).body, {
    '@odata.context': `${root}/$metadata#users(displayName,aboutMe)/$entity`,
    displayName: 'Ann Ward',
    aboutMe: null,
  })
  t.strictSame((await ask(`/directoryObjects/${guid(1)}?$select=displayName`)).body, {
    '@odata.context': `${root}/$metadata#directoryObjects(displayName)/$entity`,
    '@odata.type': '#microsoft.graph.user',
    displayName: 'Ann Ward',
  })
})

t.test('a missing object, an invalid id and an unknown segment have different errors', async t => {
  const { groups, directory } = smallTenant()
  const ask = asker(directory)
  const segment = (name: string) => ({ code: 'BadRequest', message: `Resource not found for the segment '${name}'.` })
  const cases: [string, number, object][] = [
    [`/users/${guid(99)}`, 404, notFound(guid(99))],
    [`/users/nobody@contoso.com`, 404, notFound('nobody@contoso.com')],
    [`/groups/${guid(99)}/members`, 404, notFound(guid(99))],
    [`/groups/abc`, 400, { code: 'Request_BadRequest', message: `Invalid object identifier 'abc'.` }],
    [`/users/${guid(1)}/manager`, 404, notFound('manager')],
    ['/people', 400, segment('people')],
    [`/groups/${groups.all.id}/nonsense`, 400, segment('nonsense')],
    [`/groups/${groups.all.id}/members/microsoft.graph.alien`, 400, segment('microsoft.graph.alien')],
    ['/roleManagement', 400, segment('roleManagement')],
    ['/users/%E0%A4%A', 400, segment('%E0%A4%A')],
  ]
  for (const [url, status, body] of cases) {
    const reply = await ask(url)
    t.strictSame([reply.status, reply.body], [status, body], url)
  }
})

t.test('a write that the sandbox lacks is refused in its own words, and an action cannot be read', async t => {
  const { directory, contact } = smallTenant()
  const ask = asker(directory)
  for (const [method, url] of [
    ['POST', '/devices'],
    ['PATCH', `/contacts/${contact.id}`],
    ['DELETE', `/contacts/${contact.id}`],
  ] as const) {
    const reply = await ask(url, { method })
    const message = `The sandbox does not serve ${method} requests to '${url}'. Microsoft Graph may serve them.`
    t.strictSame([reply.status, reply.body], [501, { code: 'NotImplemented', message }], method)
  }
  const reply = await ask(`/users/${guid(1)}/getMemberGroups`)
  t.strictSame(
    [reply.status, reply.body],
    [405, { code: 'Request_BadRequest', message: 'Specified HTTP method is not allowed for the request target.' }],
  )
})

t.test('a whole collection cannot be changed or removed, and computed resources can only be read', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const message = 'Specified HTTP method is not allowed for the request target.'
  const cases: [string, string][] = [
    ['PATCH', '/users'],
    ['PUT', '/groups'],
    ['DELETE', '/devices'],
    ['DELETE', '/subscribedSkus'],
    ['PATCH', '/roleManagement/directory/roleAssignments'],
    ['DELETE', `/groups/${groups.all.id}/members`],
    ['DELETE', '/directory/deletedItems/microsoft.graph.user'],
    ['POST', '/users/$count'],
    ['DELETE', '/users/delta'],
    ['DELETE', `/users/${guid(1)}/getMemberGroups`],
  ]
  for (const [method, url] of cases) {
    const reply = await ask(url, { method })
    t.strictSame([reply.status, reply.body], [405, { code: 'Request_BadRequest', message }], `${method} ${url}`)
  }
  for (const [method, url] of [
    ['POST', '/devices'],
    ['PUT', `/groups/${groups.all.id}/members/$ref`],
    ['DELETE', `/groups/${groups.all.id}/owners/${guid(1)}`],
    ['PUT', `/devices/${guid(1)}/registeredOwners/$ref`],
    ['PATCH', '/roleManagement/directory/roleAssignments/x'],
  ] as const)
    t.equal((await ask(url, { method })).status, 501, `${method} ${url}`)
})

t.test('an address that Graph has and the sandbox lacks is reported as not served, not as unknown', async t => {
  const { directory, groups, servicePrincipal } = smallTenant()
  const ask = asker(directory)
  const urls = [
    '/contracts',
    '/auditLogs',
    '/auditLogs/signIns',
    '/auditLogs/directoryAudits',
    '/groupSettings',
    '/policies/authorizationPolicy',
    '/identity/conditionalAccess/policies',
    '/reports/getMailboxUsageDetail(period=%27D7%27)',
    '/$metadata',
    '/directory/subscriptions',
    `/users/${guid(1)}/photo`,
    `/users/${guid(1)}/photo/$value`,
    `/users/${guid(1)}/authentication/methods`,
    `/users/${guid(1)}/mailboxSettings`,
    `/users/${guid(1)}/displayName`,
    `/groups/${groups.all.id}/members/${guid(1)}`,
    `/groups(uniqueName='everyone')/drive`,
    `/servicePrincipals/${servicePrincipal.id}/synchronization`,
    `/servicePrincipals/${servicePrincipal.id}/synchronization/templates`,
    `/servicePrincipals/${servicePrincipal.id}/synchronization/jobs/API2AAD.1/schema`,
    '/domains/contoso.com/verificationDnsRecords',
    '/organization/$count',
    '/domains/contoso.com/domainNameReferences/$count',
  ]
  for (const url of urls) {
    const reply = await ask(url)
    t.equal(reply.status, 501, url)
    t.match(reply.body, {
      code: 'NotImplemented',
      message: /^The sandbox does not serve '.+', which Microsoft Graph has\.$/,
    })
  }
  t.equal((await ask(`/users/${guid(1)}/changePassword`, { method: 'POST', body: {} })).status, 501)
  // In beta only.
  t.equal((await ask(`/users/${guid(1)}/transitiveReports/$count`)).status, 400)
})

t.test('mailbox settings require their own permission', async t => {
  const ask = asker(smallTenant().directory)
  const url = `/users/${guid(1)}?$select=id,mailboxSettings`
  const refused = await ask(url)
  t.strictSame(
    [refused.status, refused.body],
    [403, { code: 'ErrorAccessDenied', message: 'Access is denied. Check credentials and try again.' }],
  )
  for (const permission of ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'])
    t.equal((await ask(url, { permissions: ['User.Read.All', permission] })).body.mailboxSettings, null)
  t.equal((await ask('/users?$select=mailboxSettings')).status, 501)
})

t.test('/me is the signed-in user, and refused to an application', async t => {
  const ask = asker(smallTenant().directory)
  t.strictSame((await ask('/me')).body, {
    code: 'BadRequest',
    message: '/me request is only valid with delegated authentication flow.',
  })
  t.equal((await ask('/me?$select=displayName', { delegated: guid(2) })).body.displayName, 'Bob Ward')
  t.equal((await ask('/me/manager?$select=displayName', { delegated: guid(2) })).body.displayName, 'Ann Ward')
})

t.test('each route requires its permission', async t => {
  const { directory, groups, device, role } = smallTenant()
  const ask = asker(directory)
  const denied = { code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' }
  const cases: [string, string, string][] = [
    ['/users', 'User.ReadBasic.All', 'Group.Read.All'],
    ['/users/delta', 'User.Read.All', 'User.ReadBasic.All'],
    [`/users/${guid(2)}/manager`, 'User.Read.All', 'User.ReadBasic.All'],
    [`/users/${guid(1)}/memberOf`, 'Directory.Read.All', 'User.Read.All'],
    ['/groups', 'Group.ReadBasic.All', 'User.Read.All'],
    [`/groups/${groups.all.id}/members`, 'GroupMember.ReadBasic.All', 'User.Read.All'],
    ['/devices', 'Device.Read.All', 'User.Read.All'],
    [`/devices/${device.id}/registeredOwners`, 'Device.Read.All', 'User.Read.All'],
    ['/applications', 'Application.Read.All', 'User.Read.All'],
    ['/servicePrincipals', 'Application.Read.All', 'User.Read.All'],
    ['/contacts', 'OrgContact.Read.All', 'User.Read.All'],
    ['/directory/administrativeUnits', 'AdministrativeUnit.Read.All', 'User.Read.All'],
    ['/directoryRoles', 'RoleManagement.Read.Directory', 'User.Read.All'],
    [`/directoryRoles/${role.id}/members`, 'RoleManagement.Read.Directory', 'User.Read.All'],
    ['/roleManagement/directory/roleAssignments', 'RoleManagement.Read.Directory', 'User.Read.All'],
    ['/subscribedSkus', 'LicenseAssignment.Read.All', 'User.Read.All'],
    ['/organization', 'Organization.Read.All', 'User.Read.All'],
    ['/domains', 'Domain.Read.All', 'User.Read.All'],
    ['/directory/deletedItems/microsoft.graph.user', 'User.Read.All', 'Group.Read.All'],
    ['/directory/deletedItems/microsoft.graph.user', 'User.Read.All', 'User.ReadBasic.All'],
    ['/directory/deletedItems/microsoft.graph.group', 'Group.Read.All', 'User.Read.All'],
    ['/directory/deletedItems/microsoft.graph.group', 'Group.Read.All', 'GroupMember.Read.All'],
    [`/directoryObjects/${guid(1)}`, 'Directory.Read.All', 'User.Read.All'],
  ]
  for (const [url, enough, other] of cases) {
    t.equal((await ask(url, { permissions: [enough] })).status, 200, `${url} with ${enough}`)
    const reply = await ask(url, { permissions: [other] })
    t.strictSame([reply.status, reply.body], [403, denied], `${url} with ${other}`)
  }
  t.equal((await ask('/users', { ...eventual, permissions: [] })).status, 403)
})
