import t from 'tap'
import { asker, eventual, root } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'

const tenant = () => {
  const small = smallTenant()
  return { ...small, ask: asker(small.directory) }
}
const user = (n: number) => ({ '@odata.type': '#microsoft.graph.user', id: guid(n) })

t.test('$expand adds a relation to members of types that have it, and not to others', async t => {
  const { ask, groups, device } = tenant()
  const { body } = await ask(`/groups/${groups.all.id}/members?$select=id&$expand=manager($select=id)`)
  t.equal(body['@odata.context'], `${root}/$metadata#directoryObjects(id,manager(id))`)
  t.strictSame(body.value.slice(0, 3), [user(1), { ...user(2), manager: user(1) }, { ...user(3), manager: user(2) }])
  t.strictSame(
    body.value.find((one: { id: string }) => one.id === device.id),
    { '@odata.type': '#microsoft.graph.device', id: device.id },
  )
})

t.test('every page of an expanded list has the relation', async t => {
  const { ask, groups } = tenant()
  const managers: string[] = []
  for (let url = `/groups/${groups.all.id}/members?$select=id&$expand=manager($select=id)&$top=2`; url;) {
    const { body } = await ask(url)
    managers.push(...body.value.flatMap((one: { manager?: { id: string } }) => one.manager?.id ?? []))
    url = body['@odata.nextLink']
  }
  t.strictSame(managers, [guid(1), guid(2)])
})

t.test('reports, owners and memberships can be expanded, with casts that need no advanced query', async t => {
  const { ask, groups } = tenant()
  const reports = await ask(`/users/${guid(1)}/directReports?$select=id&$expand=directReports($select=id)`)
  t.strictSame(reports.body.value, [{ ...user(2), directReports: [user(3)] }])
  const cast = await ask(`/users/${guid(1)}/directReports/microsoft.graph.user?$select=id&$expand=manager($select=id)`)
  t.equal(cast.body['@odata.context'], `${root}/$metadata#users(id,manager(id))`)
  t.strictSame(cast.body.value, [{ id: guid(2), manager: user(1) }])
  const owned = await ask(`/users/${guid(1)}/memberOf?$select=id&$expand=owners($select=id)`)
  t.strictSame(owned.body.value.find((one: { id: string }) => one.id === groups.unified.id).owners, [user(4)])
})

t.test('$expand is refused with an advanced query, and so with a cast of a transitive list', async t => {
  const { ask, groups } = tenant()
  const members = `/groups/${groups.all.id}/members`
  for (const [url, message] of [
    [`${members}?$expand=manager&$count=true`, /^'\$expand' is not supported together with advanced query/],
    [`${members}/microsoft.graph.user?$expand=manager&$count=true`, /^'\$expand' is not supported together/],
  ] as const)
    t.match((await ask(url, eventual)).body, { code: 'Request_UnsupportedQuery', message }, url)
  const through = `/groups/${groups.all.id}/transitiveMembers/microsoft.graph.user?$expand=manager`
  t.equal((await ask(through)).body.message, 'Invalid search request.')
  t.equal((await ask(`${members}/microsoft.graph.user?$expand=manager`)).status, 200)
})

t.test('an unknown relation, several relations, levels and $expand with $ref are refused', async t => {
  const { ask, groups } = tenant()
  const members = `/groups/${groups.all.id}/members`
  t.strictSame((await ask(`${members}?$expand=drive`)).body, {
    code: 'BadRequest',
    message: `Parsing OData Select and Expand failed: Could not find a property named 'drive' on type 'microsoft.graph.directoryObject'.`,
  })
  t.equal((await ask(`${members}?$expand=manager,memberOf`)).status, 400)
  t.match((await ask(`${members}?$expand=manager($levels=2)`)).body.message, /only supported on a single user/)
  t.match((await ask(`${members}/$ref?$expand=manager`)).body.message, /cannot be applied .*: \$expand$/)
})

t.test('objects that the caller may not read are not expanded, and hidden members are not shown', async t => {
  const { ask, directory, groups } = tenant()
  const url = `/groups/${groups.all.id}/members?$select=id&$expand=manager($select=id)`
  const { body } = await ask(url, { permissions: ['GroupMember.Read.All'] })
  t.strictSame(body.value[1], user(2))
  directory.link('group', groups.plain.id, 'members', { kind: 'group', id: groups.hidden.id })
  const nested = `/groups/${groups.plain.id}/members?$select=id&$expand=members($select=id)`
  const group = { '@odata.type': '#microsoft.graph.group', id: groups.hidden.id }
  t.strictSame((await ask(nested)).body.value, [{ ...group, members: [user(5)] }])
  t.strictSame((await ask(nested, { permissions: ['Directory.Read.All'] })).body.value, [{ ...group, members: [] }])
})
