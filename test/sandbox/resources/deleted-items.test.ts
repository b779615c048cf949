import t from 'tap'
import type { Entity } from '../../../src/sandbox/directory/types.ts'
import { root, type Loose } from './ask.ts'
import { bad, denied, newUser, writeBed } from './write-bed.ts'
import { mutate } from '../mutate.ts'

const day = 24 * 60 * 60 * 1_000
const missing = { status: 404, body: { code: 'Request_ResourceNotFound' } }

t.test('a deleted user is in the bin under a prefixed name, and cannot be deleted again', async t => {
  const { send, ask, cloud } = writeBed(t)
  t.match(await send('DELETE', `/users/${String(cloud['userPrincipalName'])}`), { status: 204, body: null })
  t.match(await ask(`/users/${cloud.id}`), missing)
  t.match(await ask(`/directory/deletedItems/${cloud.id}?$select=userPrincipalName,displayName`), {
    body: {
      userPrincipalName: `${cloud.id.replaceAll('-', '')}${String(cloud['userPrincipalName'])}`,
      displayName: cloud['displayName'],
    },
  })
  t.match(await send('DELETE', `/users/${cloud.id}`), missing)
})

t.test('a restored user is returned with its type, and has its values, memberships and manager back', async t => {
  const { send, ask, cloud, directory } = writeBed(t)
  const before = directory.truth(cloud.id)!.entity
  const groups = async (): Promise<readonly string[]> =>
    (await ask(`/users/${cloud.id}/memberOf?$select=id`)).body.value.map(({ id }: Loose) => id)
  const [own, manager] = [await groups(), await ask(`/users/${cloud.id}/manager?$select=id`)]
  t.ok(own.length > 0)
  await send('DELETE', `/users/${cloud.id}`)
  t.match(await ask(`/groups/${own[0]}/members?$select=id&$top=999`), { status: 200 })
  const reply = await send('POST', `/directory/deletedItems/${cloud.id}/restore`)
  t.equal(reply.status, 200)
  t.strictSame(
    { type: reply.body['@odata.type'], context: reply.body['@odata.context'], id: reply.body.id },
    { type: '#microsoft.graph.user', context: `${root}/$metadata#directoryObjects/$entity`, id: cloud.id },
  )
  t.equal(reply.body.userPrincipalName, cloud['userPrincipalName'])
  t.strictSame(directory.truth(cloud.id)!.entity, before)
  t.strictSame(await groups(), own)
  t.strictSame((await ask(`/users/${cloud.id}/manager?$select=id`)).body, manager.body)
})

t.test('what is live, purged or unknown cannot be restored or purged', async t => {
  const { send, cloud, directory } = writeBed(t)
  const at = `/directory/deletedItems/${cloud.id}`
  t.match(await send('POST', `${at}/restore`), missing)
  t.match(await send('DELETE', at), missing)
  await send('DELETE', `/users/${cloud.id}`)
  t.match(await send('DELETE', at), { status: 204, body: null })
  t.match(await send('POST', `${at}/restore`), missing)
  t.match(await send('DELETE', at), missing)
  t.equal(directory.truth(cloud.id)!.state, 'purged')
  t.match(await send('DELETE', '/directory/deletedItems/abc'), bad(`Invalid object identifier 'abc'.`))
})

t.test('a second restore that the bin still shows is refused by the truth', async t => {
  const { send, cloud, directory } = writeBed(t)
  await send('DELETE', `/users/${cloud.id}`)
  directory.setLag('direct', 30_000)
  const at = `/directory/deletedItems/${cloud.id}/restore`
  t.equal((await send('POST', at)).status, 200)
  t.match(await send('POST', at), missing)
})

t.test('a user can be restored under a new name', async t => {
  const { send, cloud, synced, directory } = writeBed(t)
  await send('DELETE', `/users/${cloud.id}`)
  const restore = (body: object) => send('POST', `/directory/deletedItems/${cloud.id}/microsoft.graph.restore`, body)
  t.match(
    await restore({ newUserPrincipalName: synced['userPrincipalName'] }),
    bad('Another object with the same value for property userPrincipalName already exists.'),
  )
  t.match(await restore({ newUserPrincipalName: 'a@fabrikam.com' }), { status: 400 })
  t.match(await restore({ newName: 'a@contoso.com' }), bad(`Invalid property 'newName'.`))
  t.match(await restore({ autoReconcileProxyConflict: 'yes' }), { status: 400 })
  t.match(await restore({ autoReconcileProxyConflict: true, newUserPrincipalName: 'again@contoso.com' }), {
    status: 200,
    body: { userPrincipalName: 'again@contoso.com' },
  })
  t.equal(directory.truth(cloud.id)!.entity!['userPrincipalName'], 'again@contoso.com')
})

