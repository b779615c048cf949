import t from 'tap'
import type { Values } from '../../src/core/operation.ts'
import { operationContract } from '../../src/contracts/operation.ts'
import { createUser } from '../../src/operations/create-user.ts'
import { keeps } from '../contracts/keeps.ts'
import { draw, lostRow, operationBed, operations, refusal } from './operation-bed.ts'

const bed = await operationBed(t)
const [someone] = await bed.list<Values & { id: string }>('/users?$select=id,userPrincipalName&$top=1')
const domain = String(someone!['userPrincipalName']).split('@')[1]!
const person = (name: string, more: Values = {}) => ({
  userPrincipalName: `${name}@${domain}`,
  displayName: name,
  passwordProfile: 'Long-enough-1',
  ...more,
})
const accept = (values: Values) => createUser.accept(values, draw)
const look = (values: Values) => createUser.look([accept(values)], bed.context())

t.test('create-user keeps the contract of an operation', t =>
  keeps(
    t,
    operationContract({
      operation: createUser,
      operations,
      context: bed.context,
      rows: [person('one'), person('two')],
      invalid: [{}, person('Jürgen')],
    }),
  ),
)

t.test('what Graph demands is derived, and an extension attribute goes where Graph has it', t => {
  t.strictSame(accept(person('ann', { extensionAttribute2: 'x' })), {
    ...person('ann'),
    accountEnabled: true,
    mailNickname: 'ann',
    onPremisesExtensionAttributes: { extensionAttribute2: 'x' },
    passwordProfile: { forceChangePasswordNextSignIn: true, password: 'Long-enough-1' },
  })
  t.end()
})

t.test('a password with a letter that Microsoft does not allow is refused before Graph does', t => {
  t.throws(() => accept(person('ann', { passwordProfile: 'Passwörter-77-A' })), {
    code: 'ROW_INVALID',
    message: 'The initial password has a character that Entra ID does not accept.',
  })
  t.match(accept(person('ann', { passwordProfile: 'A blank & <sign> 7' })), {
    passwordProfile: { password: 'A blank & <sign> 7' },
  })
  t.end()
})

t.test('a dot at an end of the mail nickname is refused, with the column of the name of which it is made', t => {
  const refused = (row: Values, column: string, more: object = {}) =>
    t.throws(() => accept(row), { code: 'ROW_INVALID', facts: { column }, ...more })
  refused(person('.ann'), 'userPrincipalName', { fix: /or add a column mailNickname/ })
  for (const mailNickname of ['.ann', 'ann.']) refused(person('ann', { mailNickname }), 'mailNickname')
  t.match(accept(person('.ann', { mailNickname: 'a.n' })), { mailNickname: 'a.n' })
  t.end()
})

t.test('properties with a path go into the property that has them', t => {
  const paths = {
    'onPremisesExtensionAttributes/extensionAttribute1': 'x',
    extensionAttribute2: 'y',
    'employeeOrgData/division': 'East',
    'employeeOrgData/costCenter': '7',
  }
  t.match(accept(person('ann', paths)), {
    onPremisesExtensionAttributes: { extensionAttribute1: 'x', extensionAttribute2: 'y' },
    employeeOrgData: { division: 'East', costCenter: '7' },
  })
  t.throws(() => accept(person('ann', { 'employeeOrgData/shoe': '7' })), { message: /has no member shoe/ })
  t.throws(() => accept(person('ann', { 'wrong/shoe': '7' })), { message: /has a property wrong/ })
  t.end()
})

t.test('a user who exists with these values is unchanged, with others failed, and in the bin failed', async t => {
  const { verdicts } = await bed.change(createUser, [person('bob', { usageLocation: 'DE' })])
  const { id } = verdicts[0] as { readonly id: string }
  t.match(verdicts, [{ outcome: 'done', id: /^[0-9a-f-]{36}$/ }])
  t.match(await look(person('BOB', { displayName: 'bob', usageLocation: 'de' })), [{ outcome: 'unchanged', id }])
  t.match(await look(person('bob', { city: 'Rome' })), [
    { outcome: 'failed', code: 'USER_EXISTS', message: /other values of city/, fix: /users update/ },
  ])
  await bed.send({ method: 'DELETE', url: `/users/${id}` })
  t.match(await look(person('bob')), [{ outcome: 'failed', id, code: 'USER_DELETED', fix: /restore.*purge/ }])
})

t.test('a row with a value that must be unique fails if another member has it, live or deleted', async t => {
  const extension = 'onPremisesExtensionAttributes/extensionAttribute1'
  const wanted = person('una', { employeeId: ' U-1', [extension]: "o'x", mail: `una@${domain}` })
  const row = { ...wanted, unique: ['employeeId', 'mail', extension, 'userPrincipalName'] }
  const asked: string[] = []
  const lookAt = (value: Values) => createUser.look([accept(value)], bed.context(asked))
  t.strictSame(await lookAt(row), [{ send: { existed: false } }])
  t.equal(asked.length, 7, 'its name, three values, the bin by name and by values, and the domains')
  asked.length = 0
  t.strictSame(await lookAt(wanted), [{ send: { existed: false } }])
  t.equal(asked.length, 3)
  t.notMatch(createUser.request([{ value: accept(row), before: { existed: false } }]).body, { unique: Array })

  for (const [more, of] of [
    [{ employeeId: 'u-1' }, 'employeeId U-1'],
    [{ [extension]: "O'X" }, `${extension} o'x`],
    [{ mail: `Una@${domain}` }, `mail una@${domain}`],
  ] as const) {
    const { verdicts } = await bed.change(createUser, [person('holder', more)])
    const { id } = verdicts[0] as { readonly id: string }
    t.match(await lookAt(row), [
      { outcome: 'failed', id, code: 'USER_EXISTS', message: `The user holder@${domain} has the ${of} already.` },
    ])
    t.match(await lookAt(wanted), [{ send: {} }])
    await bed.send({ method: 'PATCH', url: `/users/${id}`, body: { userType: 'Guest' } })
    t.match(await lookAt(row), [{ send: {} }], 'guests are never recognised')
    await bed.send({ method: 'PATCH', url: `/users/${id}`, body: { userType: 'Member' } })
    await bed.send({ method: 'DELETE', url: `/users/${id}` })
    t.match(await lookAt(row), [
      { outcome: 'failed', id, code: 'USER_DELETED', message: `A deleted user has the ${of}` },
    ])
    await bed.send({ method: 'DELETE', url: `/directory/deletedItems/${id}` })
  }
  t.throws(() => accept({ ...wanted, unique: 'mail' }), { code: 'ROW_INVALID', facts: { column: 'unique' } })
})

