import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import type { Values } from '../../src/core/operation.ts'
import { assignAppRole } from '../../src/operations/assign-app-role.ts'
import { assignEligibleRole } from '../../src/operations/assign-eligible-role.ts'
import { assignTimedRole } from '../../src/operations/assign-timed-role.ts'
import { unassignTimedRole } from '../../src/operations/unassign-timed-role.ts'
import { assignRole } from '../../src/operations/assign-role.ts'
import { unassignAppRole } from '../../src/operations/unassign-app-role.ts'
import { unassignEligibleRole } from '../../src/operations/unassign-eligible-role.ts'
import { unassignRole } from '../../src/operations/unassign-role.ts'
import { keeps } from '../contracts/keeps.ts'
import { nobody } from './link-bed.ts'
import { draw, lostRow, operationBed, operations } from './operation-bed.ts'

type Named = Values & { readonly id: string }

const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'

const bed = await operationBed(t)
const { list, change, context } = bed
const assigned = await list<Named>('/roleManagement/directory/roleAssignments')
const eligible = await list<Named>('/roleManagement/directory/roleEligibilitySchedules')
const holders = new Set([...assigned, ...eligible].map(one => one['principalId']))
const users = (await list('/users?$select=id&$top=300')).map(({ id }) => id).filter(id => !holders.has(id))
const [device] = await list('/devices?$select=id&$top=1')
const [unit] = await list('/directory/administrativeUnits?$select=id')
const principals = await list<Named>('/servicePrincipals?$select=id,displayName,appRoles,appId&$top=200')
const resource = principals.find(one => {
  const roles = one['appRoles'] as readonly unknown[]
  return roles.length > 0 && roles.length < 10
})!
const roleIdOf = (value: string) =>
  (resource['appRoles'] as readonly { readonly id: string; readonly value: string }[]).find(one => one.value === value)!
    .id

const appRole = (principal: string, role = 'Reader') => ({ resource: resource.id, role, principal })
const role = (principal: string, more: Values = {}) => ({ role: helpdesk, principal, ...more })

const pairs = [
  [assignAppRole, unassignAppRole, appRole],
  [assignRole, unassignRole, role],
  [assignEligibleRole, unassignEligibleRole, role],
  [assignTimedRole, unassignTimedRole, role],
] as const

for (const [assign, unassign, rowOf] of pairs) {
  t.test(`${assign.kind} and ${unassign.kind} keep the contract of an operation`, async t => {
    const rows = [...users.slice(0, 2), nobody].map(id => rowOf(id))
    const invalid = [{ ...rowOf(nobody), colour: 'red' }, { principal: nobody }, { ...rowOf(nobody), principal: '' }]
    await keeps(t, operationContract({ operation: assign as never, operations, context, rows, invalid }))
    for (const id of users.slice(0, 2)) await change(assign as never, [rowOf(id)])
    await keeps(t, operationContract({ operation: unassign as never, operations, context, rows, invalid }))
    for (const id of users.slice(0, 2)) await change(unassign as never, [rowOf(id)])
  })

  t.test(`${assign.kind} gives what ${unassign.kind} takes, and what is as wanted is unchanged`, async t => {
    const id = users[3]!
    const done = [{ outcome: 'done', id }]
    t.strictSame((await change(assign as never, [rowOf(id)])).verdicts, done)
    t.match((await change(assign as never, [rowOf(id)])).looked, [{ outcome: 'unchanged', message: /^Already / }])
    t.strictSame((await change(unassign as never, [rowOf(id)])).verdicts, done)
    t.match((await change(unassign as never, [rowOf(id)])).looked, [
      { outcome: 'unchanged', message: /^(?:Not|Does not)/ },
    ])
  })

  t.test(`a lost reply of ${assign.kind} is decided by what the directory shows`, async t => {
    const id = users[assign === assignTimedRole ? 20 : 4]!
    const operation = assign as never as typeof assignRole
    const [looked] = await operation.look([operation.accept(rowOf(id), draw)], context())
    const row = { value: rowOf(id) as never, before: (looked as { readonly send: never }).send }
    t.strictSame(await operation.decide([lostRow(row)], context()), ['not-done'])
    await change(operation as never, [rowOf(id)])
    const isKept = assign === assignEligibleRole || assign === assignTimedRole
    const code = isKept ? 'ListedAfterLostReply' : 'SeenAfterLostReply'
    t.match(await operation.decide([lostRow(row)], context()), [{ outcome: 'done', code }])
    // Graph keeps who asked for a role that may end.
    t.match(await operation.decide([{ ...lostRow(row), contested: true }], context()), [
      isKept ? { outcome: 'done' } : { unknown: /somebody else/ },
    ])
    const refused = await bed.send(operation.request([row]))
    // What somebody else made eligible may have another end, which a refusal does not tell.
    const told = isKept ? ['later'] : [{ outcome: 'unchanged' }]
    t.match(operation.settle([row], refused), told)
    t.strictSame(operation.settle([{ ...row, lost: true }], refused), ['undecided'])
  })

  t.test(`${assign.kind} tells before it is sent what cannot have the role`, async t => {
    const operation = assign as never as typeof assignRole
    t.match(await operation.look([rowOf(device!.id), rowOf(nobody)] as never, context()), [
      { code: 'TYPE_NOT_ALLOWED' },
      { code: 'OBJECT_NOT_FOUND' },
    ])
  })
}