t.test('groups and applications are restored; an app purges users and applications, not groups', async t => {
  const { send, directory } = writeBed(t)
  const first = (kind: 'group' | 'application', where: (one: Entity) => boolean = () => true) =>
    directory.collection(kind).slice({ order: 'default', view: 'direct', where }, 1, ['id']).ids[0]!
  const group = first('group', one => (one['groupTypes'] as readonly string[]).includes('Unified'))
  const application = first('application')
  for (const [kind, id] of [['group', group], ['application', application]] as const) {
    mutate(directory, { do: 'delete', kind, id }, 'control')
    const reply = await send('POST', `/directory/deletedItems/${id}/restore`)
    t.match(reply, { status: 200, body: { '@odata.type': `#microsoft.graph.${kind}`, id } }, kind)
    mutate(directory, { do: 'delete', kind, id }, 'control')
  }
  t.match(await send('DELETE', `/directory/deletedItems/${group}`), denied)
  t.equal((await send('DELETE', `/directory/deletedItems/${group}`, undefined, { delegated: 'someone' })).status, 204)
  t.equal((await send('DELETE', `/directory/deletedItems/${application}`)).status, 204)
}) // prettier-ignore

t.test('the bin is changed with the permissions of its objects only', async t => {
  const { send, cloud } = writeBed(t)
  const permissions = ['User.DeleteRestore.All']
  const others = { permissions: ['Group.ReadWrite.All', 'Directory.ReadWrite.All', 'User.ReadUpdate.All'] }
  await send('DELETE', `/users/${cloud.id}`, undefined, { permissions })
  const at = `/directory/deletedItems/${cloud.id}`
  t.match(await send('POST', `${at}/restore`, undefined, others), denied)
  t.match(await send('DELETE', at, undefined, others), denied)
  t.equal((await send('POST', `${at}/restore`, undefined, { permissions })).status, 200)
})

t.test('a deleted user with a role is restored and purged with a higher role only', async t => {
  const { send, cloud, directory } = writeBed(t)
  const { ids } = directory
    .collection('directoryRole')
    .slice({ order: 'default', view: 'direct', where: one => one['displayName'] === 'Global Administrator' }, 1, ['id'])
  const link = { do: 'link', kind: 'directoryRole', id: ids[0]!, relation: 'members' } as const
  mutate(directory, { ...link, target: { kind: 'user', id: cloud.id } })
  mutate(directory, { do: 'delete', kind: 'user', id: cloud.id })
  const at = `/directory/deletedItems/${cloud.id}`
  t.match(await send('POST', `${at}/restore`), denied)
  t.match(await send('DELETE', at), denied)
  const app = directory.collection('servicePrincipal').slice({ order: 'default', view: 'direct' }, 1, ['id']).ids[0]!
  mutate(directory, { ...link, target: { kind: 'servicePrincipal', id: app } })
  t.equal((await send('POST', `${at}/restore`, undefined, { app })).status, 200)
})

t.test('after 30 days a deleted user is gone, and its name is free', async t => {
  const { send, ask, cloud, directory } = writeBed(t)
  await send('DELETE', `/users/${cloud.id}`)
  const at = `/directory/deletedItems/${cloud.id}`
  directory.moveClock(30 * day - 60_000)
  t.equal((await ask(at)).status, 200)
  directory.moveClock(60_000)
  t.match(await ask(at), missing)
  t.match(await send('POST', `${at}/restore`), missing)
  t.equal(directory.truth(cloud.id)!.state, 'purged')
  t.equal((await ask('/directory/deletedItems/microsoft.graph.user/$count', { headers: { consistencylevel: 'eventual' } })).body, '0')
  t.equal((await send('POST', '/users', newUser({ userPrincipalName: cloud['userPrincipalName'] }))).status, 201)
}) // prettier-ignore

t.test('what was in the bin from the start expires by the same clock', async t => {
  const { ask, directory } = writeBed(t)
  const dates = async (): Promise<readonly string[]> =>
    (await ask('/directory/deletedItems/microsoft.graph.user')).body.value.map((one: Loose) => one.deletedDateTime)
  const first = await dates()
  t.ok(first.length > 1)
  for (let days = 1; days <= 30; days++) {
    directory.moveClock(day)
    const present = Date.UTC(2026, 0, 1) + days * day
    const young = first.filter(date => Date.parse(date) + 30 * day > present)
    t.strictSame(await dates(), young, `after ${days} days`)
  }
})

t.test('the bin and what expired survive a restart', async t => {
  const folder = t.testdir()
  const { send, ask, cloud, synced, directory } = writeBed(t, { folder })
  await send('DELETE', `/users/${cloud.id}`)
  directory.moveClock(31 * day)
  await ask(`/directory/deletedItems/${cloud.id}`)
  await send('DELETE', `/users/${synced.id}`)
  const before = [cloud, synced].map(({ id }) => directory.truth(id))
  directory.close()
  const again = writeBed(t, { folder })
  t.strictSame([cloud, synced].map(({ id }) => again.directory.truth(id)), before)
  t.strictSame(before.map(truth => truth!.state), ['purged', 'deleted'])
}) // prettier-ignore

t.test('a deleted object can be read as an object of its type, and of no other', async t => {
  const { send, ask, cloud } = writeBed(t)
  await send('DELETE', `/users/${cloud.id}`)
  const at = `/directory/deletedItems/${cloud.id}`
  const plain = await ask(`${at}?$select=id,displayName`)
  t.strictSame(await ask(`${at}/microsoft.graph.user?$select=id,displayName`), plain)
  t.strictSame(await ask(`${at}/graph.user?$select=id,displayName`), plain)
  t.match(await ask(`${at}/microsoft.graph.group`), missing)
})
