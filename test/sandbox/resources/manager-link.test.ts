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

t.test('a manager is bound when a user is created or updated, all or nothing', async t => {
  const { send, ask, cloud, synced } = writeBed(t)
  const bind = (address: unknown, more: object = {}) => ({ 'manager@odata.bind': address, ...more })
  const created = await send('POST', '/users', newUser(bind(`https://graph.microsoft.com/v1.0/users/${cloud.id}`)))
  t.equal(created.status, 201)
  const at = `/users/${created.body.id}`
  const manager = async () => (await ask(`${at}/manager?$select=id`)).body.id
  t.equal(await manager(), cloud.id)
  t.equal((await send('PATCH', at, bind(`/directoryObjects/${synced.id}`, { jobTitle: 'Clerk' }))).status, 204)
  t.strictSame([await manager(), (await ask(`${at}?$select=jobTitle`)).body.jobTitle], [synced.id, 'Clerk'])
  t.equal((await send('PATCH', at, bind(`/users/${cloud.id}`))).status, 204)
  t.equal(await manager(), cloud.id)

  const nobody = bind('/users/nobody@contoso.com', { userPrincipalName: 'new@contoso.com', jobTitle: 'Boss' })
  t.match(await send('POST', '/users', newUser(nobody)), missing)
  t.match(await ask('/users/new@contoso.com'), missing)
  t.match(await send('PATCH', at, bind('/users/nobody@contoso.com', { jobTitle: 'Boss' })), missing)
  t.equal((await ask(`${at}?$select=jobTitle`)).body.jobTitle, 'Clerk')
})

t.test('what cannot be bound to a user is refused', async t => {
  const { send, cloud, synced } = writeBed(t)
  const at = `/users/${cloud.id}`
  for (const address of ['nothing', null, [`/users/${synced.id}`]])
    t.match(
      await send('PATCH', at, { 'manager@odata.bind': address }),
      bad('Invalid URL format specified in @odata.bind for manager', 'BadRequest'),
    )
  const unknown = bad('Invalid bind property name memberOf in request.', 'BadRequest')
  t.match(await send('PATCH', at, { 'memberOf@odata.bind': [] }), unknown)
  t.match(await send('POST', '/users', newUser({ 'memberOf@odata.bind': [] })), unknown)
  const options = { permissions: ['User.ReadUpdate.All'] }
  t.match(await send('PATCH', at, { 'manager@odata.bind': `/users/${synced.id}` }, options), denied)
  t.match(
    await send('PATCH', at, { 'manager@odata.bind': `/users/${synced.id}`, aboutMe: 'I' }, { delegated: cloud.id }),
    bad('The request is currently not supported on the targeted entity set', 'BadRequest'),
  )
})

t.test('the manager of a synced user is set in Active Directory', async t => {
  const { send, cloud, synced } = writeBed(t)
  const refused = { status: 400, body: { message: /^Unable to update the specified properties for on-premises/ } }
  const at = `/users/${synced.id}/manager/$ref`
  t.match(await send('PUT', at, { '@odata.id': `/users/${cloud.id}` }), refused)
  t.match(await send('DELETE', at), refused)
  t.match(await send('PATCH', `/users/${synced.id}`, { 'manager@odata.bind': `/users/${cloud.id}` }), refused)
})