t.test('the user that a lost attempt of the row created is not somebody else with its values', async t => {
  const value = accept(person('mine', { employeeId: 'M-1', unique: ['employeeId'] }))
  await bed.send(createUser.request([{ value, before: { existed: false } }]))
  t.match(await createUser.look([value], bed.context()), [{ outcome: 'unchanged' }])
  const context = bed.context()
  const { graph } = context
  // Its address does not show the user yet, and the listing does.
  const early: typeof graph = {
    ...graph,
    tenant: graph.tenant,
    batch: async (requests, signal) =>
      requests.some(({ url }) => url.startsWith('/users/mine'))
        ? requests.map(() => refusal(404, 'Request_ResourceNotFound', ''))
        : graph.batch(requests, signal),
  }
  t.strictSame(await createUser.look([value], { ...context, graph: early }), [{ send: { existed: false } }])
  t.match(await createUser.decide([lostRow({ value, before: { existed: false } })], bed.context()), [
    { outcome: 'done', code: 'AdoptedAfterLostReply' },
  ])
})

t.test('a taken name is looked up: for a lost attempt by what the directory has', async t => {
  const row = { value: accept(person('eve')), before: { existed: false } }
  t.strictSame(await createUser.decide([lostRow(row)], bed.context()), ['not-done'])
  const created = await bed.send(createUser.request([row]))
  const { id } = created.body as { readonly id: string }
  const again = await bed.send(createUser.request([row]))
  t.equal(again.status, 400)
  t.strictSame(createUser.settle([row], again), ['later'])
  t.strictSame(createUser.settle([{ ...row, lost: true }], again), ['undecided'])
  t.match(await createUser.decide([lostRow(row)], bed.context()), [
    { outcome: 'done', id, code: 'AdoptedAfterLostReply' },
  ])
  t.match(await createUser.decide([lostRow(row, Date.parse('2100-01-01'))], bed.context()), [
    { outcome: 'failed', code: 'USER_EXISTS', message: /created by somebody else/ },
  ])
  await bed.send({ method: 'PATCH', url: `/users/${id}`, body: { displayName: 'Another' } })
  t.match(await createUser.decide([lostRow(row)], bed.context()), [{ unknown: /other values of displayName/ }])
  await bed.send({ method: 'DELETE', url: `/users/${id}` })
  t.match(await createUser.decide([lostRow(row)], bed.context()), [{ unknown: /was deleted/ }])
})

t.test('a created user without an id is looked up, and a refusal says what to do', t => {
  const row = { value: accept(person('kim')), before: { existed: false } }
  t.strictSame(createUser.settle([row], { status: 201, headers: {}, body: undefined, attempts: 1 }), ['undecided'])
  const domainReply = refusal(
    400,
    'Request_BadRequest',
    'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
  )
  t.match(createUser.settle([row], domainReply), [{ outcome: 'failed', fix: /verified domain/ }])
  t.end()
})

t.test('a domain that is not verified, or is federated, is found before anything is sent', async t => {
  const nope = { ...person('x'), userPrincipalName: 'X@nope.example' }
  t.match(await look(nope), [
    {
      outcome: 'failed',
      code: 'DOMAIN_UNVERIFIED',
      message: 'nope.example is not a verified domain of the directory, so nobody can have the name x@nope.example.',
      fix: /^Correct the domain: the directory has .*contoso\.com/,
    },
  ])
  const federated = (more: Values) => ({ ...person('x'), userPrincipalName: 'x@emea.contoso.com', ...more })
  t.match(await look(federated({})), [{ outcome: 'failed', code: 'DOMAIN_FEDERATED' }])
  t.match(await look(federated({ onPremisesImmutableId: 'aWQ=' })), [{ send: { existed: false } }])
  const asked: string[] = []
  const { graph, ...context } = bed.context()
  const batch: typeof graph.batch = async (requests, signal) => {
    asked.push(...requests.map(({ url }) => url))
    const isDomains = requests.some(({ url }) => url.startsWith('/organization'))
    return isDomains ? [{ status: 403, headers: {}, body: {} } as never] : graph.batch(requests, signal)
  }
  const values = [nope, person('y')].map(accept)
  const unread = await createUser.look(values, { ...context, graph: { ...graph, batch } })
  t.match(unread, [{ send: {} }, { send: {} }], 'Graph says so where the domains may not be read')
  t.equal(asked.filter(url => url.startsWith('/organization')).length, 1, 'they are read once')
})
