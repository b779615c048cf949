import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { privilegedRoles } from '../../src/data/privileged-roles.ts'
import { createGraph } from '../../src/graph/create-graph.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { protectedObjects, type Protect } from '../../src/tenants/protected-objects.ts'
import { openBed } from '../e2e/bed.ts'

interface Held {
  readonly principalId: string
  readonly roleDefinitionId: string
}

const bed = await openBed(t, { users: 300 })
const { sandbox } = bed

const clientOf = async (roles?: readonly string[]) => {
  const { accessToken: token } = await bed.control<{ accessToken: string }>('POST', '/tokens', roles ? { roles } : {})
  const graph = createGraph({
    tenant: { name: 'sandbox', id: sandbox.tenantId },
    rootUrl: sandbox.baseUrl,
    credential: { kind: 'token', token: async () => ({ token, expiresAtMs: Date.now() + 3_600_000 }) },
    budget: memoryBudget(systemClock),
    quotas: {},
    clock: systemClock,
    readOnly: true,
  })
  t.teardown(() => graph.close())
  return graph
}
const graph = await clientOf()
const list = async <T>(path: string): Promise<readonly T[]> => {
  const found: T[] = []
  for await (const { values } of graph.pages<T>(path)) found.push(...values)
  return found
}
const find = (protect?: Protect, more: { readonly includePrivileged?: boolean; readonly ownId?: string } = {}) =>
  protectedObjects({ graph, signal: new AbortController().signal, ownId: undefined, protect, ...more })
const idsIn = ({ reasons }: Awaited<ReturnType<typeof find>>) => new Set(reasons.keys())

const held = (kind: string) => list<Held>(`/roleManagement/directory/${kind}`)
const isPrivileged = ({ roleDefinitionId }: Held): boolean => roleDefinitionId in privilegedRoles
const groups = await list<{ readonly id: string; readonly displayName: string }>(
  '/groups?$select=id,displayName&$filter=isAssignableToRole eq true',
)
const membersOf = async (group: string): Promise<readonly string[]> =>
  (await list<{ readonly id: string }>(`/groups/${group}/transitiveMembers?$select=id&$top=999`)).map(({ id }) => id)

t.test(
  'holders of privileged roles are protected: active, eligible, and through a group, with the group itself',
  async t => {
    const active = (await held('roleAssignments')).filter(isPrivileged)
    const eligible = (await held('roleEligibilitySchedules')).filter(isPrivileged)
    const holding = groups.filter(({ id }) => [...active, ...eligible].some(({ principalId }) => principalId === id))
    const through = (await Promise.all(holding.map(({ id }) => membersOf(id)))).flat()
    for (const some of [active, eligible, holding, through]) t.not(some.length, 0)

    const found = await find()
    const expected = [...active, ...eligible].map(({ principalId }) => principalId)
    t.strictSame([...idsIn(found)].sort(), [...new Set([...expected, ...through])].sort())
    t.equal(found.unread, undefined)
    const direct = new Set(expected)
    const indirect = through.find(id => !direct.has(id))!
    t.match(found.reasons.get(indirect), { why: /^it holds the role .+ through the group .+$/, isLifted: true })
  },
)

t.test(
  'a holder of a role that is not privileged is not protected, unless the configuration protects the role',
  async t => {
    const all = [...(await held('roleAssignments')), ...(await held('roleEligibilitySchedules'))]
    const privileged = idsIn(await find())
    const [role] = await list<{ readonly id: string }>(
      "/roleManagement/directory/roleDefinitions?$filter=displayName eq 'Teams Administrator'",
    )
    const teams = all
      .filter(({ roleDefinitionId }) => roleDefinitionId === role!.id)
      .map(({ principalId }) => principalId)
    t.not(teams.length, 0)
    const holding = groups.filter(({ id }) => all.some(one => one.principalId === id && isPrivileged(one)))
    const through = new Set((await Promise.all(holding.map(({ id }) => membersOf(id)))).flat())
    for (const id of teams)
      t.equal(privileged.has(id), through.has(id) || all.some(one => one.principalId === id && isPrivileged(one)), id)

    const configured = await find({ roles: ['teams administrator'] }, { includePrivileged: true })
    t.strictSame([...idsIn(configured)].sort(), teams.toSorted())
    t.strictSame(configured.reasons.get(teams[0]!), {
      why: 'it holds the role Teams Administrator, which the configuration protects',
      isLifted: false,
    })
  },
)

