import t from 'tap'
import { asker, eventual, root, type Loose } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'
import { mutate } from '../mutate.ts'

t.test('a listing returns the eleven default properties in the documented order, including nulls', async t => {
  const ask = asker(smallTenant().directory)
  const { body, headers } = await ask('/users?$top=1')
  t.equal(
    headers['content-type'],
    'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  )
  t.match(body['@odata.nextLink'], /^http:\/\/127\.0\.0\.1:1\/v1\.0\/users\?\$top=1&\$skiptoken=RFNwdAIA[\w-]+$/)
  t.strictSame(Object.keys(body), ['@odata.context', '@odata.nextLink', 'value'])
  t.strictSame(body.value, [
    {
      businessPhones: ['+1 425 555 0100'],
      displayName: 'Ann Ward',
      givenName: 'Ann',
      id: guid(1),
      jobTitle: null,
      mail: 'ann@contoso.com',
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: 'Ward',
      userPrincipalName: 'ann@contoso.com',
    },
  ])
})

t.test('all pages together return every user once, and only the first has the count', async t => {
  const ask = asker(smallTenant().directory)
  const ids: string[] = []
  const counts: unknown[] = []
  for (let url = '/users?$select=id&$top=5&$count=true'; url;) {
    const { body } = await ask(url, eventual)
    ids.push(...body.value.map((user: { id: string }) => user.id))
    counts.push(body['@odata.count'])
    url = body['@odata.nextLink']
  }
  t.strictSame(
    ids,
    Array.from({ length: 12 }, (_, at) => guid(at + 1)),
  )
  t.strictSame(counts, [12, undefined, undefined])
})

t.test('$select is in the context, refuses unknown names, and returns nested objects as a whole', async t => {
  const { directory, users } = smallTenant()
  mutate(
    directory,
    {
      do: 'update',
      kind: 'user',
      id: users[0]!.id,
      values: { onPremisesExtensionAttributes: { extensionAttribute1: 'x', extensionAttribute2: null } },
    },
    'test',
  )
  const ask = asker(directory)
  const { body } = await ask(
    '/users?$select=displayName,onPremisesExtensionAttributes,extension_0123456789abcdef0123456789abcdef_costCenter,print&$top=1',
  )
  t.equal(
    body['@odata.context'],
    `${root}/$metadata#users(displayName,onPremisesExtensionAttributes,extension_0123456789abcdef0123456789abcdef_costCenter,print)`,
  )
  t.strictSame(body.value, [
    {
      displayName: 'Ann Ward',
      onPremisesExtensionAttributes: { extensionAttribute1: 'x', extensionAttribute2: null },
      print: null,
    },
  ])
  t.strictSame((await ask('/users?$select=id,nonsense')).body, {
    code: 'BadRequest',
    message: `Parsing OData Select and Expand failed: Could not find a property named 'nonsense' on type 'microsoft.graph.user'.`,
  })
})

t.test("invalid query options are refused with Graph's messages", async t => {
  const ask = asker(smallTenant().directory)
  const cases: [string, number, string, string][] = [
    ['/users?$top=1000', 400, 'Request_UnsupportedQuery', `Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.`],
    ['/users?$top=0', 400, 'Request_UnsupportedQuery', `Invalid page size specified: '0'. Must be between 1 and 999 inclusive.`],
    ['/users?$top=abc', 400, 'BadRequest', 'Invalid value for the $top query option found.'],
    ['/users?$top=1&$top=2', 400, 'BadRequest', `Query option '$top' was specified more than once, but it must be specified at most once.`],
    ['/users?$skip=1', 400, 'Request_BadRequest', `'$skip' is not supported by the service.`],
    ['/users?$nonsense=1', 400, 'BadRequest', `The query parameter '$nonsense' is not supported.`],
    ['/users?$select=id,aboutMe', 501, 'NotImplemented', 'This operation target is not yet supported.'],
    ['/groups?$select=allowExternalSenders', 501, 'NotImplemented', 'This operation target is not yet supported.'],
    ['/users/$count', 400, 'Request_BadRequest', '$count is not currently supported.'],
    ['/users?$orderby=createdDateTime', 400, 'Request_UnsupportedQuery', `Unsupported sort property 'createdDateTime' for 'User'.`],
    ['/users?$orderby=jobTitle', 400, 'Request_UnsupportedQuery', `Unsupported sort property 'jobTitle' for 'User'.`],
    [`/users?$filter=startsWith(displayName,'A')&$orderby=displayName`, 400, 'Request_UnsupportedQuery', 'Sorting not supported for current query.'],
    ['/users?$search="displayName:Ann"', 400, 'Request_UnsupportedQuery', `Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'`],
    ['/users?$deltatoken=x', 400, 'Request_BadRequest', 'The following query options are not supported by this request method or cannot be applied to the requested resource: $deltatoken'],
  ] // prettier-ignore
  for (const [url, status, code, message] of cases)
    t.strictSame(await ask(url), { status, body: { code, message }, headers: {} }, url)
})

t.test('$count without its header is silently ignored', async t => {
  const ask = asker(smallTenant().directory)
  t.strictSame(Object.keys((await ask('/users?$count=true')).body), ['@odata.context', 'value'])
  t.equal((await ask('/users?$count=true', eventual)).body['@odata.count'], 12)
})

t.test('the $count segment returns plain text and supports filters', async t => {
  const ask = asker(smallTenant().directory)
  const reply = await ask('/users/$count', eventual)
  t.equal(reply.headers['content-type'], 'text/plain')
  t.equal(reply.body, '12')
  t.equal((await ask(`/users/$count?$filter=companyName eq null`, eventual)).body, '6')
  t.equal((await ask(`/groups/$count`, eventual)).body, '6')
})

t.test('a listing is sorted by name in both directions, and by creation with an advanced query', async t => {
  const ask = asker(smallTenant().directory)
  const names = async (url: string) => (await ask(url, eventual)).body.value.map((user: Loose) => user.givenName)
  t.strictSame(await names('/users?$select=givenName&$orderby=displayName desc&$top=3'), ['Leo', 'Kim', 'Jack'])
  t.strictSame(await names('/users?$select=givenName&$orderby=createdDateTime desc&$count=true&$top=2'), [
    'Kim',
    'Jack',
  ])
})

t.test('$search finds words, and an invalid clause is refused', async t => {
  const ask = asker(smallTenant().directory)
  const found = await ask('/users?$select=givenName&$search="displayName:ann wa" OR "mail:bob"', eventual)
  t.strictSame(found.body.value, [{ givenName: 'Ann' }, { givenName: 'Bob' }])
  t.strictSame((await ask('/users?$search=displayName:x', eventual)).body, {
    code: 'BadRequest',
    message: `Syntax error: character ':' is not valid at position 11 in 'displayName:x'.`,
  })
  t.strictSame((await ask('/users?$search="displayName:a"&$orderby=createdDateTime', eventual)).body, {
    code: 'Request_UnsupportedQuery',
    message: 'An unsupported property was specified.',
  })
})

t.test('exactly the strings that can be filtered can be searched by prefix', async t => {
  const ask = asker(smallTenant().directory)
  const guests = await ask('/users?$select=givenName&$search="userType:gue"', eventual)
  t.strictSame(guests.body.value, [{ givenName: 'Leo' }])
  const found = await ask('/users?$select=givenName&$search="DEPARTMENT:res" AND "givenName:b"', eventual)
  t.strictSame(found.body.value, [{ givenName: 'Bob' }])
  for (const property of ['accountEnabled', 'createdDateTime', 'nonsense'])
    t.strictSame(
      (await ask(`/users?$search="${property}:a"`, eventual)).body,
      {
        code: 'Request_UnsupportedQuery',
        message: `Property '${property}' of resource 'User' is not supported in $search.`,
      },
      property,
    )
})

t.test('pages of users with sign-in activity have 500 users, and require their own permission', async t => {
  const { directory } = smallTenant()
  for (let n = 0; n < 600; n++) directory.add('user', { id: guid(10_000 + n), displayName: 'X' })
  const ask = asker(directory)
  t.equal((await ask('/users?$select=id,signInActivity&$top=999')).body.value.length, 500)
  t.equal((await ask('/users?$select=id&$top=999')).body.value.length, 612)
  t.equal((await ask('/users?$select=id')).body.value.length, 100)
  t.strictSame((await ask('/users?$select=id,signInActivity', { permissions: ['User.Read.All'] })).body, {
    code: 'Authentication_MSGraphPermissionMissing',
    message: 'Calling principal does not have required MSGraph permissions AuditLog.Read.All',
  })
})

t.test('a caller with basic access sees nulls for other properties, and cannot filter by them', async t => {
  const ask = asker(smallTenant().directory)
  const basic = { permissions: ['User.ReadBasic.All'] }
  const { body } = await ask('/users?$select=displayName,department,id&$top=1', basic)
  t.strictSame(body.value, [{ displayName: 'Ann Ward', id: guid(1), department: null }])
  t.equal((await ask(`/users?$filter=department eq 'Sales'`, basic)).status, 403)
  t.equal((await ask(`/users?$filter=surname eq 'Ward'`, basic)).status, 200)
})

t.test('advanced queries read the index, plain ones the directory itself', async t => {
  const { directory, users } = smallTenant()
  directory.hide('index', users[0]!.id)
  const ask = asker(directory)
  t.equal((await ask('/users?$select=id')).body.value.length, 12)
  t.equal((await ask('/users?$select=id&$count=true', eventual)).body.value.length, 11)
  t.equal((await ask('/users/$count', eventual)).body, '11')
})

t.test('users have no createdDateTime in clouds that lack it', async t => {
  const ask = asker(smallTenant().directory, { knobs: { withoutCreatedDateTime: true } })
  t.match((await ask('/users?$select=createdDateTime')).body, { code: 'BadRequest', message: /'createdDateTime'/ })
  t.match((await ask('/users?$filter=createdDateTime ge 2024-01-01')).body, {
    code: 'BadRequest',
    message: /'createdDateTime'/,
  })
})

t.test('a scan that needs several slices still fills its page', async t => {
  const { directory } = smallTenant({ sliceLimit: 2 })
  const ask = asker(directory)
  const { body } = await ask(`/users?$select=givenName&$filter=department eq 'Research'&$top=4`)
  t.strictSame(
    body.value.map((user: Loose) => user.givenName),
    ['Bob', 'Dan', 'Finn', 'Hal'],
  )
  t.ok(body['@odata.nextLink'])
})

t.test('slices that find too many objects do not make a page larger', async t => {
  for (const sliceLimit of [2, 3, 5]) {
    const ask = asker(smallTenant({ sliceLimit }).directory)
    const pages: string[][] = []
    for (let at = `/users?$select=givenName&$filter=userType eq 'Member'&$top=4`; at;) {
      const { body } = await ask(at)
      pages.push(body.value.map((user: Loose) => user.givenName))
      at = body['@odata.nextLink']
    }
    t.strictSame(
      pages,
      [
        ['Ann', 'Bob', 'Cora', 'Dan'],
        ['Eve', 'Finn', 'Gina', 'Hal'],
        ['Ivy', 'Jack', 'Kim'],
      ],
      `${sliceLimit} a slice`,
    )
  }
})

t.test('a scan that finds nothing for long returns an empty page with a link, and continues from there', async t => {
  const { directory } = smallTenant({ sliceLimit: 1 })
  for (let n = 0; n < 20; n++) directory.add('user', { id: guid(10_000 + n), displayName: 'X', userType: 'Member' })
  directory.add('user', { id: guid(20_000), displayName: 'Last', userType: 'Guest' })
  const pages: string[][] = []
  const ask = asker(directory)
  for (let at = `/users?$select=id&$filter=userType eq 'Guest'`; at;) {
    const { body } = await ask(at)
    pages.push(body.value.map((user: Loose) => user.id))
    at = body['@odata.nextLink']
  }
  t.strictSame(pages, [[guid(12)], [], [guid(20_000)]].slice(0, pages.length))
  t.strictSame(pages.flat(), [guid(12), guid(20_000)])
  t.equal(pages.length, 3)
})

t.test('a filter by sign-in activity requires the same permission as reading it', async t => {
  const ask = asker(smallTenant().directory)
  const filter = '/users?$select=id&$filter=signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z'
  t.strictSame((await ask(filter, { permissions: ['User.Read.All'] })).body, {
    code: 'Authentication_MSGraphPermissionMissing',
    message: 'Calling principal does not have required MSGraph permissions AuditLog.Read.All',
  })
  t.equal((await ask(filter, { permissions: ['User.Read.All', 'AuditLog.Read.All'] })).status, 200)
})

t.test('contexts and properties are spelled as in the schema, whatever the spelling in $select', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const listed = await ask('/users?$SELECT=ID,DISPLAYNAME&$top=1')
  t.equal(listed.body['@odata.context'], `${root}/$metadata#users(id,displayName)`)
  t.strictSame(listed.body.value, [{ id: guid(1), displayName: 'Ann Ward' }])
  const members = await ask(`/groups/${groups.unified.id}/members?$select=ID,OperatingSystem`)
  t.equal(members.body['@odata.context'], `${root}/$metadata#directoryObjects(id,operatingSystem)`)
  const expanded = await ask(`/users/${guid(2)}?$select=Id&$expand=Manager($select=DisplayName)`)
  t.strictSame(expanded.body, {
    '@odata.context': `${root}/$metadata#users(id,manager(displayName))/$entity`,
    id: guid(2),
    manager: { '@odata.type': '#microsoft.graph.user', displayName: 'Ann Ward' },
  })
})

t.test('the sign-in activity of one user can be read by id, not by user principal name', async t => {
  const { directory } = smallTenant()
  const ask = asker(directory)
  const { body } = await ask(`/users/${guid(1)}?$select=userPrincipalName,signInActivity`)
  t.ok('signInActivity' in body)
  t.match(await ask(`/users/${body.userPrincipalName}?$select=signInActivity`), {
    status: 400,
    body: { message: /has to be a valid Guid/ },
  })
  t.equal((await ask(`/users/${body.userPrincipalName}?$select=id`)).status, 200)
})
