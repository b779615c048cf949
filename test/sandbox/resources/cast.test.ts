import t from 'tap'
import { asker, eventual } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'

const unsupported = 'Request_UnsupportedQuery'
const tenant = () => {
  const small = smallTenant()
  return { ...small, ask: asker(small.directory) }
}

t.test('a cast of a transitive list requires the header and $count=true', async t => {
  const { ask, groups, servicePrincipal } = tenant()
  const paths = [
    `/groups/${groups.all.id}/transitiveMembers/microsoft.graph.user`,
    `/groups/${groups.all.id}/transitiveMembers/microsoft.graph.group`,
    `/users/${guid(1)}/transitiveMemberOf/microsoft.graph.group`,
    `/servicePrincipals/${servicePrincipal.id}/transitiveMemberOf/microsoft.graph.group`,
  ]
  const refusal = { code: unsupported, message: 'Invalid search request.' }
  for (const path of paths) {
    t.strictSame((await ask(path)).body, refusal, path)
    t.strictSame((await ask(`${path}?$count=true`)).body, refusal, path)
    t.strictSame((await ask(path, eventual)).body, refusal, path)
    t.equal((await ask(`${path}?$count=true`, eventual)).status, 200, path)
    t.equal((await ask(`${path}/$count`, eventual)).status, 200, path)
  }
  const searched = `${paths[0]}?$search="displayName:gina"&$select=id`
  t.strictSame((await ask(searched, eventual)).body.value, [{ id: guid(7) }])
})

t.test('casts of other lists require nothing', async t => {
  const { ask, groups, application, contact, device, role, unit } = tenant()
  for (const path of [
    `/groups/${groups.unified.id}/owners/microsoft.graph.user`,
    `/applications/${application.id}/owners/microsoft.graph.user`,
    `/devices/${device.id}/registeredOwners/microsoft.graph.user`,
    `/users/${guid(1)}/directReports/microsoft.graph.user`,
    `/users/${guid(7)}/ownedObjects/microsoft.graph.application`,
    `/directoryRoles/${role.id}/members/microsoft.graph.user`,
  ])
    t.equal((await ask(path)).body.value.length, 1, path)
  for (const path of [
    `/groups/${groups.all.id}/members/microsoft.graph.user`,
    `/groups/${groups.nested.id}/memberOf/microsoft.graph.group`,
    `/users/${guid(1)}/memberOf/microsoft.graph.directoryRole`,
    `/devices/${device.id}/memberOf/microsoft.graph.group`,
    `/contacts/${contact.id}/memberOf/microsoft.graph.group`,
    `/directory/administrativeUnits/${unit.id}/members/microsoft.graph.user`,
  ])
    t.equal((await ask(path)).status, 200, path)
})

t.test('a cast may use the alias of the namespace, as generated clients do', async t => {
  const { ask, groups } = tenant()
  const direct = `/groups/${groups.all.id}/members`
  const ids = async (path: string) => ((await ask(path)).body.value as { id: string }[]).map(({ id }) => id)
  t.strictSame(await ids(`${direct}/graph.user?$select=id`), await ids(`${direct}/microsoft.graph.user?$select=id`))
  t.equal((await ask(`${direct}/graph.user/$count`, eventual)).status, 200)
  t.equal((await ask(`${direct}/graph.nobody`)).status, 400)
  t.equal((await ask('/directory/deletedItems/graph.user')).status, 200)
})

t.test('a relation in $select is accepted and has no effect', async t => {
  const { ask } = tenant()
  const { status, body } = await ask(`/users/${guid(1)}?$select=id,Manager`)
  t.equal(status, 200)
  t.notOk('manager' in body)
  t.equal((await ask('/users?$select=id,managr')).status, 400)
})

t.test('a cast with an invalid filter is refused because of the filter, as in Graph', async t => {
  const { ask, groups } = tenant()
  const url = `/groups/${groups.all.id}/members/microsoft.graph.user?$filter=accountEnabled eq false`
  t.match((await ask(url)).body, { code: unsupported, message: /^The specified filter to the reference property/ })
})

t.test('a cast to a type that the group cannot contain is refused', async t => {
  const { ask, groups } = tenant()
  for (const type of ['application', 'administrativeUnit', 'directoryRole'])
    for (const rest of ['?$count=true', '/$count'])
      t.match(await ask(`/groups/${groups.all.id}/members/microsoft.graph.${type}${rest}`, eventual), {
        status: 400,
        body: { code: unsupported },
      })
  const contacts = `/groups/${groups.all.id}/members/microsoft.graph.orgContact?$count=true`
  t.strictSame((await ask(contacts, eventual)).body.value, [])
})

t.test('isof is refused where a cast selects the type', async t => {
  const { ask, groups } = tenant()
  const refusal = { code: 'Request_BadRequest', message: 'Cast or IsOf Function must have a type in its arguments.' }
  for (const filter of [
    `isof('microsoft.graph.user')`,
    `not(isof('microsoft.graph.user'))`,
    `startsWith(displayName,'A') and isof('microsoft.graph.group')`,
  ])
    for (const path of [`/groups/${groups.all.id}/members`, `/users/${guid(1)}/transitiveMemberOf`]) {
      t.strictSame((await ask(`${path}?$filter=${filter}&$count=true`, eventual)).body, refusal, filter)
      t.strictSame((await ask(`${path}?$filter=${filter}`)).body, refusal, filter)
      t.strictSame((await ask(`${path}/$count?$filter=${filter}`, eventual)).body, refusal, filter)
    }
})
