import t from 'tap'
import { asker, eventual, root, type Asked, type Loose } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'
import { mutate } from '../mutate.ts'

const global = '62e90394-69f5-4237-9190-012177145e10'
const ids = ({ body }: Asked): readonly string[] => body.value.map((one: { id: string }) => one.id)

t.test('small collections are returned as a whole and refuse a page size', async t => {
  const ask = asker(smallTenant().directory)
  const refusal = {
    code: 'Request_UnsupportedQuery',
    message: 'This resource does not support custom page sizes. Please retry without a page size argument.',
  }
  for (const url of ['/subscribedSkus', '/directoryRoles', '/directoryRoleTemplates']) {
    t.strictSame((await ask(`${url}?$top=5`)).body, refusal, url)
    t.equal((await ask(url)).status, 200, url)
  }
  t.strictSame((await ask('/subscribedSkus?$select=skuPartNumber,consumedUnits')).body, {
    '@odata.context': `${root}/$metadata#subscribedSkus(skuPartNumber,consumedUnits)`,
    value: [{ skuPartNumber: 'SPE_E3', consumedUnits: 1 }],
  })
  t.equal((await ask(`/subscribedSkus/${guid(999)}_${guid(700)}`)).body.skuPartNumber, 'SPE_E3')
  t.equal((await ask(`/subscribedSkus/${guid(1)}`)).status, 404)
})

t.test('directoryRoles contains the activated roles, and can be filtered by template', async t => {
  const { directory, role } = smallTenant()
  const ask = asker(directory)
  t.strictSame(ids(await ask('/directoryRoles')), [role.id])
  t.strictSame(ids(await ask(`/directoryRoles?$filter=roleTemplateId eq '${global}'`)), [role.id])
  t.strictSame(ids(await ask(`/directoryRoles?$filter=roleTemplateId eq '${guid(1)}'`)), [])
})

