import t from 'tap'
import { permissionsFor } from '../../src/graph/permissions-for.ts'

t.test('a request is matched with its operation, however its key is written', async t => {
  for (const path of [
    '/groups/g1/members',
    "/groups(uniqueName='x')/members",
    '/groups/g1/members/microsoft.graph.user',
  ])
    t.equal(permissionsFor('GET', path)?.[0]?.[0], 'GroupMember.ReadBasic.All', path)
  t.equal(permissionsFor('GET', '/users/$count')?.[0]?.[0], 'User.Read.All')
  t.equal(permissionsFor('GET', '/devices/delta')?.[0]?.[0], 'Device.Read.All')
  t.equal(permissionsFor('GET', '/somewhere/else'), undefined)
})

t.test('the permissions that Graph names are the missing ones', async t => {
  const said = 'Calling principal does not have required MSGraph permissions AuditLog.Read.All'
  t.strictSame(permissionsFor('GET', '/users?$select=id,signInActivity', said), [['AuditLog.Read.All']])
  t.strictSame(permissionsFor('GET', '/somewhere/else', said), [['AuditLog.Read.All']])
})

t.test('a property with its own permission requires both, if Graph names none', async t => {
  t.strictSame(permissionsFor('GET', '/users?$select=id,signInActivity', 'Insufficient privileges.'), [
    ['User.Read.All', 'Directory.Read.All'],
    ['AuditLog.Read.All'],
  ])
  t.strictSame(permissionsFor('GET', '/users?$select=id'), [['User.Read.All', 'Directory.Read.All']])
})
