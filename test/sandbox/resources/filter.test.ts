import t from 'tap'
import { asker, eventual, type Loose } from './ask.ts'
import { guid } from './fake-directory.ts'
import { smallTenant } from './small-tenant.ts'
import { mutate } from '../mutate.ts'

const unsupported = 'Request_UnsupportedQuery'
const advanced = (operator: string) =>
  `Operator '${operator}' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for more information`
const clause = (property: string, resource = 'User') =>
  `Unsupported or invalid query filter clause specified for property '${property}' of resource '${resource}'.`
const many = (n: number) => Array.from({ length: n }, (_, at) => `mail eq '${at}'`).join(' or ')

t.test(
  "a filter that needs an advanced query is refused without one, with Graph's message, and answered with one",
  async t => {
    const ask = asker(smallTenant().directory)
    const cases: [string, string, number][] = [
      [`endsWith(mail,'@contoso.com')`, advanced('endsWith'), 12],
      [`not(startsWith(displayName,'A'))`, advanced('not'), 11],
      [`department ne 'Sales'`, `Filter operator 'NotEqualsMatch' is not supported.`, 6],
      [`companyName eq 'Contoso'`, clause('companyName'), 6],
      [`startsWith(companyName,'con')`, clause('companyName'), 6],
      [`displayName eq null`, clause('displayName'), 0],
      [`assignedLicenses/$count eq 0`, advanced('$count'), 12],
    ]
    for (const [filter, message, found] of cases) {
      t.strictSame((await ask(`/users?$filter=${filter}`)).body, { code: unsupported, message }, filter)
      const { body } = await ask(`/users?$select=id&$count=true&$filter=${filter}`, eventual)
      t.strictSame([body['@odata.count'], body.value?.length], [found, found], `${filter}, advanced`)
    }
  },
)

t.test('filters that work by default', async t => {
  const ask = asker(smallTenant().directory)
  const cases: [string, readonly number[]][] = [
    [`startsWith(userPrincipalName,'a')`, [1]],
    [`startsWith(displayName,'A') and department eq 'Sales'`, [1]],
    [`startsWith(displayName,'A') and department eq 'Research'`, []],
    [`DisplayName eq 'bob ward'`, [2]],
    [`accountEnabled eq false and department in ('Sales','None')`, [1, 7]],
    [`id eq '${guid(3)}' or id eq '${guid(5)}' or id eq '${guid(77)}'`, [3, 5]],
    [`id in ('${guid(3)}','${guid(2)}') and department eq 'Sales'`, [3]],
    [`userPrincipalName eq 'IVY@contoso.com'`, [9]],
    [`createdDateTime ge 2024-01-10T00:00:00Z`, [10, 11]],
    [`createdDateTime ge 2024-01-02T08:00:00Z and createdDateTime le 2024-01-03T08:00:00Z`, [2, 3]],
    [`givenName eq 'Ann' or (givenName eq 'Bob' and surname eq 'Ward')`, [1, 2]],
    [`userType eq 'Guest'`, [12]],
  ]
  for (const [filter, found] of cases) {
    const { body } = await ask(`/users?$select=id&$filter=${encodeURIComponent(filter)}`)
    t.strictSame(
      body.value?.map((user: Loose) => user.id),
      found.map(guid),
      filter,
    )
  }
})

t.test('a null creation date is found with an advanced query only', async t => {
  const ask = asker(smallTenant().directory)
  t.equal((await ask('/users?$filter=createdDateTime eq null')).status, 400)
  t.strictSame((await ask('/users?$select=id&$count=true&$filter=createdDateTime eq null', eventual)).body.value, [
    { id: guid(12) },
  ])
})

t.test('a filter that is unsupported, of the wrong type, unknown or too long is refused', async t => {
  const ask = asker(smallTenant().directory)
  const cases: [string, string, string][] = [
    [`/groups?$filter=createdDateTime ge 2024-01-01T00:00:00Z`, unsupported, clause('createdDateTime', 'Group')],
    [`/users?$filter=contains(displayName,'a')`, unsupported, clause('displayName')],
    [`/users?$filter=createdDateTime gt 2024-01-01T00:00:00Z`, unsupported, clause('createdDateTime')],
    [`/users?$filter=${many(18)}`, unsupported, `Too many child clauses specified in search filter expression containing 'OR' operators: 18. Max allowed: 15.`],
    [`/users?$filter=nonsense eq 'a'`, 'BadRequest', `Invalid filter clause: Could not find a property named 'nonsense' on type 'microsoft.graph.user'.`],
    [`/users?$filter=accountEnabled eq 'true'`, 'BadRequest', `Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Edm.Boolean' and 'Edm.String' for operator kind 'Equal'.`],
    [`/users?$filter=displayName eq`, 'BadRequest', `Invalid filter clause: Syntax error at position 14 in 'displayName eq'.`],
    [`/users?$filter=displayName like 'a'`, 'BadRequest', `Invalid filter clause: Syntax error at position 12 in 'displayName like 'a''.`],
    [`/subscribedSkus?$filter=skuPartNumber eq 'SPE_E3'`, unsupported, 'Filtered searches against this resource are not supported.'],
  ] // prettier-ignore
  for (const [url, code, message] of cases) t.strictSame((await ask(url)).body, { code, message }, url)
  t.equal((await ask(`/users?$filter=${many(15)}`)).status, 200)
})

