import t from 'tap'
import type { Graph, GraphReply, GraphRequest } from '../../../src/core/graph.ts'
import { namedBy } from '../../../src/core/named-by.ts'
import { resolver } from '../../../src/engine/changes/resolve.ts'

const id = '11111111-2222-3333-4444-555555555555'
const reply = (body: unknown, status = 200): GraphReply => ({ status, headers: {}, body, attempts: 1 })

/** A directory that answers each request for names with these objects. */
const directory = (answer: (url: string) => GraphReply, bin: readonly unknown[] = []) => {
  const asked: string[] = []
  const batch: Graph['batch'] = async (requests: readonly GraphRequest[]) =>
    requests.map(({ url }) => {
      asked.push(decodeURIComponent(url))
      return answer(decodeURIComponent(url))
    })
  const pages = ((link: string) => {
    asked.push(link)
    return [{ values: bin }]
  }) as unknown as Graph['pages']
  return { resolve: resolver({ batch, pages, tenant: { name: 'contoso', id } }, AbortSignal.timeout(60_000)), asked }
}

t.test('an id is an id, and nothing is requested for it', async t => {
  const { resolve, asked } = directory(() => reply({ value: [] }))
  t.strictSame(await resolve([{ as: 'user', name: id.toUpperCase() }]), [id])
  t.strictSame(asked, [])
})

t.test('names are looked up 15 at a time, once each, without case', async t => {
  const names = Array.from({ length: 16 }, (_, at) => `u${at}@contoso.com`)
  const { resolve, asked } = directory(url => ({
    ...reply({
      value: names
        .filter(name => url.includes(`'${name}'`))
        .map(name => ({ id: `id-${name}`, userPrincipalName: name.toUpperCase() })),
    }),
  }))
  const named = [...names, names[0]!].map(name => ({ as: 'user' as const, name }))
  t.strictSame(
    await resolve(named),
    [...names, names[0]!].map(name => `id-${name}`),
  )
  t.equal(asked.length, 2)
  await resolve(named)
  t.equal(asked.length, 2)
})

t.test('a name that is no user principal name may be a mail', async t => {
  const { resolve } = directory(url =>
    reply({ value: url.includes('mail in') ? [{ id: 'ID-1', mail: "o'neil@contoso.com" }] : [] }),
  )
  t.strictSame(await resolve([{ as: 'object', name: "O'Neil@contoso.com" }]), ['id-1'])
})

t.test(
  'an unknown name and a name of several groups fail their rows only, and a look-up that is not permitted ends the run',
  async t => {
    const { resolve } = directory(url => {
      if (url.includes("'Denied'"))
        return reply({ error: { code: 'Authorization_RequestDenied', message: 'No.' } }, 403)
      return reply({
        value: url.includes("'Sales'")
          ? [
              { id: 'a', displayName: 'Sales' },
              { id: 'b', displayName: 'sales' },
            ]
          : [],
      })
    })
    t.match(await resolve([{ as: 'group', name: 'Sales' }]), [
      { outcome: 'failed', code: 'OBJECT_AMBIGUOUS', message: /2 groups are called Sales: a, b/ },
    ])
    t.match(await resolve([{ as: 'user', name: 'nobody' }]), [{ outcome: 'failed', code: 'OBJECT_NOT_FOUND' }])
    t.match(await resolve([{ as: 'object', name: 'Sales Team' }]), [
      { code: 'OBJECT_NOT_FOUND', fix: /only users are found by name/ },
    ])
    await t.rejects(resolve([{ as: 'group', name: 'Denied' }]), { code: 'NOT_PERMITTED', exit: 6 })
  },
)

t.test('an object is looked up by the property that its row says', async t => {
  const held = [
    { id: 'a', employeeId: '4711', onPremisesExtensionAttributes: { extensionAttribute1: 'x' } },
    { id: 'b', employeeId: '4712', onPremisesExtensionAttributes: { extensionAttribute1: 'y' } },
    { id: 'c', employeeId: '4712', onPremisesExtensionAttributes: { extensionAttribute1: null } },
  ]
  const { resolve, asked } = directory(() => reply({ value: held }))
  const found = await resolve([
    { as: 'user', name: namedBy('employeeId', '4711') },
    { as: 'object', name: namedBy('onPremisesExtensionAttributes/extensionAttribute1', 'Y') },
    { as: 'user', name: namedBy('employeeId', '4712') },
    { as: 'user', name: namedBy('employeeId', '9') },
  ])
  t.strictSame(found.slice(0, 2), ['a', 'b'])
  t.match(found.slice(2), [
    {
      code: 'OBJECT_AMBIGUOUS',
      message: '2 users have the employeeId 4712: b, c.',
      fix: /id, in place of its employeeId/,
    },
    { code: 'OBJECT_NOT_FOUND', message: 'No user has the employeeId 9.', fix: /^Correct the employeeId/ },
  ])
  t.strictSame(asked, [
    "/users?$select=id,employeeId&$top=999&$filter=employeeId in ('4711','4712','9')&$count=true",
    "/users?$select=id,onPremisesExtensionAttributes&$top=999&$filter=onPremisesExtensionAttributes/extensionAttribute1 in ('Y')&$count=true",
  ])
})

