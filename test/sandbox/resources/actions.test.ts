import t from 'tap'
import { asker, root } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'

t.test('checkMemberGroups returns the matching groups, including nested ones', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const groupIds = [groups.plain.id, groups.circle.id, groups.all.id]
  t.strictSame((await ask(`/users/${guid(3)}/checkMemberGroups`, { body: { groupIds } })).body, {
    '@odata.context': `${root}/$metadata#Collection(Edm.String)`,
    value: [groups.circle.id, groups.all.id],
  })
  t.strictSame(
    (await ask(`/directoryObjects/${guid(3)}/microsoft.graph.checkMemberGroups`, { body: { groupIds } })).body.value,
    [groups.circle.id, groups.all.id],
  )
})

t.test('a check accepts at most twenty ids, which must be GUIDs', async t => {
  const ask = asker(smallTenant().directory)
  const check = async (groupIds: unknown) =>
    (await ask(`/users/${guid(3)}/checkMemberGroups`, { body: { groupIds } })).body
  t.strictSame(await check(Array.from({ length: 21 }, (_, at) => guid(at))), {
    code: 'Request_BadRequest',
    message: `The collection 'groupIds' has too many items. Max allowed: 20.`,
  })
  t.strictSame((await check(Array.from({ length: 20 }, (_, at) => guid(at + 900)))).value, [])
  t.match(await check(['abc']), { code: 'Request_BadRequest', message: `Invalid object identifier 'abc'.` })
  t.match(await check('abc'), { code: 'Request_BadRequest' })
})

t.test(
  'getMemberGroups returns groups, on request security groups only; getMemberObjects returns roles too',
  async t => {
    const { directory, groups, role } = smallTenant()
    const ask = asker(directory)
    const post = async (action: string, securityEnabledOnly: boolean) =>
      (await ask(`/users/${guid(1)}/${action}`, { body: { securityEnabledOnly } })).body.value.toSorted()
    t.strictSame(await post('getMemberGroups', false), [groups.all.id, groups.unified.id].toSorted())
    t.strictSame(await post('getMemberGroups', true), [groups.all.id])
    t.strictSame(await post('getMemberObjects', false), [groups.all.id, groups.unified.id, role.id].toSorted())
    const checked = await ask(`/users/${guid(1)}/checkMemberObjects`, { body: { ids: [role.id, groups.plain.id] } })
    t.strictSame(checked.body.value, [role.id])
  },
)

t.test('getByIds returns objects of all types; unknown ids are omitted', async t => {
  const { directory, groups, device } = smallTenant()
  const ask = asker(directory)
  const ids = [device.id, guid(99), guid(1), groups.all.id, guid(1)]
  const found = await ask('/directoryObjects/getByIds?$select=id,displayName', { body: { ids } })
  t.strictSame(found.body.value, [
    { '@odata.type': '#microsoft.graph.device', id: device.id, displayName: 'PC-1' },
    { '@odata.type': '#microsoft.graph.user', id: guid(1), displayName: 'Ann Ward' },
    { '@odata.type': '#microsoft.graph.group', id: groups.all.id, displayName: 'Everyone' },
  ])
  const users = await ask('/directoryObjects/getByIds?$select=id', { body: { ids, types: ['User'] } })
  t.strictSame(users.body.value, [{ '@odata.type': '#microsoft.graph.user', id: guid(1) }])
  const many = await ask('/directoryObjects/getByIds', {
    body: { ids: Array.from({ length: 1_001 }, (_, at) => guid(at)) },
  })
  t.strictSame(many.body, {
    code: 'Request_BadRequest',
    message: `The collection 'ids' has too many items. Max allowed: 1000.`,
  })
  t.strictSame((await ask('/directoryObjects/getByIds', { body: { ids: [guid(1), 'ann'] } })).body, {
    code: 'Request_BadRequest',
    message: 'Invalid GUID specified.',
  })
  t.match((await ask('/directoryObjects/getByIds', { body: { ids, types: ['mailbox'] } })).body, {
    code: 'Request_BadRequest',
  })
  for (const permission of ['User.Read.All', 'Directory.ReadWrite.All'])
    t.equal((await ask('/directoryObjects/getByIds', { body: { ids }, permissions: [permission] })).status, 403)
  t.match(
    (await ask('/directoryObjects/getByIds?$top=1', { body: { ids } })).body.message,
    /^The following query options are not supported .*: \$top$/,
  )
})
