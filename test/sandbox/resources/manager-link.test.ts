import t from 'tap'
import type { AskOptions } from './ask.ts'
import { bad, denied, newUser, writeBed } from './write-bed.ts'

const missing = { status: 404, body: { code: 'Request_ResourceNotFound' } }

t.test('a manager is set, replaced and removed', async t => {
  const { send, ask, cloud, synced, directory } = writeBed(t)
  const { id } = (await send('POST', '/users', newUser())).body
  const at = `/users/${id}/manager/$ref`
  const set = (address: unknown, options?: AskOptions) => send('PUT', at, { '@odata.id': address }, options)
  const manager = async () => (await ask(`/users/${id}/manager?$select=id`)).body.id
  t.match(await send('DELETE', at), missing)
  t.equal((await set(`https://graph.microsoft.com/v1.0/users/${cloud.id}`)).status, 204)
  t.equal(await manager(), cloud.id)
  t.equal((await set(`https://graph.microsoft.com/v1.0/users/${String(synced['userPrincipalName'])}`)).status, 204)
  t.equal(await manager(), synced.id)
  const { ids } = directory.collection('group').slice({ order: 'default', view: 'direct' }, 1, ['id'])
  t.match(await set(`https://graph.microsoft.com/v1.0/directoryObjects/${ids[0]}`), missing)
  t.match(await set('https://graph.microsoft.com/v1.0/users/nobody@contoso.com'), missing)
  t.match(await set('nothing'), bad('Invalid URL format specified in @odata.id.', 'BadRequest'))
  t.match(await set(`/users/${cloud.id}`, { permissions: ['User.ReadUpdate.All'] }), denied)
  t.match(await send('DELETE', at), { status: 204, body: null })
  t.equal((await ask(`/users/${id}/manager`)).status, 404)
})

t.test('the manager of a synced user is set in Active Directory', async t => {
  const { send, cloud, synced } = writeBed(t)
  const refused = { status: 400, body: { message: /^Unable to update the specified properties for on-premises/ } }
  const at = `/users/${synced.id}/manager/$ref`
  t.match(await send('PUT', at, { '@odata.id': `/users/${cloud.id}` }), refused)
  t.match(await send('DELETE', at), refused)
})
