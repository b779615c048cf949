import t from 'tap'
import { cost, isReadingPost, limits, tenantSize } from '../../src/data/costs.ts'

const units = (method: string, url: string) => cost({ method, url }).units

t.test('reads cost what the table says', async t => {
  const table: [url: string, units: number][] = [
    ['/applications', 2],
    ['/applications/a/extensionProperties', 2],
    ['/applications/a', 1],
    ['/contracts', 3],
    ['/domains/contoso.com/domainNameReferences', 4],
    ['/groups/g/members', 3],
    ["/groups(uniqueName='g')/members", 3],
    ['/groups/g/members/microsoft.graph.user', 3],
    ['/groups/g/transitiveMembers', 5],
    ['/groups/g', 1],
    ['/groups', 1],
    ['/subscribedSkus/', 3],
    ['/users/u/licenseDetails', 2],
    ['/users/u/memberOf', 2],
    ['/me/memberOf', 2],
    ['/users/u/ownedObjects', 2],
    ['/users/u/transitiveMemberOf/microsoft.graph.group', 2],
    ['/oauth2PermissionGrants', 2],
    ['/oauth2PermissionGrants/x', 2],
    ['/servicePrincipals/s/appRoleAssignments', 2],
    ['/subscribedSkus', 3],
    ['/users', 2],
    ['/users/u', 1],
    ['/users/delta', 1],
    ['/users/$count', 1],
    ['/devices', 1],
  ]
  t.strictSame(
    table.map(([url]) => [url, units('GET', url)]),
    table,
  )
})

t.test('options change the cost, which is never below one unit', async t => {
  const table: [url: string, units: number][] = [
    ['/users?$select=id&$top=999', 1],
    ['/users?%24select=id', 1],
    ['/users?$top=999', 2],
    ['/users?$top=19', 1],
    ['/users?$select=id&$top=1', 1],
    ['/groups?$expand=members', 2],
    ['/groups/g/members?$select=id&$top=999', 2],
    ['/groups/g/members?$skiptoken=x&$select=id', 2],
    ['/groups/g/transitiveMembers?$select=id&$top=5', 3],
    ["/users?$filter=displayName eq '$select=x'", 2],
  ]
  t.strictSame(
    table.map(([url]) => [url, units('GET', url)]),
    table,
  )
})

t.test('a POST that reads is not a write', async t => {
  t.strictSame(cost({ method: 'POST', url: '/directoryObjects/getByIds' }), { units: 5, writes: 0, also: [] })
  t.strictSame(cost({ method: 'POST', url: '/directoryObjects/getByIds?$select=id' }), {
    units: 2,
    writes: 0,
    also: [],
  })
  t.equal(units('POST', '/users/u/checkMemberGroups'), 4)
  t.equal(units('POST', '/users/u/getMemberObjects'), 2)
  t.strictSame(cost({ method: 'POST', url: '/$batch' }), { units: 0, writes: 0, also: [] })
  t.strictSame(
    ['/directoryObjects/getByIds', '/users/u/checkMemberObjects', '/users', '/users/u/assignLicense'].map(
      isReadingPost,
    ),
    [true, true, false, false],
  )
})

t.test('every other change costs one unit and one write', async t => {
  t.strictSame(cost({ method: 'POST', url: '/users' }), { units: 1, writes: 1, also: [] })
  t.strictSame(cost({ method: 'POST', url: '/users' }, true), { units: 5, writes: 1, also: [] })
  t.strictSame(cost({ method: 'PATCH', url: '/groups/g' }), { units: 1, writes: 1, also: [] })
  t.strictSame(cost({ method: 'DELETE', url: '/devices/d' }), { units: 1, writes: 1, also: ['device-write'] })
})

t.test('sign-in activity and audit logs have their own quotas', async t => {
  t.strictSame(cost({ method: 'GET', url: '/users?$select=id,signInActivity' }).also, ['sign-in-activity'])
  t.strictSame(cost({ method: 'GET', url: '/users?$filter=signInActivity/lastSignInDateTime ge 2026-01-01' }).also, [
    'sign-in-activity',
  ])
  t.strictSame(cost({ method: 'GET', url: '/auditLogs/signIns' }).also, ['report'])
})

t.test('the read quota depends on the size of the tenant', async t => {
  t.strictSame(
    [0, 49, 50, 500, 501].map(users => limits(tenantSize(users)).read.capacity),
    [3_500, 3_500, 5_000, 5_000, 8_000],
  )
})

t.test('an upload to the provisioning service is no write to the directory, and has limits of its own', async t => {
  const url = '/servicePrincipals/1/synchronization/jobs/API2AAD.2/bulkUpload'
  t.strictSame(cost({ method: 'POST', url }), { units: 1, writes: 0, also: ['bulk-upload', 'bulk-upload-day'] })
})