const until = '2030-01-31T18:00:00Z'
const ended = (principal: string, more: Values = {}) => role(principal, { until, justification: 'Holidays', ...more })
const scheduleOf = async (principal: string) => {
  const found = (await list<Named>('/roleManagement/directory/roleEligibilitySchedules')).filter(
    one => one['principalId'] === principal,
  )
  return found.map(one => (one['scheduleInfo'] as Values)['expiration'])
}

t.test('eligible assignments with an end and a justification keep the contract of an operation', async t => {
  const operation = assignEligibleRole as never
  const rows = [ended(users[8]!), ended(users[9]!, { until: '2031-01-31' }), ended(nobody)]
  const wrong = ['soon', '2030-02-31', '2030-01-31T18:00', '31.01.2030', 5].map(until => role(nobody, { until }))
  const invalid = [...wrong, role(nobody, { justification: 5 })]
  await keeps(t, operationContract({ operation, operations, context, rows, invalid }))
  await change(operation, [rows[0]!])
  await keeps(t, operationContract({ operation, operations, context, rows, invalid }))
  await change(unassignEligibleRole as never, [role(users[8]!)])
})

t.test('an end is asked for and read to the second, and another end is never unchanged', async t => {
  const [id, endless] = [users[10]!, users[11]!]
  const { ready } = await change(assignEligibleRole as never, [ended(id)])
  t.match(assignEligibleRole.request(ready as never).body, {
    justification: 'Holidays',
    scheduleInfo: { expiration: { type: 'afterDateTime', endDateTime: until } },
  })
  t.match(await scheduleOf(id), [{ type: 'afterDateTime', endDateTime: until }])
  await change(assignEligibleRole as never, [role(endless)])
  const look = async (value: Values) =>
    (await assignEligibleRole.look([assignEligibleRole.accept(value, draw)], context()))[0]
  t.match(await look(ended(id, { until: '2030-01-31T19:00:00+01:00' })), { outcome: 'unchanged' })
  t.match(await look(ended(id, { justification: 'Other words' })), { outcome: 'unchanged' })
  const differs = { outcome: 'failed', code: 'END_DIFFERS', fix: /roles unassign --eligible/ }
  t.match(await look(ended(id, { until: '2030-02-01' })), { ...differs, message: /until 2030-01-31T18:00:00Z\./ })
  t.match(await look(role(id)), { ...differs, message: /until 2030-01-31T18:00:00Z\./ })
  t.match(await look(ended(endless)), { ...differs, message: /without an end\./ })
  t.match(await look(role(endless)), { outcome: 'unchanged' })
  t.match((await unassignEligibleRole.look([role(id)] as never, context()))[0], { send: { until } })
  for (const principal of [id, endless]) await change(unassignEligibleRole as never, [role(principal)])
})