t.test('role definitions and assignments are listed', async t => {
  const { directory, servicePrincipal } = smallTenant()
  const ask = asker(directory)
  t.strictSame(ids(await ask('/roleManagement/directory/roleDefinitions')), [
    global,
    '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  ])
  t.equal(
    (await ask(`/roleManagement/directory/roleDefinitions?$filter=displayName eq 'Directory Readers'`)).body.value
      .length,
    1,
  )
  const all = await ask('/roleManagement/directory/roleAssignments')
  t.equal(all.body['@odata.context'], `${root}/$metadata#roleManagement/directory/roleAssignments`)
  t.strictSame(
    all.body.value.map(({ id: _, ...rest }: Loose) => rest),
    [
      { principalId: guid(1), directoryScopeId: '/', roleDefinitionId: global },
      { principalId: servicePrincipal.id, directoryScopeId: '/', roleDefinitionId: global },
    ],
  )
  t.match(all.body.value[0].id, /^lAPpYvVpN0KRkAEhdxReE[\w-]+-1$/)
  const mine = await ask(
    `/roleManagement/directory/roleAssignments?$filter=principalId eq '${guid(1)}'&$expand=principal`,
  )
  t.equal(mine.body.value[0].principal['@odata.type'], '#microsoft.graph.user')
  t.equal((await ask(`/roleManagement/directory/roleAssignments/${mine.body.value[0].id}`)).body.principalId, guid(1))
  t.equal((await ask('/roleManagement/directory/roleAssignments?$top=1')).body.value.length, 1)
  t.match((await ask('/roleManagement/directory/roleAssignments?$select=nonsense')).body, { code: 'BadRequest' })
})

t.test('$select ignores the case of names, and the context spells them as the schema does', async t => {
  const { directory } = smallTenant()
  const ask = asker(directory)
  const [{ id }] = (await ask('/roleManagement/directory/roleAssignments')).body.value
  const cases: [string, string, string][] = [
    ['/subscribedSkus', 'SKUPARTNUMBER', 'skuPartNumber'],
    [`/subscribedSkus/${guid(999)}_${guid(700)}`, 'skupartnumber', 'skuPartNumber'],
    ['/organization', 'displayname', 'displayName'],
    ['/domains/contoso.com', 'IsDefault', 'isDefault'],
    ['/directoryRoleTemplates', 'DisplayName', 'displayName'],
    ['/roleManagement/directory/roleDefinitions', 'isbuiltin', 'isBuiltIn'],
    ['/roleManagement/directory/roleAssignments', 'PRINCIPALID', 'principalId'],
    [`/roleManagement/directory/roleAssignments/${id}`, 'principalid', 'principalId'],
  ]
  for (const [url, asked, name] of cases) {
    const { body } = await ask(`${url}?$select=${asked}`)
    const { '@odata.context': context, ...one } = body.value ? { ...body, ...body.value[0], value: undefined } : body
    t.match(context, `(${name})`, url)
    t.ok(one[name] !== undefined && one[name] !== null && one[asked] === undefined, url)
  }
  const filtered = await ask(`/roleManagement/directory/roleAssignments?$filter=PrincipalID eq '${guid(1)}'`)
  t.equal(filtered.body.value.length, 1)
})

t.test('assignments can be filtered by principal, role or both, with equality only', async t => {
  const { directory, servicePrincipal } = smallTenant()
  const ask = asker(directory)
  const url = '/roleManagement/directory/roleAssignments'
  const count = async (filter: string) => (await ask(`${url}?$filter=${filter}`)).body.value?.length
  t.equal(await count(`principalId eq '${guid(1)}'`), 1)
  t.equal(await count(`roleDefinitionId eq '${global}'`), 2)
  t.equal(await count(`principalId eq '${guid(1)}' and roleDefinitionId eq '${global}'`), 1)
  t.equal(await count(`principalId in ('${guid(1)}','${servicePrincipal.id}') and directoryScopeId eq '/'`), 2)
  for (const filter of [
    `startsWith(principalId,'0')`,
    `principalId ne '${guid(1)}'`,
    `principalId eq '1' or id gt '1'`,
  ])
    t.match((await ask(`${url}?$filter=${filter}`)).body, { code: 'Request_UnsupportedQuery' }, filter)
  t.match((await ask(`${url}?$filter=nonsense eq '1'`)).body, { code: 'BadRequest' })
})

t.test('an assignment can expand its whole principal, its role, or both', async t => {
  const { directory } = smallTenant()
  const ask = asker(directory)
  const url = '/roleManagement/directory/roleAssignments'
  const both = (await ask(`${url}?$expand=principal($select=id,displayName),roleDefinition($select=displayName)`)).body
  t.equal(
    both['@odata.context'],
    `${root}/$metadata#${url.slice(1)}(principal(id,displayName),roleDefinition(displayName))`,
  )
  t.match(both.value[0].principal, { '@odata.type': '#microsoft.graph.user', id: guid(1), accountEnabled: false })
  t.strictSame(both.value[0].roleDefinition, { displayName: 'Global Administrator' })
  t.equal(both.value[1].principal['@odata.type'], '#microsoft.graph.servicePrincipal')
  const one = (await ask(`${url}/${both.value[0].id}?$select=id&$expand=ROLEDEFINITION`)).body
  t.strictSame(Object.keys(one), ['@odata.context', 'id', 'roleDefinition'])
  t.equal(one.roleDefinition.templateId, global)
  t.match((await ask(`${url}?$expand=nonsense`)).body, { code: 'BadRequest' })
  t.match((await ask(`${url}?$expand=principal($filter=id)`)).body, { code: 'BadRequest' })
  t.equal((await ask(`${url}?$expand=directoryScope`)).status, 501)
})

t.test('activated roles can be counted with the header, and searched', async t => {
  const { directory, role } = smallTenant()
  const ask = asker(directory)
  t.equal((await ask('/directoryRoles/$count', eventual)).body, '1')
  t.match((await ask('/directoryRoles/$count')).body, { message: '$count is not currently supported.' })
  t.strictSame(ids(await ask('/directoryRoles?$search="displayName:administrator"', eventual)), [role.id])
  t.strictSame(ids(await ask('/directoryRoles?$search="displayName:reader"', eventual)), [])
})

t.test('a licence of a user is found by its id, which is case-sensitive', async t => {
  const { directory, users } = smallTenant()
  const values = { assignedLicenses: [{ skuId: guid(700), disabledPlans: [] }] }
  mutate(directory, { do: 'update', kind: 'user', id: users[0]!.id, values }, 'test')
  const ask = asker(directory)
  const url = `/users/${guid(1)}/licenseDetails`
  const [{ id, ...rest }] = (await ask(url)).body.value
  t.strictSame((await ask(`${url}/${id}`)).body, {
    '@odata.context': `${root}/$metadata#users('${guid(1)}')/licenseDetails/$entity`,
    id,
    ...rest,
  })
  t.equal((await ask(`${url}/${id.toLowerCase()}`)).status, 404)
  t.equal((await ask(`/users/${guid(2)}/licenseDetails/${id}`)).status, 404)
})

t.test('users and groups with an address at a domain are listed, in pages', async t => {
  const { directory, groups } = smallTenant()
  directory.add('user', { id: guid(300), userPrincipalName: 'x@fabrikam.com', proxyAddresses: ['smtp:x@CONTOSO.com'] })
  directory.add('user', { id: guid(301), userPrincipalName: 'y@fabrikam.com', mail: 'y@notcontoso.com' })
  mutate(directory, { do: 'update', kind: 'group', id: groups.unified.id, values: { mail: 'p@contoso.com' } }, 'test')
  const ask = asker(directory)
  const found: string[] = []
  for (let at = '/domains/contoso.com/domainNameReferences?$top=5&$select=id'; at;) {
    const { body } = await ask(at)
    found.push(...body.value.map((one: Loose) => one.id))
    at = body['@odata.nextLink']
  }
  t.strictSame(found, [...Array.from({ length: 12 }, (_, at) => guid(at + 1)), guid(300), groups.unified.id])
  const [first] = (await ask('/domains/contoso.com/domainNameReferences')).body.value
  t.equal(first['@odata.type'], '#microsoft.graph.user')
  t.equal((await ask('/domains/fabrikam.com/domainNameReferences')).status, 404)
})

t.test('organization, domains and licences of a user are listed', async t => {
  const { directory, users } = smallTenant()
  mutate(
    directory,
    {
      do: 'update',
      kind: 'user',
      id: users[0]!.id,
      values: { assignedLicenses: [{ skuId: guid(700), disabledPlans: [guid(702)] }] },
    },
    'test',
  )
  const ask = asker(directory)
  t.equal((await ask('/organization')).body.value[0].displayName, 'Contoso')
  t.strictSame(ids(await ask('/domains?$top=1')), ['contoso.com'])
  t.equal((await ask('/domains/contoso.com')).body.isDefault, true)
  const { body } = await ask(`/users/${guid(1)}/licenseDetails`)
  t.equal(body['@odata.context'], `${root}/$metadata#users('${guid(1)}')/licenseDetails`)
  t.strictSame(
    body.value.map(({ skuPartNumber, servicePlans }: Loose) => [
      skuPartNumber,
      servicePlans.map((plan: Loose) => plan.provisioningStatus),
    ]),
    [['SPE_E3', ['Success', 'Disabled']]],
  )
  t.strictSame((await ask(`/users/${guid(2)}/licenseDetails`)).body.value, [])
})

t.test(
  "a licence has one id for all its holders: the bytes of the tenant's and the SKU's GUID, as Windows writes them",
  async t => {
    const { directory, users } = smallTenant()
    const values = { assignedLicenses: [{ skuId: guid(700), disabledPlans: [] }] }
    for (const at of [0, 1]) mutate(directory, { do: 'update', kind: 'user', id: users[at]!.id, values }, 'test')
    const ask = asker(directory)
    const [first, second] = await Promise.all([1, 2].map(n => ask(`/users/${guid(n)}/licenseDetails`)))
    const bytes = Buffer.from(first!.body.value[0].id, 'base64url')
    t.equal(bytes.length, 32)
    t.equal(bytes.readUInt32LE(16), Number.parseInt(guid(700).slice(0, 8), 16))
    t.equal(bytes.subarray(26).toString('hex'), guid(700).slice(24))
    t.equal(first!.body.value[0].id, second!.body.value[0].id)
  },
)

t.test('the recycle bin requires a cast, and shows the time of deletion', async t => {
  const { directory } = smallTenant()
  mutate(directory, { do: 'delete', kind: 'user', id: guid(2) }, 'test')
  const ask = asker(directory)
  const refusal = {
    code: 'Request_UnsupportedQuery',
    message: 'Searches against this resource are not supported. Only specific instances can be queried.',
  }
  t.strictSame((await ask('/directory/deletedItems')).body, refusal)
  t.strictSame((await ask('/directory/deletedItems/microsoft.graph.device')).body, refusal)
  t.strictSame((await ask('/directory/deletedItems/microsoft.graph.user?$select=id,deletedDateTime')).body.value, [
    { id: guid(2), deletedDateTime: '2026-01-01T00:00:00Z' },
  ])
  const whole = await ask('/directory/deletedItems/microsoft.graph.user')
  t.equal(whole.body.value[0].deletedDateTime, '2026-01-01T00:00:00Z')
  t.equal((await ask('/directory/deletedItems/microsoft.graph.user/$count', eventual)).body, '1')
  t.equal((await ask(`/directory/deletedItems/${guid(2)}`)).body['@odata.type'], '#microsoft.graph.user')
  t.equal((await ask(`/directory/deletedItems/${guid(3)}`)).status, 404)
  t.equal((await ask(`/users/${guid(2)}`)).status, 404)
  const sorted = '/directory/deletedItems/microsoft.graph.user?$orderby=deletedDateTime desc'
  t.equal((await ask(sorted)).status, 400)
  t.equal((await ask(`${sorted}&$count=true`, eventual)).status, 200)
  t.equal((await ask('/directory/deletedItems/microsoft.graph.application?$orderby=displayName')).status, 200)
  t.equal((await ask('/applications?$orderby=displayName')).status, 400)
})

t.test('the id comes first in the recycle bin, as elsewhere', async t => {
  const { directory, groups } = smallTenant()
  mutate(directory, { do: 'delete', kind: 'group', id: groups.unified.id }, 'test')
  const ask = asker(directory)
  t.strictSame(Object.keys((await ask(`/directory/deletedItems/${groups.unified.id}`)).body).slice(0, 4), [
    '@odata.context',
    '@odata.type',
    'id',
    'deletedDateTime',
  ])
})