t.test('a name that only a deleted user has says so, with the command that restores the user', async t => {
  const bin = [
    { id, userPrincipalName: `${id.replaceAll('-', '')}ann@contoso.com`, deletedDateTime: '2026-01-01T00:00:00Z' },
  ]
  const { resolve, asked } = directory(() => reply({ value: [] }), bin)
  const names = ['Ann@contoso.com', 'bob@contoso.com', 'cy@contoso.com']
  t.match(await resolve(names.map(name => ({ as: 'user', name }))), [
    {
      code: 'OBJECT_NOT_FOUND',
      message: `No user has the id, user principal name or mail Ann@contoso.com. The deleted user ${id} has it.`,
      fix: `To restore it: \`printf 'id\\n${id}\\n' | entrapipe users restore --tenant contoso --from - --from-format csv --yes\`.`,
    },
    { message: 'No user has the id, user principal name or mail bob@contoso.com.', fix: /^Correct the name/ },
    {},
  ])
  t.equal(asked.filter(url => url.includes('deletedItems')).length, 1, 'deleted users are read once')
})

t.test('a name of several deleted groups is refused with their ids, the last one first', async t => {
  const bin = [
    { id: 'A', displayName: 'Sales', deletedDateTime: '2026-01-01T00:00:00Z' },
    { id: 'B', displayName: 'SALES', deletedDateTime: '2026-02-01T00:00:00Z' },
  ]
  const named = { as: 'deleted', of: 'group', name: 'Sales' } as const
  const { resolve } = directory(() => reply({ value: [] }), bin)
  t.match(await resolve([named]), [
    {
      code: 'ID_REQUIRED',
      message: /Sales is not an id\. This is the name of 2 deleted groups: b, a, the last one first\.$/,
    },
  ])
  const { resolve: withLive } = directory(() => reply({ value: [{ id: 'C', displayName: 'sales' }] }), bin)
  t.match(await withLive([named]), [
    { message: /A live group, c, has this name, and so have 2 deleted groups: b, a, the last one first\.$/ },
  ])
})

t.test('a name that many objects have does not hide those of another name', async t => {
  const sales = Array.from({ length: 999 }, (_, at) => ({ id: `s${at}`, department: 'Sales' }))
  const { resolve, asked } = directory(url =>
    url.includes("'Sales'")
      ? reply({ value: sales, '@odata.nextLink': 'https://graph.test/next' })
      : reply({ value: [{ id: 'a', department: 'Odd' }] }),
  )
  const found = await resolve([
    { as: 'user', name: namedBy('department', 'Sales') },
    { as: 'user', name: namedBy('department', 'Odd') },
  ])
  t.match(found, [
    { code: 'OBJECT_AMBIGUOUS', message: 'More than 999 users have the department Sales: s0, s1, s2, s3, s4 ….' },
    'a',
  ])
  t.equal(asked.length, 3)
})

t.test('a device id, an app id and a name of a service principal are looked up by their own property', async t => {
  const { resolve, asked } = directory(url =>
    reply({
      value: [
        { id: 'D-1', deviceId: id.toUpperCase() },
        { id: 'S-1', servicePrincipalNames: [id, 'HTTPS://contoso.com/crm'] },
        { id: 'A-1', appId: id },
      ].filter(one => url.includes(Object.keys(one)[1]!)),
    }),
  )
  t.strictSame(
    await resolve([
      { as: 'device', name: namedBy('deviceId', id) },
      { as: 'application', name: namedBy('appId', id) },
      { as: 'servicePrincipal', name: namedBy('servicePrincipalNames', 'https://contoso.com/CRM') },
      { as: 'device', name: id },
    ]),
    ['d-1', 'a-1', 's-1', id],
  )
  t.strictSame(asked, [
    `/devices?$select=id,deviceId&$top=999&$filter=deviceId in ('${id}')`,
    `/applications?$select=id,appId&$top=999&$filter=appId in ('${id}')`,
    "/servicePrincipals?$select=id,servicePrincipalNames&$top=999&$filter=servicePrincipalNames/any(each:each eq 'https://contoso.com/CRM')",
  ])
})

t.test(
  'a name that two service principals have is ambiguous, and a missing one is called a service principal',
  async t => {
    const { resolve } = directory(() =>
      reply({
        value: [
          { id: 'S-1', displayName: 'CRM' },
          { id: 'S-2', displayName: 'crm' },
        ],
      }),
    )
    t.match(
      await resolve([
        { as: 'servicePrincipal', name: 'CRM' },
        { as: 'servicePrincipal', name: 'ERP' },
      ]),
      [
        { code: 'OBJECT_AMBIGUOUS', message: '2 service principals are called CRM: s-1, s-2.' },
        { code: 'OBJECT_NOT_FOUND', message: 'No service principal has the id or name ERP.' },
      ],
    )
  },
)

t.test('an empty or short page with a next one is not the end of a look-up', async t => {
  const answers: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
    one: [[], [{ id: 'A', displayName: 'one' }]],
    two: [[{ id: 'B', displayName: 'two' }], [{ id: 'C', displayName: 'two' }]],
    none: [[], []],
  }
  const pagesFor = (url: string) => Object.entries(answers).find(([name]) => url.includes(`'${name}'`))?.[1] ?? []
  const batch: Graph['batch'] = async (requests: readonly GraphRequest[]) =>
    requests.map(({ url }) =>
      reply({ value: pagesFor(decodeURIComponent(url))[0], '@odata.nextLink': 'https://graph.test/next' }),
    )
  const pages = ((url: string) =>
    pagesFor(decodeURIComponent(url)).map(values => ({ values }))) as unknown as Graph['pages']
  const resolve = resolver({ batch, pages, tenant: { name: 'contoso', id } }, AbortSignal.timeout(60_000))
  t.match(await resolve(['one', 'two', 'none'].map(name => ({ as: 'group' as const, name }))), [
    'a',
    { code: 'OBJECT_AMBIGUOUS', message: /^2 groups are called two: b, c/ },
    { code: 'OBJECT_NOT_FOUND' },
  ])
})
