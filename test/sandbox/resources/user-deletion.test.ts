import t from 'tap'
import { asker } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'

const permissions = ['User.DeleteRestore.All', 'Directory.Read.All']

t.test('a deleted user is in the bin and no longer live', async t => {
  const ask = asker(smallTenant().directory)
  t.match(await ask('/users/dan%40contoso.com', { method: 'DELETE', permissions }), { status: 204, body: null })
  t.equal((await ask(`/users/${guid(4)}`)).status, 404)
  t.match((await ask(`/directory/deletedItems/${guid(4)}`)).body, { id: guid(4), displayName: 'Dan Ward' })
  t.match(await ask(`/users/${guid(4)}`, { method: 'DELETE', permissions }), {
    status: 404,
    body: { code: 'Request_ResourceNotFound' },
  })
})

t.test('a user that the direct view does not show cannot be deleted', async t => {
  const { directory } = smallTenant()
  directory.hide('direct', guid(4))
  t.equal((await asker(directory)(`/users/${guid(4)}`, { method: 'DELETE', permissions })).status, 404)
})

t.test('a user is deleted only with a permission to delete users', async t => {
  const ask = asker(smallTenant().directory)
  const reply = await ask(`/users/${guid(4)}`, { method: 'DELETE', permissions: ['Directory.ReadWrite.All'] })
  t.match(reply, { status: 403, body: { code: 'Authorization_RequestDenied' } })
  t.equal((await ask(`/users/${guid(4)}`)).status, 200)
})
