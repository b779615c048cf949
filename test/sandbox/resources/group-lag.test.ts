import t from 'tap'
import { groupBed, refusal } from './group-bed.ts'
import { mutate } from '../mutate.ts'

const security = { displayName: 'New', mailEnabled: false, mailNickname: 'new', securityEnabled: true }
const notReplicated = {
  status: 400,
  code: 'Request_BadRequest',
  message: 'The source resource object or one of the objects being referenced do not exist.',
}
const notFound = (id: string) => ({
  status: 404,
  code: 'Request_ResourceNotFound',
  message: `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
})
const lagging = () => {
  const bed = groupBed()
  bed.directory.setLag('direct', 30_000)
  bed.directory.setLag('index', 60_000)
  return bed
}

t.test('a new group cannot be changed until it is replicated', async t => {
  const { send, ask, outside, types, bind, address, clock } = lagging()
  const { status, body } = await send('POST', '/groups', security)
  t.equal(status, 201, 'the reply to the creation itself has the group')
  const [id] = outside(types.security, 1) as [string]
  const requests = () => [
    send('POST', `/groups/${body.id}/members/$ref`, { '@odata.id': address(id) }),
    send('PATCH', `/groups/${body.id}`, bind([id], 'owners')),
    send('PATCH', `/groups/${body.id}`, { description: 'x' }),
    send('DELETE', `/groups/${body.id}/members/${id}/$ref`),
    ask(`/groups/${body.id}`),
  ]
  const replies = []
  for (const request of requests()) replies.push(refusal(await request))
  t.strictSame(replies, [notReplicated, notReplicated, notFound(body.id), notFound(body.id), notFound(body.id)])
  t.strictSame(refusal(await send('DELETE', `/groups/${body.id}`)), notFound(body.id))
  clock.move(30_000)
  const later = []
  for (const request of requests()) later.push((await request).status)
  t.strictSame(later, [204, 204, 204, 204, 200])
})

t.test('a new object cannot be linked until it is replicated, an unknown one never', async t => {
  const { send, types, directory, bind, clock } = lagging()
  const { id } = mutate(directory, { do: 'create', kind: 'user', values: { displayName: 'New' } }, 'test')
  const add = async (ids: readonly string[]) => refusal(await send('PATCH', `/groups/${types.security}`, bind(ids)))
  t.strictSame(await add([id]), notReplicated)
  t.strictSame(await add(['11111111-2222-4333-8444-555555555555']), notFound('11111111-2222-4333-8444-555555555555'))
  clock.move(30_000)
  t.match(await add([id]), { status: 204 })
})

t.test('links are held against the truth, whatever the views show', async t => {
  const { send, types, outside, related, bind, address } = lagging()
  const group = types.security
  const [id] = outside(group, 1) as [string]
  t.equal((await send('PATCH', `/groups/${group}`, bind([id]))).status, 204)
  t.notOk(related(group, 'members').includes(id), 'the list does not show it yet')
  t.match(refusal(await send('POST', `/groups/${group}/members/$ref`, { '@odata.id': address(id) })), {
    status: 400,
    message: /already exist/,
  })
  t.equal((await send('DELETE', `/groups/${group}/members/${id}/$ref`)).status, 204)
  t.strictSame(refusal(await send('DELETE', `/groups/${group}/members/${id}/$ref`)), notFound(id))
})

t.test('the last owner and the number of owners are held against the truth', async t => {
  const { send, types, outside, related, bind } = lagging()
  const group = types.security
  const owners = related(group, 'owners')
  const remove = (id: string) => send('DELETE', `/groups/${group}/owners/${id}/$ref`)
  for (const id of owners.slice(1)) t.equal((await remove(id)).status, 204)
  t.match(refusal(await remove(owners[0]!)), { status: 400, message: /^The group must have at least one owner/ })
  const users = outside(group, 120, 'owners')
  const statuses = []
  for (let at = 0; at < 100; at += 20)
    statuses.push((await send('PATCH', `/groups/${group}`, bind(users.slice(at, at + 20), 'owners'))).status)
  t.strictSame(statuses, [204, 204, 204, 204, 403])
})

t.test('a deletion that the view does not show yet is known to the truth', async t => {
  const { send, types, outside, bind } = lagging()
  const group = types.security
  const [id] = outside(group, 1) as [string]
  t.equal((await send('DELETE', `/groups/${group}`)).status, 204)
  for (const reply of [
    await send('DELETE', `/groups/${group}`),
    await send('PATCH', `/groups/${group}`, { description: 'x' }),
    await send('PATCH', `/groups/${group}`, bind([id])),
  ])
    t.strictSame(refusal(reply), notFound(group))
})

t.test(
  'an object whose deletion the view does not show yet is not linked, nor is anything else of the request',
  async t => {
    const { send, types, outside, directory, bind, clock, related } = lagging()
    const group = types.security
    const ids = outside(group, 3)
    directory.commit([{ do: 'delete', kind: 'user', id: ids[2]! }], { request: 'test' })
    const { generation } = directory
    t.strictSame(
      refusal(await send('PATCH', `/groups/${group}`, { description: 'x', ...bind(ids) })),
      notFound(ids[2]!),
    )
    t.equal(directory.generation, generation)
    clock.move(30_000)
    t.notOk(related(group, 'members').includes(ids[0]!))
  },
)

t.test('a group that is created if missing is created once, also while the view does not show it', async t => {
  const { send } = lagging()
  const create = () =>
    send('PATCH', `/groups(uniqueName='golf')`, security, { headers: { prefer: 'create-if-missing' } })
  t.equal((await create()).status, 201)
  t.strictSame(refusal(await create()), {
    status: 400,
    code: 'Request_BadRequest',
    message: 'Another object with the same value for property uniqueName already exists.',
  })
})

t.test('checks of memberships and getByIds show what the plain reads show', async t => {
  const { send, ask, types, outside, directory, bind, clock } = lagging()
  const group = types.security
  const [id] = outside(group, 1) as [string]
  const created = mutate(directory, { do: 'create', kind: 'user', values: { displayName: 'New' } }, 'test')
  t.equal((await send('PATCH', `/groups/${group}`, bind([id]))).status, 204)
  const seen = async () => [
    (await ask(`/users/${id}/checkMemberGroups`, { body: { groupIds: [group] } })).body.value,
    (await ask(`/users/${id}/getMemberGroups`, { body: { securityEnabledOnly: true } })).body.value.includes(group),
    (await ask('/directoryObjects/getByIds?$select=id', { body: { ids: [created.id, id] } })).body.value.length,
  ]
  t.strictSame(await seen(), [[], false, 1])
  clock.move(30_000)
  t.strictSame(await seen(), [[group], true, 2])
})
