import t from 'tap'
import { permissionsFor } from '../../src/graph/permissions-for.ts'

t.test('a request is matched with its operation, however its key is written', async t => {
  for (const path of [
    '/groups/g1/members',
    "/groups(uniqueName='x')/members",
    '/groups/g1/members/microsoft.graph.user',
  ])
    t.equal(permissionsFor('GET', path)?.[0], 'GroupMember.ReadBasic.All', path)
  t.equal(permissionsFor('GET', '/users/$count')?.[0], 'User.Read.All')
  t.equal(permissionsFor('GET', '/devices/delta')?.[0], 'Device.Read.All')
  t.equal(permissionsFor('GET', '/somewhere/else'), undefined)
})
