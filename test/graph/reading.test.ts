import t from 'tap'
import { isRepeatable, reads } from '../../src/graph/reading.ts'

t.test('only requests on the list are reads', async t => {
  t.strictSame(
    [
      { method: 'GET', url: '/users' } as const,
      { method: 'POST', url: '/directoryObjects/getByIds?$select=id' } as const,
      { method: 'POST', url: '/users/u/getMemberGroups' } as const,
      { method: 'POST', url: '/$batch', body: { requests: [{ method: 'GET', url: '/users' }] } } as const,
    ].map(reads),
    [true, true, true, true],
  )
  t.strictSame(
    [
      { method: 'POST', url: '/users?x=/getByIds' } as const,
      { method: 'PATCH', url: '/directoryObjects/getByIds' } as const,
      { method: 'DELETE', url: '/users/u' } as const,
      { method: 'POST', url: '/users/u/revokeSignInSessions' } as const,
      {
        method: 'POST',
        url: '/$batch',
        body: {
          requests: [
            { method: 'GET', url: '/a' },
            { method: 'PUT', url: '/b' },
          ],
        },
      } as const,
      { method: 'POST', url: '/$batch', body: { requests: [{ url: '/a' }] } } as const,
    ].map(reads),
    [false, false, false, false, false, false],
  )
})

t.test('a request may declare itself repeatable; a batch is repeatable if all its requests are', async t => {
  t.ok(isRepeatable({ method: 'POST', url: '/groups', repeatable: true }))
  t.notOk(isRepeatable({ method: 'PATCH', url: '/groups/g' }))
  const batch = (repeatable: boolean) =>
    isRepeatable({
      method: 'POST',
      url: '/$batch',
      body: { requests: [{ method: 'PATCH', url: '/a', ...(repeatable && { repeatable }) }] },
    })
  t.strictSame([batch(true), batch(false)], [true, false])
})
