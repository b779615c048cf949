import t from 'tap'
import { asker, root, type Loose } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'

const as = (level: string) => ({ headers: { accept: `application/json;odata.metadata=${level}` } })
const typed = (level: string) =>
  `application/json;odata.metadata=${level};odata.streaming=true;IEEE754Compatible=false;charset=utf-8`

t.test('metadata=none omits contexts and types, and keeps links and counts', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const plain = await ask('/users?$top=5&$count=true', {
    headers: { ...as('none').headers, consistencylevel: 'eventual' },
  })
  t.equal(plain.headers['content-type'], typed('none'))
  t.strictSame(Object.keys(plain.body), ['@odata.count', '@odata.nextLink', 'value'])
  const members = await ask(`/groups/${groups.all.id}/members?$select=id`, as('none'))
  t.strictSame(members.body.value[0], { id: guid(1) })
  t.ok(members.body.value.every((one: Loose) => Object.keys(one).join() === 'id'))
  t.strictSame((await ask(`/users/${guid(1)}?$select=id`, as('none'))).body, { id: guid(1) })
  const delta = await ask('/groups/delta?$select=members', as('none'))
  t.strictSame(Object.keys(delta.body), ['@odata.deltaLink', 'value'])
  t.strictSame(delta.body.value[1]['members@delta'], [{ id: guid(1) }])
})

t.test('metadata=full adds types, addresses, the types of values, and links of relations', async t => {
  const { directory } = smallTenant()
  const { body, headers } = await asker(directory)(
    `/users/${guid(2)}?$select=id,displayName,createdDateTime,businessPhones,mail,department,companyName`,
    as('full'),
  )
  t.equal(headers['content-type'], typed('full'))
  const { 'manager@odata.navigationLink': manager, 'manager@odata.associationLink': association, ...rest } = body
  t.equal(manager, `${root}/users('${guid(2)}')/manager`)
  t.equal(association, `${root}/users('${guid(2)}')/manager/$ref`)
  const own = Object.entries(rest).filter(([name]) => !/@odata\.(?:navigation|association)Link$/.test(name))
  t.strictSame(Object.fromEntries(own), {
    '@odata.context': `${root}/$metadata#users(id,displayName,createdDateTime,businessPhones,mail,department,companyName)/$entity`,
    '@odata.type': '#microsoft.graph.user',
    '@odata.id': `users('${guid(2)}')`,
    '@odata.editLink': `users('${guid(2)}')`,
    id: guid(2),
    displayName: 'Bob Ward',
    'createdDateTime@odata.type': '#DateTimeOffset',
    createdDateTime: '2024-01-02T08:00:00Z',
    'businessPhones@odata.type': '#Collection(String)',
    businessPhones: [],
    mail: 'bob@contoso.com',
    department: 'Research',
    companyName: 'Contoso',
  })
})

t.test('metadata=full describes members by their own type, and nested complex values', async t => {
  const { directory, groups, device } = smallTenant()
  const ask = asker(directory)
  const members = (await ask(`/groups/${groups.all.id}/members?$select=id`, as('full'))).body.value
  t.match(
    members.find((one: Loose) => one.id === device.id),
    { '@odata.type': '#microsoft.graph.device', '@odata.id': `devices('${device.id}')` },
  )
  const [sku] = (await ask('/subscribedSkus', as('full'))).body.value
  t.equal(sku['@odata.type'], '#microsoft.graph.subscribedSku')
  t.equal(sku['servicePlans@odata.type'], '#Collection(microsoft.graph.servicePlanInfo)')
  t.equal(sku.servicePlans[0]['servicePlanId@odata.type'], '#Guid')
})

t.test('metadata=minimal equals the default', async t => {
  const { directory } = smallTenant()
  const ask = asker(directory)
  const usual = await ask('/users?$top=2')
  t.equal(usual.headers['content-type'], typed('minimal'))
  t.strictSame(await ask('/users?$top=2', as('minimal')), usual)
  t.strictSame(await ask('/users?$top=2', { headers: { accept: '*/*' } }), usual)
  t.equal((await ask('/users/$count', { headers: { ...as('none').headers, consistencylevel: 'eventual' } })).body, '12')
})
