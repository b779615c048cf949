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

const endsOf = async (): Promise<readonly unknown[]> =>
  (await listed('graph', `${roleOf}/roleEligibilitySchedules`))
    .filter(one => people.some(({ id }) => id === one['principalId']))
    .map(one => (one['scheduleInfo'] as { readonly expiration: Line }).expiration['endDateTime'])
    .toSorted()
const reader = '4a5d8f65-41da-4de4-8968-e035b65339cf'
const roles = (verb: string, file: string, ...flags: readonly string[]) =>
  desk.change(['roles', verb], file, '--role', reader, '--eligible', ...flags)

t.test('eligible assignments end as the option or the row says, and an undo gives back what ended', async t => {
  const all = `principal\n${people.map(({ id }) => `${String(id)}\n`).join('')}`
  await roles('unassign', all)
  const left = await endsOf()
  const file = text('principal,until,justification', [
    [ann['id'], '', ''],
    [bob['id'], '2030-03-01T12:00:00+01:00', '"Stands in, for Dana"'],
  ])
  const more = ['--until', '2030-01-31', '--justification', 'Holidays']
  await desk.writes()
  const dry = await roles('assign', file, ...more, '--dry-run')
  t.match(dry.stderr, /Assign eligible roles: .*, until 2030-01-31T00:00:00Z\n/)
  t.match(dry.stderr, /Assign eligible roles: .*, until 2030-03-01T11:00:00Z\n/)
  t.strictSame(await desk.writes(), {})
  const assigned = await roles('assign', file, ...more, '--json')
  t.strictSame(
    outcomes(assigned.results),
    [
      ['done', null],
      ['done', null],
    ],
    assigned.stderr,
  )
  const ends = ['2030-01-31T00:00:00Z', '2030-03-01T11:00:00Z']
  t.strictSame(await endsOf(), [...left, ...ends].toSorted())
  const again = await roles('assign', file, ...more)
  t.strictSame(outcomes(again.results), [
    ['unchanged', null],
    ['unchanged', null],
  ])
  const others = await roles('assign', file, '--until', '2030-02-01')
  t.match(others.results, [
    { code: 'END_DIFFERS', message: /until 2030-01-31T00:00:00Z/, fix: /roles unassign --eligible/ },
    { outcome: 'unchanged' },
  ])
  const taken = await roles('unassign', text('principal', [[ann['id']], [bob['id']]]), '--json')
  t.strictSame(await endsOf(), left)
  await desk.run('runs', 'undo', summaryOf(taken).run, '--yes')
  t.strictSame(await endsOf(), [...left, ...ends].toSorted(), 'the undo of unassign gives them back with their ends')
  const undone = await desk.run('runs', 'undo', summaryOf(assigned).run, '--yes', '--json')
  t.match(summaryOf(undone).summary.counts, { done: 2 }, undone.stderr)
  t.strictSame(await endsOf(), left)
})

t.test('rows of one file that want different ends of one eligible assignment conflict, and none is sent', async t => {
  const file = text('principal,until', [
    [ann['id'], '2030-01-31'],
    [ann['id'], '2030-02-28'],
    [bob['id'], '2030-01-31'],
    [bob['id'], '2030-01-31T00:00:00Z'],
  ])
  for (const flags of [['--dry-run'], []]) {
    const { results } = await roles('assign', file, '--max-failed', '10', ...flags)
    t.match(results.slice(0, 2), [
      { outcome: 'failed', code: 'ROWS_CONFLICT', message: /line 3, with other values/ },
      { outcome: 'failed', code: 'ROWS_CONFLICT', message: /line 2, with other values/ },
    ])
    if (flags.length === 0) t.match(results.slice(2), [{ outcome: 'done' }, { outcome: 'unchanged', code: 'SAME_ROW' }])
  }
  t.strictSame(
    (await endsOf()).filter(end => end !== null),
    ['2030-01-31T00:00:00Z'],
  )
  await roles('unassign', text('principal', [[ann['id']], [bob['id']]]))
})

t.test('an end that cannot be is refused, and so is one of an active assignment', async t => {
  await desk.writes()
  const file = text('principal,until', [
    [ann['id'], '2020-01-31'],
    [bob['id'], '31.01.2030'],
  ])
  const wrong = await roles('assign', file, '--max-failed', '10')
  t.match(wrong.results, [
    { code: 'END_PAST', message: /2020-01-31T00:00:00Z, which is in the past/ },
    { code: 'ROW_INVALID', message: /until to be a date such as 2026-01-31.*got "31\.01\.2030"/ },
  ])
  const option = await roles('assign', text('principal', [[ann['id']]]), '--until', 'soon')
  t.match([option.status, option.stderr], [2, /--until to be a day such as .*got "soon"/])
  for (const flags of [
    ['--until', '2030-01-31'],
    ['--justification', 'Holidays'],
  ]) {
    const active = await desk.change(['roles', 'assign'], text('role,principal', [[reader, ann['id']]]), ...flags)
    t.match([active.status, active.stderr], [2, /Only eligible assignments have --until and --justification/])
  }
  const column = await desk.change(
    ['roles', 'assign'],
    text('role,principal,until', [[reader, ann['id'], '2030-01-31']]),
  )
  t.match([column.status, column.stderr], [2, /roles assign has no column until/])
  t.strictSame(await desk.writes(), {})
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
