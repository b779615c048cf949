import t from 'tap'
import { asker, eventual, type Asked } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'
import { mutate } from '../mutate.ts'

/** Directory.ReadWrite.All is the most privileged permission, and does not show hidden members. */
const without = { permissions: ['Directory.ReadWrite.All'] }
const ids = ({ body }: Asked): readonly string[] => body.value.map((one: { id: string }) => one.id)
const idsIn = (list: readonly { readonly id: string }[]): readonly string[] => list.map(({ id }) => id)

/** User 5 is in a hidden group and in a hidden unit. */
const tenant = () => {
  const small = smallTenant()
  const unit = small.directory.add('administrativeUnit', { displayName: 'Secret', visibility: 'HiddenMembership' })
  small.directory.link('administrativeUnit', unit.id, 'members', { kind: 'user', id: guid(5) })
  return { ...small, secret: unit, ask: asker(small.directory) }
}

t.test('members of a hidden group or unit can only be listed and counted with Member.Read.Hidden', async t => {
  const { ask, groups, secret } = tenant()
  const paths = [
    `/groups/${groups.hidden.id}/members`,
    `/groups/${groups.hidden.id}/transitiveMembers`,
    `/directory/administrativeUnits/${secret.id}/members`,
  ]
  for (const path of paths)
    for (const rest of ['', '/$ref', '/$count', '/microsoft.graph.user']) {
      const url = `${path}${rest}?$count=true`
      const refused = await ask(url, { ...without, ...eventual })
      t.strictSame([refused.status, refused.body.code], [403, 'Authorization_RequestDenied'], url)
      t.equal((await ask(url, eventual)).status, 200, url)
    }
  t.strictSame(ids(await ask(`/groups/${groups.hidden.id}/members?$select=id`)), [guid(5)])
})

t.test('owners of a hidden group are visible', async t => {
  const { ask, directory, groups } = tenant()
  directory.link('group', groups.hidden.id, 'owners', { kind: 'user', id: guid(6) })
  t.strictSame(ids(await ask(`/groups/${groups.hidden.id}/owners?$select=id`, without)), [guid(6)])
})

t.test("an object's own groups and units, and their count, omit hidden ones", async t => {
  const { ask, groups, secret } = tenant()
  for (const relation of ['memberOf', 'transitiveMemberOf']) {
    const at = `/users/${guid(5)}/${relation}`
    t.strictSame(ids(await ask(`${at}?$select=id`, without)), [groups.all.id], relation)
    t.strictSame(ids(await ask(`${at}?$select=id`)), [groups.all.id, groups.hidden.id, secret.id], relation)
    t.equal((await ask(`${at}/$count`, { ...without, ...eventual })).body, '1')
    t.equal((await ask(`${at}/$count`, eventual)).body, '3')
    const sorted = `${at}?$select=id&$count=true&$orderby=displayName`
    t.equal((await ask(sorted, eventual)).body['@odata.count'], 3)
    t.equal((await ask(sorted, { ...without, ...eventual })).body['@odata.count'], 1)
  }
})

t.test('$expand shows no hidden membership from either side', async t => {
  const { ask, groups, secret } = tenant()
  const group = `/groups/${groups.hidden.id}?$select=id&$expand=`
  for (const relation of ['members', 'transitiveMembers']) {
    t.strictSame((await ask(`${group}${relation}($select=id)`, without)).body[relation], [])
    t.strictSame(idsIn((await ask(`${group}${relation}($select=id)`)).body[relation]), [guid(5)])
  }
  const listed = await ask(`/groups?$select=id&$filter=id eq '${groups.hidden.id}'&$expand=members`, without)
  t.strictSame(listed.body.value, [{ id: groups.hidden.id, members: [] }])
  const unit = `/directory/administrativeUnits/${secret.id}?$expand=members($select=id)`
  t.strictSame((await ask(unit, without)).body.members, [])
  for (const relation of ['memberOf', 'transitiveMemberOf']) {
    const user = `/users/${guid(5)}?$expand=${relation}($select=id)`
    t.strictSame(idsIn((await ask(user, without)).body[relation]), [groups.all.id])
    t.strictSame(idsIn((await ask(user)).body[relation]), [groups.all.id, groups.hidden.id, secret.id])
  }
})

t.test('checks and getMember… omit hidden groups and units, and succeed', async t => {
  const { ask, groups, secret } = tenant()
  const asked = [groups.hidden.id, groups.all.id]
  const post = async (action: string, body: object, options = {}) =>
    (await ask(`/users/${guid(5)}/${action}`, { body, ...options })).body.value
  t.strictSame(await post('checkMemberGroups', { groupIds: asked }, without), [groups.all.id])
  t.strictSame(await post('checkMemberGroups', { groupIds: asked }), asked)
  t.strictSame(await post('checkMemberObjects', { ids: [secret.id, groups.all.id] }, without), [groups.all.id])
  t.strictSame(await post('getMemberGroups', { securityEnabledOnly: false }, without), [groups.all.id])
  t.strictSame(await post('getMemberGroups', { securityEnabledOnly: false }), [groups.all.id, groups.hidden.id])
  t.strictSame(await post('getMemberObjects', { securityEnabledOnly: false }, without), [groups.all.id])
  t.strictSame((await post('getMemberObjects', { securityEnabledOnly: false })).length, 3)
})

t.test('a delta of groups contains hidden groups without their changes of members', async t => {
  const { ask, directory, groups } = tenant()
  const entry = (body: Asked['body']) => body.value.find((one: { id: string }) => one.id === groups.hidden.id)
  const url = '/groups/delta?$select=displayName,members,owners'
  const first = await ask(url, without)
  t.strictSame(entry(first.body), { displayName: 'Hidden', id: groups.hidden.id })
  t.match(entry((await ask(url)).body), { 'members@delta': [{ id: guid(5) }] })
  const byId = await ask(`${url}&$filter=id eq '${groups.hidden.id}'`, without)
  t.strictSame(byId.body.value, [{ displayName: 'Hidden', id: groups.hidden.id }])

  const link = (relation: 'members' | 'owners', id: string) =>
    mutate(
      directory,
      { do: 'link', kind: 'group', id: groups.hidden.id, relation, target: { kind: 'user', id } },
      'test',
    )
  link('members', guid(6))
  t.strictSame((await ask(first.body['@odata.deltaLink'], without)).body.value, [])
  t.match((await ask(first.body['@odata.deltaLink'])).body.value, [{ 'members@delta': [{ id: guid(6) }] }])
  link('owners', guid(7))
  const [owned] = (await ask(first.body['@odata.deltaLink'], without)).body.value
  t.match(owned, { 'owners@delta': [{ id: guid(7) }] })
  t.notOk('members@delta' in owned)
})

t.test('a hidden group reveals no nested members', async t => {
  const { ask, directory, groups } = tenant()
  directory.link('group', groups.plain.id, 'members', { kind: 'group', id: groups.hidden.id })
  const members = `/groups/${groups.plain.id}/transitiveMembers?$select=id`
  t.strictSame(ids(await ask(members)), [groups.hidden.id, guid(5)])
  t.strictSame(ids(await ask(members, without)), [groups.hidden.id])
  const above = `/users/${guid(5)}/transitiveMemberOf/microsoft.graph.group?$select=id&$count=true`
  t.ok(ids(await ask(above, eventual)).includes(groups.plain.id))
  t.strictSame(ids(await ask(above, { ...without, ...eventual })), [groups.all.id])
})
