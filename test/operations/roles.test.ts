import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import type { Values } from '../../src/core/operation.ts'
import { assignAppRole } from '../../src/operations/assign-app-role.ts'
import { assignEligibleRole } from '../../src/operations/assign-eligible-role.ts'
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
    const id = users[4]!
    const operation = assign as never as typeof assignRole
    const [looked] = await operation.look([operation.accept(rowOf(id), draw)], context())
    const row = { value: rowOf(id) as never, before: (looked as { readonly send: never }).send }
    t.strictSame(await operation.decide([lostRow(row)], context()), ['not-done'])
    await change(operation as never, [rowOf(id)])
    t.match(await operation.decide([lostRow(row)], context()), [{ outcome: 'done', code: 'SeenAfterLostReply' }])
    t.match(await operation.decide([{ ...lostRow(row), contested: true }], context()), [{ unknown: /somebody else/ }])
    const refused = await bed.send(operation.request([row]))
    t.match(operation.settle([row], refused), [{ outcome: 'unchanged' }])
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
