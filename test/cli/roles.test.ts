import t from 'tap'
import { changeDesk, type Line } from './change-desk.ts'
import { summaryOf } from './command-bed.ts'

const nobody = '11111111-2222-4333-8444-555555555555'
const desk = await changeDesk(t)
const listed = async (...what: readonly string[]): Promise<readonly Line[]> => desk.rowsOf(await desk.exported(...what))
const names = ['ann', 'bob', 'cleo'].map(name => `${name}.roles@contoso.com`)
await desk.change(
  ['users', 'create'],
  `displayName,userPrincipalName,password\n${names.map(name => `${name},${name},Quiet-Harbour-71\n`).join('')}`,
)
const people = (await desk.people('id,userPrincipalName')).filter(one =>
  names.includes(String(one['userPrincipalName'])),
)
const [ann, bob] = people as [Line, Line]
const [device] = await listed('devices', '--select', 'id', '--limit', '1')
const [unit] = await listed('graph', '/directory/administrativeUnits', '--select', 'id,displayName')
const resource = (await listed('graph', '/servicePrincipals', '--select', 'id,displayName,appRoles')).find(
  one => Array.isArray(one['appRoles']) && one['appRoles'].length > 0 && one['appRoles'].length < 10,
)!
const outcomes = (results: readonly Line[]) => results.map(({ outcome, code }) => [outcome, code ?? null])
const text = (header: string, rows: readonly (readonly unknown[])[]) =>
  `${header}\n${rows.map(cells => `${cells.join(',')}\n`).join('')}`
const roleOf = '/roleManagement/directory'

for (const { command, flags, header, rows, wrong, held } of [
  {
    command: 'app-roles',
    flags: [],
    header: 'resource,role,principal',
    rows: [
      [resource['id'], 'Reader', ann['id']],
      [resource['displayName'], 'Approver', bob['userPrincipalName']],
      [resource['id'], 'Nothing', ann['id']],
      [resource['id'], 'Reader', nobody],
      [nobody, 'Reader', ann['id']],
    ],
    wrong: ['ROLE_UNKNOWN', 'OBJECT_NOT_FOUND', 'OBJECT_NOT_FOUND'],
    held: async (id: unknown) => (await listed('graph', `/users/${String(id)}/appRoleAssignments`)).length,
  },
  ...[[], ['--eligible']].map(flags => ({
    command: 'roles',
    flags,
    header: 'role,administrativeUnit,principal',
    rows: [
      ['Reports Reader', '', ann['id']],
      ['88d8e3e3-8f55-4a1e-953a-9b9898b8876b', unit!['displayName'], bob['userPrincipalName']],
      ['Reports Raeder', '', ann['id']],
      ['Reports Reader', '', nobody],
      ['Reports Reader', '', device!['id']],
    ],
    wrong: ['OBJECT_NOT_FOUND', 'OBJECT_NOT_FOUND', 'TYPE_NOT_ALLOWED'],
    held: async (id: unknown) =>
      (
        await listed('graph', `${roleOf}/${flags.length === 0 ? 'roleAssignments' : 'roleEligibilitySchedules'}`)
      ).filter(one => one['principalId'] === id).length,
  })),
])
  t.test(`${[command, ...flags].join(' ')} assigns and unassigns from a file with right and wrong rows`, async t => {
    const file = text(header, rows)
    const of = async () => [await held(ann['id']), await held(bob['id'])]
    const failures = wrong.map(code => ['failed', code])
    const more = [...flags, '--max-failed', '10', '--json']
    const dry = await desk.change([command, 'assign'], file, ...more, '--dry-run')
    t.match(summaryOf(dry).summary.counts, { pending: 2, failed: 3 }, dry.stderr)
    t.strictSame(await of(), [0, 0])
    await desk.writes()
    const assigned = await desk.change([command, 'assign'], file, ...more)
    t.strictSame(outcomes(assigned.results), [['done', null], ['done', null], ...failures], assigned.stderr)
    t.strictSame(Object.values(await desk.writes()), [2])
    t.strictSame(await of(), [1, 1])
    const again = await desk.change([command, 'assign'], file, ...more)
    t.strictSame(outcomes(again.results), [['unchanged', null], ['unchanged', null], ...failures])
    t.strictSame(await desk.writes(), {})
    const undone = await desk.run('runs', 'undo', summaryOf(assigned).run, '--yes', '--json')
    t.match(summaryOf(undone).summary.counts, { done: 2 }, undone.stderr)
    t.strictSame(await of(), [0, 0])
    await desk.change([command, 'assign'], file, ...more)
    const taken = await desk.change([command, 'unassign'], file, ...more)
    t.strictSame(outcomes(taken.results.slice(0, 2)), [
      ['done', null],
      ['done', null],
    ])
    t.strictSame(await of(), [0, 0])
    const back = await desk.run('runs', 'undo', summaryOf(taken).run, '--yes', '--json')
    t.match(summaryOf(back).summary.counts, { done: 2 }, back.stderr)
    t.strictSame(await of(), [1, 1])
  })

