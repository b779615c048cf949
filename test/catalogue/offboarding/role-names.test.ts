import t from 'tap'
import { unitIn, withRoleNames } from '../../../src/catalogue/offboarding/role-names.ts'
import type { GraphRequest } from '../../../src/core/graph.ts'

const [known, hidden] = ['a', 'b'].map(digit => `${digit.repeat(8)}-1111-4111-8111-111111111111`) as [string, string]
const role = (roleDefinitionId: string, directoryScopeId: string) => ({ id: 'x', roleDefinitionId, directoryScopeId })

t.test('roles of single objects get the names that can be read, and others cost no request', async t => {
  const asked: string[] = []
  const graph = {
    batch: async (requests: readonly GraphRequest[]) => {
      asked.push(...requests.map(({ url }) => url))
      return requests.map(({ url }) =>
        url.includes(known) ? { status: 200, body: { displayName: 'Application Administrator' } } : { status: 403 },
      )
    },
  }
  const ctx = { graph, signal: new AbortController().signal } as never
  const named = await withRoleNames(ctx, [[role(known, '/app'), role(known, '/')], [role(hidden, '/app')]])
  t.strictSame(
    named.map(held => held.map(({ name }) => name)),
    [['Application Administrator', undefined], [undefined]],
  )
  t.strictSame(
    asked,
    [known, hidden].map(id => `/roleManagement/directory/roleDefinitions/${id}?$select=id,displayName`),
  )
  const elsewhere = [[role(known, '/'), role(known, '/administrativeUnits/7')]]
  t.equal(await withRoleNames({} as never, elsewhere), elsewhere)
  t.equal(unitIn('/administrativeUnits/7'), '7')
})