t.test('--include-privileged leaves the identity that signed in, and what the configuration protects', async t => {
  const [user] = await list<{ readonly id: string; readonly userPrincipalName: string }>(
    '/users?$select=id,userPrincipalName&$top=1',
  )
  const group = groups.find(({ displayName }) => groups.filter(one => one.displayName === displayName).length === 1)!
  const members = await membersOf(group.id)
  const found = await find(
    { users: [user!.userPrincipalName.toUpperCase()], groups: [group.displayName] },
    { includePrivileged: true, ownId: sandbox.tenantId },
  )
  t.strictSame([...idsIn(found)].sort(), [...new Set([sandbox.tenantId, user!.id, group.id, ...members])].sort())
  t.ok([...found.reasons.values()].every(({ isLifted }) => !isLifted))
})

t.test('a reason of the configuration comes before a role, which could be lifted', async t => {
  const [first] = (await held('roleAssignments')).filter(isPrivileged)
  const found = await find({ users: [first!.principalId] })
  t.strictSame(found.reasons.get(first!.principalId), { why: 'the configuration protects it', isLifted: false })
})

t.test(
  'a role that is assigned for an administrative unit, and a role of its own that resets passwords, count',
  async t => {
    const users = (await list<{ readonly id: string }>('/users?$select=id&$top=50')).map(({ id }) => id)
    const before = idsIn(await find())
    const [ofUnit, resetter, reader] = users.filter(id => !before.has(id)) as [string, string, string]
    const custom = (id: string, displayName: string, action: string) => ({
      id,
      displayName,
      isBuiltIn: false,
      isEnabled: true,
      rolePermissions: [{ allowedResourceActions: ['microsoft.directory/users/standard/read', action] }],
    })
    const own = [
      custom('aaaaaaaa-0000-4000-8000-000000000001', 'Resets passwords', 'microsoft.directory/users/password/update'),
      custom('aaaaaaaa-0000-4000-8000-000000000002', 'Reads', 'microsoft.directory/users/standard/read'),
    ]
    const assigned = [
      { principalId: ofUnit, roleDefinitionId: 'fe930be7-5e62-47db-91af-98c3a49a38b1' },
      { principalId: resetter, roleDefinitionId: own[0]!.id },
      { principalId: reader, roleDefinitionId: own[1]!.id },
    ].map((one, at) => ({ id: `scoped-${at}`, directoryScopeId: `/administrativeUnits/${users[at]}`, ...one }))
    bed.before(async (request, answer) => {
      const added = { roleDefinitions: own, roleAssignments: assigned }[request.path.split('/').at(-1)!]
      if (!added || request.path.includes('$batch')) return undefined
      const reply = await answer(request)
      const body = JSON.parse(String(reply.body)) as { value: object[] }
      return { ...reply, body: JSON.stringify({ ...body, value: [...body.value, ...added] }) }
    })
    t.teardown(() => bed.before())
    const found = await find()
    t.strictSame([...idsIn(found)].filter(id => !before.has(id)).sort(), [ofUnit, resetter].sort())
    t.strictSame(found.reasons.get(resetter), { why: 'it holds the role Resets passwords', isLifted: true })
  },
)

t.test('the reads are few: one for each listing, and one round trip for the members of all groups', async t => {
  await bed.counters()
  await find()
  t.strictSame(await bed.counters(), {
    'GET /roleManagement/directory/roleDefinitions': { 200: 1 },
    'GET /roleManagement/directory/roleAssignments': { 200: 1 },
    'GET /roleManagement/directory/roleEligibilitySchedules': { 200: 1 },
    'GET /roleManagement/directory/roleAssignmentSchedules': { 200: 1 },
    'GET /groups': { 200: 1 },
    'GET /groups/{id}/transitiveMembers': { 200: 1 },
    'POST /$batch': { 200: 1 },
  })
})

t.test('roles that cannot be read are reported, and do not hide what is known', async t => {
  const blind = await clientOf(['User.Read.All'])
  const found = await protectedObjects({ graph: blind, signal: new AbortController().signal, ownId: 'me' })
  t.strictSame([...found.reasons.keys()], ['me'])
  t.match(found.unread, { code: 'NOT_PERMITTED', exit: 6, message: /cannot be read, so they cannot be protected/ })
  await t.rejects(
    protectedObjects({
      graph: blind,
      signal: new AbortController().signal,
      ownId: 'me',
      includePrivileged: true,
      protect: { roles: ['User Administrator'] },
    }),
    { code: 'NOT_PERMITTED' },
    'what the configuration protects is protected always',
  )
})

t.test('a name in the configuration that the directory does not have is an error', async t => {
  for (const protect of [{ users: ['nobody@contoso.com'] }, { groups: ['No such group'] }, { roles: ['King'] }])
    await t.rejects(find(protect), { code: 'CONFIG_INVALID', message: /has none with that name/ })
})