t.test('an end that Graph shows only as a duration is no end of a row', async t => {
  const id = users[12]!
  const one = { principalId: id, roleDefinitionId: helpdesk, directoryScopeId: '/' }
  const reading = context()
  const shown = async (expiration: Values, value: Values) => {
    const graph = {
      ...reading.graph,
      batch: async (requests: readonly { readonly url: string }[]) =>
        (await reading.graph.batch(requests as never, reading.signal)).map((reply, at) =>
          requests[at]!.url.includes('roleEligibilitySchedules')
            ? { ...reply, body: { value: [{ id: 'x', ...one, scheduleInfo: { expiration } }] } }
            : reply,
        ),
    }
    const [looked] = await assignEligibleRole.look([value] as never, { ...reading, graph } as never)
    return looked
  }
  const none = { endDateTime: null, duration: null }
  t.match(await shown({ type: 'afterDuration', ...none, duration: 'P30D' }, role(id)), {
    code: 'END_DIFFERS',
    message: /with an end that Graph does not show as a date\./,
  })
  t.match(await shown({ type: 'afterDuration', ...none }, role(id)), { outcome: 'unchanged' })
})

t.test('an end in the past fails the row by the clock of Graph', async t => {
  const past = { outcome: 'failed', code: 'END_PAST', fix: /later date/ }
  const values = [ended(users[13]!, { until: '2020-01-31T00:00:00Z' }), ended(users[13]!)]
  t.match(await assignEligibleRole.look(values as never, context()), [past, { send: { assigned: false } }])
})

t.test('a lost reply is not decided by an assignment with another end', async t => {
  const id = users[14]!
  const row = { value: ended(id) as never, before: { assigned: false, assignment: null } }
  await change(assignEligibleRole as never, [role(id)])
  t.match(await assignEligibleRole.decide([lostRow(row)], context()), [{ unknown: /without an end/ }])
  await change(unassignEligibleRole as never, [role(id)])
  await change(assignEligibleRole as never, [ended(id)])
  t.match(await assignEligibleRole.decide([lostRow(row)], context()), [{ outcome: 'done' }])
  t.strictSame(assignEligibleRole.inverse!(ended(id) as never, {} as never, id), {
    kind: 'unassign-eligible-role',
    value: role(id),
    expected: { assigned: true },
  })
  await change(unassignEligibleRole as never, [role(id)])
})

t.test('active assignments have no end', t => {
  for (const name of ['until', 'justification'])
    t.throws(() => assignRole.accept(role(nobody, { [name]: until }), draw), { code: 'ROW_INVALID' })
  t.end()
})

t.test(
  'an app role is named by value, display name or id, and a wrong one is reported with those that there are',
  async t => {
    const look = (name: string) => assignAppRole.look([appRole(users[5]!, name)], context())
    const send = { assigned: false, assignment: null, role: roleIdOf('Approver') }
    for (const name of ['Approver', 'approver', roleIdOf('Approver')]) t.strictSame(await look(name), [{ send }])
    t.match(await look('Reeder'), [{ code: 'ROLE_UNKNOWN', message: /Its roles are Reader, Approver, / }])
    t.match(await look('Auditor'), [{ code: 'ROLE_DISABLED' }])
    t.match(await look('Tasks.Read.All'), [{ code: 'TYPE_NOT_ALLOWED' }])
    const { role: none } = assignAppRole.accept({ resource: 'x', principal: 'y' }, draw)
    t.match(await look(none), [{ code: 'ROLE_REQUIRED', message: /and the row names none/ }])
    t.match(await assignAppRole.look([{ ...appRole(users[5]!), resource: nobody }], context()), [
      { code: 'OBJECT_NOT_FOUND', message: /No service principal/ },
    ])
  },
)

t.test('an application without roles has the default role', async t => {
  const plain = principals.find(one => (one['appRoles'] as readonly unknown[]).length === 0)!
  const value = assignAppRole.accept({ resource: plain.id, principal: users[6]! }, draw)
  t.strictSame((await change(assignAppRole as never, [value])).verdicts, [{ outcome: 'done', id: users[6] }])
  t.match(await assignAppRole.look([value], context()), [{ outcome: 'unchanged' }])
  const portal = { ...value, role: 'default access' }
  t.match(await assignAppRole.look([portal], context()), [{ outcome: 'unchanged' }], 'the words of the portal')
})

t.test('many rows about one application read its list once', async t => {
  const asked: string[] = []
  await assignAppRole.look(
    users.slice(0, 120).map(id => appRole(id)),
    context(asked),
  )
  t.equal(asked.filter(url => url.includes('appRole')).length - 1, 1, asked.join('\n'))
})

