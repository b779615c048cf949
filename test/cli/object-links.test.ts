import t from 'tap'
import { changeDesk, type Line } from './change-desk.ts'
import { summaryOf } from './command-bed.ts'

const nobody = '11111111-2222-4333-8444-555555555555'
const desk = await changeDesk(t)
const listed = async (...what: readonly string[]): Promise<readonly Line[]> => desk.rowsOf(await desk.exported(...what))
const names = ['ann', 'bob', 'cleo'].map(name => `${name}.links@contoso.com`)
await desk.change(
  ['users', 'create'],
  `displayName,userPrincipalName,password\n${names.map(name => `${name},${name},Quiet-Harbour-71\n`).join('')}`,
)
/** People without a role, whom nothing protects. */
const people = (await desk.people('id,userPrincipalName')).filter(one =>
  names.includes(String(one['userPrincipalName'])),
)
const apps = await listed('applications', '--select', 'id,appId,displayName')
const principals = await listed('service-principals', '--select', 'id,appId,displayName')
/** An app without a permission that protects it, as those have that sign in. */
const plain = ({ displayName }: Line): boolean => !String(displayName).startsWith('entrapipe')
const units = await listed('graph', '/directory/administrativeUnits', '--select', 'id,displayName')
const [device] = await listed('devices', '--select', 'id', '--limit', '1')
const outcomes = (results: readonly Line[]) => results.map(({ outcome, code }) => [outcome, code ?? null])

const places = [
  ['owners', ['--app'], '/applications', 'application', 'owners', apps.findLast(plain)!],
  ['owners', ['--service-principal'], '/servicePrincipals', 'servicePrincipal', 'owners', principals.findLast(plain)!],
  ['admin-units', [], '/directory/administrativeUnits', 'administrativeUnit', 'members', units.at(-1)!],
] as const

for (const [command, flags, path, column, relation, owner] of places)
  t.test(`${[command, ...flags].join(' ')} adds and removes links of a file with right and wrong rows`, async t => {
    const linked = async () =>
      (await listed('graph', `${path}/${String(owner['id'])}/${relation}`, '--select', 'id')).map(({ id }) => id)
    const before = await linked()
    const [one, two] = people as [Line, Line]
    const text = `${column},member\n${[
      [owner['id'], one['id']],
      [owner['displayName'], two['userPrincipalName']],
      [owner['id'], nobody],
      [nobody, one['id']],
      [owner['id'], relation === 'owners' ? device!['id'] : apps[0]!['id']],
      ['No such name', one['id']],
    ]
      .map(cells => `${cells.join(',')}\n`)
      .join('')}`
    const wrong = [
      ['failed', 'OBJECT_NOT_FOUND'],
      ['failed', 'OBJECT_NOT_FOUND'],
      ['failed', 'TYPE_NOT_ALLOWED'],
      ['failed', 'OBJECT_NOT_FOUND'],
    ]
    const dry = await desk.change([command, 'add'], text, ...flags, '--dry-run', '--max-failed', '10', '--json')
    t.match(summaryOf(dry).summary.counts, { pending: 2, failed: 4 })
    t.strictSame(await linked(), before)
    await desk.writes()
    const added = await desk.change([command, 'add'], text, ...flags, '--max-failed', '10', '--json')
    t.strictSame(outcomes(added.results), [['done', null], ['done', null], ...wrong], added.stderr)
    t.strictSame(Object.values(await desk.writes()), [2])
    t.strictSame([...(await linked())].sort(), [...before, one['id'], two['id']].sort())
    const again = await desk.change([command, 'add'], text, ...flags, '--max-failed', '10')
    t.strictSame(outcomes(again.results), [['unchanged', null], ['unchanged', null], ...wrong])
    t.strictSame(await desk.writes(), {})
    const undone = await desk.run('runs', 'undo', summaryOf(added).run, '--yes', '--json')
    t.match(summaryOf(undone).summary.counts, { done: 2 }, undone.stderr)
    t.strictSame(await linked(), before)
    await desk.change([command, 'add'], text, ...flags, '--max-failed', '10')
    const removed = await desk.change([command, 'remove'], text, ...flags, '--max-failed', '10', '--json')
    t.strictSame(outcomes(removed.results.slice(0, 2)), [
      ['done', null],
      ['done', null],
    ])
    t.strictSame(await linked(), before)
    const back = await desk.run('runs', 'undo', summaryOf(removed).run, '--yes', '--json')
    t.match(summaryOf(back).summary.counts, { done: 2 }, back.stderr)
    t.strictSame([...(await linked())].sort(), [...before, one['id'], two['id']].sort())
  })

t.test('an option names the application, the service principal or the unit for all rows', async t => {
  const [app] = apps
  const [principal] = principals
  const [unit] = units.slice(2)
  const file = `member\n${String(people[2]!['id'])}\n`
  for (const [command, ...flags] of [
    ['owners', '--app', app!['appId']],
    ['owners', '--app', app!['displayName']],
    ['owners', '--service-principal', principal!['id']],
    ['admin-units', '--unit', unit!['displayName']],
  ] as string[][]) {
    const { results, stderr } = await desk.change([command!, 'add'], file, ...flags)
    t.match(outcomes(results), [[/done|unchanged/, null]], `${flags.join(' ')}: ${stderr}`)
  }
  const owners = await listed('graph', `/applications/${String(app!['id'])}/owners`, '--select', 'id')
  t.ok(owners.some(({ id }) => id === people[2]!['id']))
})

t.test('what an option names must exist, and only one can be given', async t => {
  await desk.writes()
  desk.write('one.csv', `member\n${String(people[0]!['id'])}\n`)
  for (const [argv, says] of [
    [['owners', 'add', '--app', 'Nothing'], /has no application with the id, name or appId "Nothing"/],
    [['owners', 'add', '--app', nobody], /has no application with the id, name or appId "1{8}-/],
    [['admin-units', 'add', '--unit', 'Nowhere'], /has no administrative unit with the id or name "Nowhere"/],
    [
      ['owners', 'add', '--app', 'A', '--group', 'B'],
      /Only one of --group, --app and --service-principal can be given/,
    ],
  ] as const) {
    const ran = await desk.run(...argv, '--tenant', 'sandbox', '--from', 'one.csv', '--yes')
    t.equal(ran.status, 2, argv.join(' '))
    t.match(ran.stderr, says)
  }
  t.strictSame(await desk.writes(), {})
})

t.test('members of a dynamic unit are refused before anything is sent, with what to do', async t => {
  const [unit] = units
  await desk.mutate({
    do: 'update',
    kind: 'administrativeUnit',
    id: unit!['id'],
    values: { membershipType: 'Dynamic' },
  })
  const { results } = await desk.change(
    ['admin-units', 'add'],
    `member\n${String(people[0]!['id'])}\n`,
    '--unit',
    String(unit!['id']),
  )
  t.match(results, [{ outcome: 'failed', code: 'UNIT_DYNAMIC', fix: /Change the rule of the unit/ }])
  t.strictSame(await desk.writes(), {})
})
