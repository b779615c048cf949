import t from 'tap'
import { asker, eventual, type AskOptions } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'

/** Messages that the other tests do not compare as a whole. */
t.test('errors without a documented message say what is wrong', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const bad = 'Request_BadRequest'
  const unsupported = 'Request_UnsupportedQuery'
  const more = 'Refer to https://aka.ms/graph-docs/advanced-queries for more information'
  const cases: [string, string, string, AskOptions?][] = [
    [`/groups/${groups.unified.id}/members/microsoft.graph.device`, unsupported, `The type cast 'microsoft.graph.device' is not supported for the members of this group.`],
    ['/users?$search="accountEnabled:a"', unsupported, `Property 'accountEnabled' of resource 'User' is not supported in $search.`, eventual],
    ['/users?$expand=manager&$count=true', unsupported, `'$expand' is not supported together with advanced query capabilities. ${more}`, eventual],
    ['/users/delta?$deltatoken=abc', bad, 'The specified delta token value is invalid.'],
    ['/users/delta?$skiptoken=abc', bad, 'The specified page token value is invalid.'],
    ['/users?$orderby=displayName,userPrincipalName', unsupported, `Unsupported sort property 'userPrincipalName' for 'User'.`],
    ['/users?$orderby=displayName upwards', 'BadRequest', 'Invalid value for the $orderby query option found.'],
    ['/users?$count=maybe', 'BadRequest', 'Invalid value for the $count query option found.'],
    ['/users?$select=', 'BadRequest', 'Invalid value for the $select query option found.'],
    ['/users?$select=id;displayName', 'BadRequest', `Parsing OData Select and Expand failed: Term 'id;displayName' is not valid in a $select or $expand expression.`],
    ['/users?$expand=manager($filter=id)', 'BadRequest', `Parsing OData Select and Expand failed: Term 'manager($filter=id)' is not valid in a $select or $expand expression.`],
    [`/users/${guid(1)}/getMemberGroups`, bad, 'Property securityEnabledOnly is invalid.', { body: { securityEnabledOnly: 'no' } }],
    ['/directoryObjects/getByIds', bad, 'Property ids is invalid.', { body: {} }],
  ] // prettier-ignore
  for (const [url, code, message, options] of cases) {
    const reply = await ask(url, options)
    t.strictSame([reply.status, reply.body], [400, { code, message }], url)
  }
})

t.test('the error for a page token that was not found says where to continue', async t => {
  const ask = asker(smallTenant().directory)
  const { body } = await ask('/users?$top=5', { pageFault: 'tokenGoneAfterRetry', retried: true })
  t.strictSame((await ask(body['@odata.nextLink'])).body, {
    code: 'DirectoryPageTokenNotFoundException',
    message:
      'The specified page token was not found. Start again from the last page token that was not part of a retried request.',
  })
})

t.test('more than eleven thousand groups are refused', async t => {
  const { directory, users } = smallTenant()
  const one = { kind: 'user', id: users[0]!.id } as const
  const many = Array.from({ length: 11_001 }, (_, at) => ({ kind: 'group', id: guid(20_000 + at) }) as const)
  const ask = asker({ ...directory, transitiveMemberOf: () => many, generation: 0 })
  const reply = await ask(`/users/${one.id}/getMemberGroups`, { body: { securityEnabledOnly: false } })
  t.strictSame([reply.status, reply.body.code], [400, 'Directory_ResultSizeLimitExceeded'])
  const groupIds = [many[5]!.id]
  t.strictSame((await ask(`/users/${one.id}/checkMemberGroups`, { body: { groupIds } })).body.value, groupIds)
})