t.test('an app role of a group is not one of its members', async t => {
  const group = (await list('/groups?$select=id&$top=40')).at(-1)!.id
  const [member] = await list(`/groups/${group}/members/microsoft.graph.user?$select=id&$top=1&$count=true`).catch(
    () => [],
  )
  await change(assignAppRole as never, [appRole(group)])
  t.match(await assignAppRole.look([appRole(group)], context()), [{ outcome: 'unchanged' }])
  if (member) t.match(await assignAppRole.look([appRole(member.id)], context()), [{ send: { assigned: false } }])
})

t.test('a role in an administrative unit is another one than that in the directory', async t => {
  const scoped = role(users[7]!, { administrativeUnit: unit!.id })
  t.match((await change(assignRole as never, [scoped])).verdicts, [{ outcome: 'done' }])
  t.match(await assignRole.look([scoped, role(users[7]!)] as never, context()), [
    { outcome: 'unchanged' },
    { send: { assigned: false } },
  ])
  t.match((await change(unassignRole as never, [scoped])).verdicts, [{ outcome: 'done' }])
  t.match(await assignRole.look([role(users[7]!, { administrativeUnit: nobody })] as never, context()), [
    { code: 'OBJECT_NOT_FOUND', message: /administrative unit/ },
  ])
  t.match(await assignRole.look([{ ...role(users[7]!), role: nobody }] as never, context()), [
    { code: 'OBJECT_NOT_FOUND', message: /No role/ },
  ])
})

t.test('a group must be role-assignable', async t => {
  const groups = await list<Named>('/groups?$select=id,isAssignableToRole&$top=999')
  const [plain, able] = [null, true].map(wanted => groups.find(one => one['isAssignableToRole'] === wanted)!.id)
  t.match(await assignRole.look([role(plain!), role(able!)] as never, context()), [
    { code: 'GROUP_NOT_ASSIGNABLE' },
    {},
  ])
})

t.test('the last Global Administrator keeps the role', async t => {
  const own = (
    await list<Named>(`/roleManagement/directory/roleAssignments?$filter=roleDefinitionId eq '${globalAdministrator}'`)
  ).map(one => ({ role: globalAdministrator, principal: String(one['principalId']) }))
  const people = new Set((await list('/users?$select=id&$top=999')).map(({ id }) => id))
  const last = own.findLastIndex(({ principal }) => people.has(principal))
  const looked = await unassignRole.look(own as never, context())
  t.strictSame(
    looked.map(each => ('send' in each ? 'send' : each.code)),
    own.map((_, at) => (at === last ? 'PROTECTED' : 'send')),
  )
  const others = own.filter((_, at) => at !== last)
  t.match(
    await unassignRole.look(others as never, context()),
    others.map(() => ({ send: {} })),
  )
})

t.test('a privileged role is touched, so that it needs consent', t => {
  t.strictSame(assignRole.touches!(role(users[0]!) as never, {} as never), [helpdesk])
  t.strictSame(unassignRole.touches!(role(users[0]!) as never, {} as never), [users[0], helpdesk])
  t.end()
})

t.test('an app role is known by its id from intake on, and a wrong one fails its row there', async t => {
  const rows = ['Approver', 'approver', roleIdOf('Approver').toUpperCase(), 'Default Access', 'Reeder']
  const completed = await assignAppRole.completed!(
    rows.map(name => appRole(users[5]!, name)),
    context(),
  )
  const id = roleIdOf('Approver')
  t.match(completed, [
    ...[id, id, id, '00000000-0000-0000-0000-000000000000'].map(role => ({ value: { role } })),
    { code: 'ROLE_UNKNOWN', message: /no app role Reeder/ },
  ])
  const asked: string[] = []
  t.match(await assignAppRole.completed!([{ ...appRole(users[5]!, 'Any'), resource: nobody }], context(asked)), [
    { value: { role: 'Any' } },
  ])
  await assignAppRole.completed!([appRole(users[5]!, id)], context(asked))
  t.equal(asked.length, 1, 'an id needs no read')
  const before = { assigned: false, assignment: null, role: id }
  t.match(assignAppRole.inverse!(appRole(users[5]!, 'Approver'), before, users[5]!), { value: { role: id } })
  t.match(unassignAppRole.inverse!(appRole(users[5]!, 'Approver'), before, users[5]!), { value: { role: id } })
})
