import t from 'tap'
import { groupBed, refusal } from './group-bed.ts'
import { mutate } from '../mutate.ts'

const badRequest = (message: string) => ({ status: 400, code: 'Request_BadRequest', message })
const denied = {
  status: 403,
  code: 'Authorization_RequestDenied',
  message: 'Insufficient privileges to complete the operation.',
}

for (const type of ['microsoft365', 'security', 'dynamic'] as const)
  t.test(`a deleted group (${type}) is in the bin, and comes back with its members and owners`, async t => {
    const { types, send, ask, related, directory } = groupBed()
    const id = types[type]
    const before = {
      group: directory.collection('group').get(id),
      members: related(id, 'members'),
      owners: related(id, 'owners'),
    }
    t.strictSame(await send('DELETE', `/groups/${id}`), { status: 204, headers: {}, body: null })
    t.equal((await ask(`/groups/${id}`)).status, 404)
    t.match(
      (await ask(`/directory/deletedItems/microsoft.graph.group?$filter=id eq '${id}'&$select=id,deletedDateTime`)).body
        .value,
      [{ id, deletedDateTime: '2026-06-01T00:00:00Z' }],
    )
    t.match(refusal(await send('DELETE', `/groups/${id}`)), { status: 404, code: 'Request_ResourceNotFound' })
    mutate(directory, { do: 'restore', kind: 'group', id }, 'test')
    t.strictSame(
      { group: directory.collection('group').get(id), members: related(id, 'members'), owners: related(id, 'owners') },
      before,
    )
  })

t.test(
  'with the knob, a deleted security group is gone at once, as the older page says; a Microsoft 365 group is not',
  async t => {
    const { types, send, directory } = groupBed({ knobs: { securityGroupBin: false } })
    for (const type of ['security', 'microsoft365'] as const)
      t.equal((await send('DELETE', `/groups/${types[type]}`)).status, 204)
    t.equal(directory.truth(types.security)?.state, 'purged')
    t.equal(directory.truth(types.microsoft365)?.state, 'deleted')
  },
)

t.test('groups that Graph cannot delete are refused with the reason', async t => {
  const { types, send, directory } = groupBed()
  const remove = async (id: string) => refusal(await send('DELETE', `/groups/${id}`))
  t.strictSame(
    await remove(types.licensed),
    badRequest(
      'Unable to delete the group because there is a product license assigned to the group. To delete this group, remove any product licenses first.',
    ),
  )
  for (const type of ['mailSecurity', 'distribution'] as const)
    t.strictSame(
      await remove(types[type]),
      badRequest('Cannot Delete a mail-enabled security groups and or distribution list.'),
    )
  t.strictSame(
    await remove(types.synced),
    badRequest(
      'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
    ),
  )
  t.match(await remove('11111111-2222-4333-8444-555555555555'), { status: 404, code: 'Request_ResourceNotFound' })
  t.equal(directory.generation, 0)
})

t.test('a deletion requires Group.ReadWrite.All, of a role-assignable group RoleManagement too', async t => {
  const { types, send } = groupBed()
  const remove = async (id: string, ...permissions: readonly string[]) =>
    refusal(await send('DELETE', `/groups/${id}`, undefined, { permissions }))
  t.strictSame(
    await remove(types.security, 'Group.Create', 'GroupMember.ReadWrite.All', 'Directory.ReadWrite.All'),
    denied,
  )
  t.strictSame(await remove(types.role, 'Group.ReadWrite.All'), denied)
  t.match(await remove(types.role, 'Group.ReadWrite.All', 'RoleManagement.ReadWrite.Directory'), { status: 204 })
  t.match(await remove(types.security, 'Group.ReadWrite.All'), { status: 204 })
})

t.test('an app restores a deleted group, and only people purge it', async t => {
  const { types, send, all, directory } = groupBed()
  const id = types.security
  const bin = `/directory/deletedItems/${id}`
  await send('DELETE', `/groups/${id}`)
  const reader = { permissions: ['Directory.Read.All', 'User.ReadWrite.All'] }
  t.strictSame(refusal(await send('POST', `${bin}/restore`, undefined, reader)), denied)
  t.match(refusal(await send('POST', `${bin}/restore`)), { status: 200, '@odata.type': '#microsoft.graph.group', id })
  t.match(refusal(await send('POST', `${bin}/restore`)), { status: 404, code: 'Request_ResourceNotFound' })
  await send('DELETE', `/groups/${id}`)
  t.strictSame(refusal(await send('DELETE', bin)), denied, 'an app')
  t.equal((await send('DELETE', bin, undefined, { delegated: all('user', undefined, 1)[0]! })).status, 204)
  t.equal(directory.truth(id)?.state, 'purged')
})

t.test('a group is not restored while another has its unique name', async t => {
  const { types, send, directory } = groupBed()
  const id = types.role
  const uniqueName = directory.collection('group').get(id)?.['uniqueName']
  await send('DELETE', `/groups/${id}`)
  const other = { displayName: 'Other', mailEnabled: false, mailNickname: 'other', securityEnabled: true, uniqueName }
  const created = await send('POST', '/groups', other)
  const restore = () => send('POST', `/directory/deletedItems/${id}/restore`)
  t.strictSame(
    refusal(await restore()),
    badRequest('Another object with the same value for property uniqueName already exists.'),
  )
  await send('DELETE', `/groups/${created.body.id}`)
  t.equal((await restore()).status, 200)
})