t.test('options name the role, the resource and the unit for all rows', async t => {
  const file = `principal\n${String(people[2]!['id'])}\n`
  for (const argv of [
    ['app-roles', '--resource', String(resource['displayName']), '--role', 'Reader'],
    ['roles', '--role', 'Reports Reader', '--unit', String(unit!['displayName'])],
    ['roles', '--role', '4a5d8f65-41da-4de4-8968-e035b65339cf', '--eligible'],
  ]) {
    const [command, ...flags] = argv
    const { results, stderr } = await desk.change([command!, 'assign'], file, ...flags)
    t.strictSame(outcomes(results), [['done', null]], `${argv.join(' ')}: ${stderr}`)
  }
  const wrong = await desk.change(['roles', 'assign'], file, '--role', 'Reports Raeder')
  t.match([wrong.status, wrong.stderr], [2, /has no role with the id, name.* "Reports Raeder"/])
})

t.test('a privileged role is named, and given with --include-privileged only', async t => {
  const file = text('role,principal', [['User Administrator', ann['id']]])
  await desk.writes()
  const refused = await desk.change(['roles', 'assign'], file)
  t.match(refused.results, [
    {
      outcome: 'failed',
      code: 'PROTECTED',
      message: /User Administrator is a privileged role/,
      fix: 'Add --include-privileged if it is intended.',
    },
  ])
  t.strictSame(await desk.writes(), {})
  const given = await desk.change(['roles', 'assign'], file, '--include-privileged')
  t.strictSame(outcomes(given.results), [['done', null]])
  const kept = await desk.change(['roles', 'unassign'], file)
  t.match(kept.results, [{ outcome: 'failed', code: 'PROTECTED' }])
  const taken = await desk.change(['roles', 'unassign'], file, '--include-privileged')
  t.strictSame(outcomes(taken.results), [['done', null]])
})

t.test('the last Global Administrator keeps the role, whatever is allowed', async t => {
  const role = '62e90394-69f5-4237-9190-012177145e10'
  const holders = (await listed('graph', `${roleOf}/roleAssignments`)).filter(one => one['roleDefinitionId'] === role)
  const file = text(
    'role,principal',
    holders.map(one => [role, one['principalId']]),
  )
  const { results } = await desk.change(['roles', 'unassign'], file, '--include-privileged', '--max-failed', '10')
  t.strictSame(outcomes(results).toSorted(), [...holders.slice(1).map(() => ['done', null]), ['failed', 'PROTECTED']])
  const users = new Set((await desk.people('id')).map(({ id }) => id))
  const left = (await listed('graph', `${roleOf}/roleAssignments`)).filter(one => one['roleDefinitionId'] === role)
  t.strictSame(
    left.map(one => users.has(one['principalId'])),
    [true],
  )
})

for (const flags of [[], ['--eligible']])
  t.test(`the brake of roles unassign ${flags.join(' ')} counts who has the role that way`, async t => {
    const all = (await desk.people('id')).slice(0, 40).map(({ id }) => id)
    const file = text(
      'role,principal',
      all.map(id => ['Reports Reader', id]),
    )
    await desk.change(['roles', 'assign'], file, ...flags)
    await desk.writes()
    const stopped = await desk.change(['roles', 'unassign'], file, ...flags, '--include-privileged')
    t.equal(stopped.status, 5)
    t.match(
      stopped.stderr,
      /would remove \d+ role (?:assignments|eligibility schedules) of role [0-9a-f-]{36}, and the limit is 10\./,
    )
    t.strictSame(await desk.writes(), {})
    const taken = await desk.change(
      ['roles', 'unassign'],
      file,
      ...flags,
      '--include-privileged',
      '--max-removals',
      '40',
      '--max-failed',
      '10',
    )
    t.equal(taken.status, 0, taken.stderr)
  })