t.test('filters on related objects always need an advanced query', async t => {
  const { directory, groups } = smallTenant()
  const ask = asker(directory)
  const url = `/groups/${groups.all.id}/members/microsoft.graph.user?$select=id&$count=true&$filter=startsWith(displayName,'A')`
  t.strictSame((await ask(url)).body, {
    code: unsupported,
    message: 'The specified filter to the reference property query is currently not supported.',
  })
  const { body } = await ask(url, eventual)
  t.strictSame([body['@odata.count'], body.value], [1, [{ id: guid(1) }]])
})

t.test(
  'a list of more than fifteen values needs an advanced query; as many alternatives are always refused',
  async t => {
    const ask = asker(smallTenant().directory)
    const values = [guid(3), ...Array.from({ length: 15 }, (_, at) => `n${at}`)].map(id => `'${id}'`).join(',')
    const url = `/users?$select=id&$count=true&$filter=id in (${values})`
    const message = (n: number) =>
      `Too many child clauses specified in search filter expression containing 'OR' operators: ${n}. Max allowed: 15.`
    t.strictSame((await ask(url)).body, { code: unsupported, message: message(16) })
    t.strictSame((await ask(url, eventual)).body.value, [{ id: guid(3) }])
    t.strictSame((await ask(`/users?$count=true&$filter=${many(16)}`, eventual)).body, {
      code: unsupported,
      message: message(16),
    })
  },
)

t.test('groups with any licence are found without an advanced query, as documented for no other filter', async t => {
  const { directory, groups } = smallTenant()
  const values = { assignedLicenses: [{ skuId: guid(700), disabledPlans: [] }] }
  mutate(directory, { do: 'update', kind: 'group', id: groups.plain.id, values }, 'test')
  const ask = asker(directory)
  t.strictSame(
    (await ask('/groups?$select=id&$filter=assignedLicenses/any()&$expand=members($select=id)')).body.value,
    [{ id: groups.plain.id, members: [] }],
  )
  t.strictSame((await ask('/users?$filter=proxyAddresses/any()')).body, {
    code: unsupported,
    message: clause('proxyAddresses'),
  })
})

t.test("all is not supported, with Graph's message", async t => {
  const ask = asker(smallTenant().directory)
  t.strictSame((await ask(`/users?$filter=imAddresses/all(s:s eq 'a')`)).body, {
    code: 'BadRequest',
    message: 'Filter not supported.',
  })
})

t.test('nested properties are found ignoring case, and refused with the type that lacks them', async t => {
  const { directory, users } = smallTenant()
  const values = { assignedLicenses: [{ skuId: guid(700), disabledPlans: [] }] }
  mutate(directory, { do: 'update', kind: 'user', id: users[0]!.id, values }, 'test')
  const ask = asker(directory)
  t.strictSame((await ask(`/users?$select=id&$filter=AssignedLicenses/any(x:x/SKUID eq ${guid(700)})`)).body.value, [
    { id: guid(1) },
  ])
  t.strictSame((await ask(`/users?$filter=assignedLicenses/any(x:x/nonsense eq 'a')`)).body, {
    code: 'BadRequest',
    message: `Invalid filter clause: Could not find a property named 'nonsense' on type 'microsoft.graph.assignedLicense'.`,
  })
})

t.test('owners and owned objects are counted by their current links', async t => {
  const { directory, application, servicePrincipal, users } = smallTenant()
  const ask = asker(directory)
  const found = async (path: string) => (await ask(`${path}&$select=id&$count=true`, eventual)).body
  t.strictSame((await found('/applications?$filter=owners/$count eq 1')).value, [{ id: application.id }])
  t.strictSame((await found('/applications?$filter=owners/$count eq 0')).value, [])
  t.strictSame((await found('/servicePrincipals?$filter=owners/$count ne 0')).value, [])
  t.equal((await found('/users?$filter=ownedObjects/$count ne 0'))['@odata.count'], 2)
  const owner = { kind: 'user', id: users[0]!.id } as const
  mutate(
    directory,
    { do: 'link', kind: 'servicePrincipal', id: servicePrincipal.id, relation: 'owners', target: owner },
    'test',
  )
  t.equal((await found('/users?$filter=ownedObjects/$count ne 0'))['@odata.count'], 3)
  t.strictSame((await found('/servicePrincipals?$filter=owners/$count eq 1')).value, [{ id: servicePrincipal.id }])
})

t.test('a filter that only a page allows is answered as an advanced query, unless the knob refuses it', async t => {
  const { directory } = smallTenant()
  const [lenient, strict] = [asker(directory), asker(directory, { knobs: { refusesDisputed: true } })]
  for (const [filter, property, found] of [
    [`displayName ge 'Ivy Ward'`, 'displayName', [9, 10, 11, 12]],
    [`startsWith(state,'W')`, 'state', []],
    [`passwordPolicies ne 'None'`, 'passwordPolicies', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ] as const) {
    const url = `/users?$select=id&$count=true&$filter=${filter}`
    t.strictSame(
      (await lenient(url, eventual)).body.value,
      found.map(n => ({ id: guid(n) })),
      filter,
    )
    t.strictSame((await strict(url, eventual)).body, { code: unsupported, message: clause(property) }, filter)
    t.strictSame(
      (await lenient(`/users?$filter=${filter}`)).body,
      { code: unsupported, message: clause(property) },
      filter,
    )
  }
})

t.test('a day without its time is refused for a property with a time', async t => {
  const ask = asker(smallTenant().directory)
  for (const property of ['employeeHireDate', 'createdDateTime'])
    t.strictSame((await ask(`/users?$count=true&$filter=${property} ge 2022-07-15`, eventual)).body, {
      code: unsupported,
      message: `The type of the value doesn't match the property whose type is DateTime`,
    })
})
