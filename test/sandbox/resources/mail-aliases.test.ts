import t from 'tap'
import { groupBed, refusal } from './group-bed.ts'
import { mutate } from '../mutate.ts'

const unified = (mailNickname: string) => ({
  displayName: 'Team',
  groupTypes: ['Unified'],
  mailEnabled: true,
  mailNickname,
  securityEnabled: false,
})
const taken = {
  status: 400,
  code: 'Request_BadRequest',
  message: 'Another object with the same value for property mailNickname already exists.',
}

t.test('two Microsoft 365 groups cannot have one alias, whatever the view shows', async t => {
  const { send, types, directory } = groupBed()
  directory.setLag('direct', 60_000)
  const { mailNickname } = directory.collection('group').get(types.microsoft365) as { mailNickname?: string }
  t.strictSame(refusal(await send('POST', '/groups', unified(mailNickname!.toUpperCase()))), taken)
  t.equal((await send('POST', '/groups', unified('orbit'))).status, 201)
  t.strictSame(refusal(await send('POST', '/groups', unified('Orbit'))), taken)
  t.strictSame(refusal(await send('PATCH', `/groups/${types.microsoft365}`, { mailNickname: 'orbit' })), taken)
  t.equal((await send('PATCH', `/groups/${types.microsoft365}`, { mailNickname: 'comet' })).status, 204)
  t.equal((await send('POST', '/groups', unified(mailNickname!))).status, 201, 'the earlier alias is free')
  t.equal((await send('PATCH', `/groups/${types.microsoft365}`, { mailNickname: 'Comet' })).status, 204, 'its own')
})

t.test('a deleted group keeps its alias, a purged one does not', async t => {
  const { send, types, directory } = groupBed()
  const id = types.microsoft365
  const { mailNickname } = directory.collection('group').get(id) as { mailNickname?: string }
  await send('DELETE', `/groups/${id}`)
  t.strictSame(refusal(await send('POST', '/groups', unified(mailNickname!))), taken)
  mutate(directory, { do: 'purge', kind: 'group', id }, 'test')
  t.equal((await send('POST', '/groups', unified(mailNickname!))).status, 201)
})

t.test('aliases of groups without an address are not unique', async t => {
  const { send, types, directory } = groupBed()
  const { mailNickname } = directory.collection('group').get(types.microsoft365) as { mailNickname?: string }
  const security = { ...unified(mailNickname!), groupTypes: [], mailEnabled: false, securityEnabled: true }
  t.equal((await send('POST', '/groups', security)).status, 201)
  t.equal((await send('POST', '/groups', security)).status, 201)
})

t.test('after more changes than the directory keeps, all groups are read again', async t => {
  const { send, types, directory } = groupBed({ keptChanges: 2 })
  const before = directory.collection('group').get(types.microsoft365) as { mailNickname?: string }
  t.equal((await send('POST', '/groups', unified('orbit'))).status, 201)
  mutate(directory, { do: 'update', kind: 'group', id: types.microsoft365, values: { mailNickname: 'comet' } }, 'test')
  for (let at = 0; at < 9; at++)
    mutate(directory, { do: 'update', kind: 'group', id: types.security, values: { description: `${at}` } }, 'test')
  t.equal(directory.changes(1), undefined)
  t.strictSame(refusal(await send('POST', '/groups', unified('comet'))), taken)
  t.strictSame(refusal(await send('POST', '/groups', unified('orbit'))), taken)
  t.equal((await send('POST', '/groups', unified(before.mailNickname!))).status, 201)
})
