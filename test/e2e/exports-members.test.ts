import t from 'tap'
import type { Fields } from '../../src/core/json.ts'
import type { Reference } from '../../src/sandbox/directory/types.ts'
import { openBed, rowsOf } from './bed.ts'

const bed = await openBed(t, { users: 1_000 })
const { directory } = bed
const desk = bed.desk()

const groups = directory.collection('group')
const groupIds = groups.slice({ order: 'default', view: 'direct' }, 999, ['id']).ids
const named = (id: string): string => String(groups.get(id)!['displayName'])
const direct = (id: string): readonly Reference[] =>
  directory.related('group', id, 'members', 9_999).references.filter(({ kind }) => kind !== 'servicePrincipal')
/** A group with a group in it. */
const nest = groupIds.find(id => direct(id).some(({ kind }) => kind === 'group'))!

const members = async (...args: readonly string[]): Promise<readonly Fields[]> => {
  const { status, stdout, stderr } = await desk.run(['export', 'members', ...args, '--quiet'])
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`)
  return rowsOf(stdout)
}
const idsOf = (rows: readonly { readonly id?: unknown }[]): readonly string[] =>
  rows.map(({ id }) => String(id)).toSorted()

t.test('a group by name and by id has the same members, each with its type', async t => {
  const byName = await members('--group', named(nest), '--select', 'id,displayName')
  t.strictSame(await members('--group', nest, '--select', 'id,displayName'), byName)
  t.strictSame(idsOf(byName), idsOf(direct(nest)))
  const kinds = new Map(direct(nest).map(({ id, kind }) => [id, kind]))
  const typed = await members('--group', nest)
  t.strictSame(
    typed.map(row => row['@odata.type']),
    typed.map(({ id }) => `#microsoft.graph.${kinds.get(String(id))}`),
  )
})

t.test('transitive members include those of nested groups, each once', async t => {
  const found = await members('--group', nest, '--transitive', '--select', 'id')
  const expected = [...directory.transitiveMembers(nest)].filter(({ kind }) => kind !== 'servicePrincipal')
  t.ok(expected.length > direct(nest).length)
  t.strictSame(idsOf(found), idsOf(expected))
})

t.test('a row of members of several groups names its group, whatever columns are selected', async t => {
  const [one, two] = groupIds.filter(id => direct(id).length > 0 && direct(id).length < 50) as [string, string]
  const expected = [one, two].flatMap(group => direct(group).map(({ id }) => `${group} ${id}`)).toSorted()
  const both = ['--group', one, '--group', two, '--group', one]
  for (const columns of [[], ['--select', 'id'], ['--select', 'groupName,id'], ['--preset', 'all']])
    t.strictSame(
      (await members(...both, ...columns)).map(({ groupId, id }) => `${String(groupId)} ${String(id)}`).toSorted(),
      expected,
      columns.join(' '),
    )
  await desk.run(['export', 'members', ...both, '--select', 'displayName', '--to', 'both.csv', '--quiet'])
  t.equal(desk.read('both.csv').split('\n')[0], 'displayName,groupId,groupName')
  const preset = await desk.run(['export', 'members', ...both, '--preset', 'portal-members'])
  t.equal(preset.status, 0)
  const [first] = preset.stdout.split('\n')
  t.strictSame(Object.keys(JSON.parse(first!) as object).slice(-2), ['groupId', 'groupName'])
})

t.test('a large group is exported completely in pages, with its count', async t => {
  const run = await desk.run([
    'export',
    'members',
    '--group',
    'All Company',
    '--page-size',
    '100',
    '--select',
    'id',
    '--to',
    'all.csv',
    '--quiet',
  ])
  t.equal(run.status, 0, run.stderr)
  const [id] = groupIds.filter(group => named(group) === 'All Company')
  const size = direct(id!).length
  t.ok(size > 200)
  t.match(desk.manifest('all.csv'), { completeness: 'complete', counts: { before: size, after: size, read: size } })
})

t.test('a filter on members is sent to the index automatically', async t => {
  const found = await members('--group', 'All Company', '--filter', "startsWith(displayName,'A')", '--select', 'id')
  const [id] = groupIds.filter(group => named(group) === 'All Company')
  const expected = direct(id!).filter(({ id }) =>
    /^a/i.test(String(directory.collection('user').get(id)?.['displayName'])),
  )
  t.ok(expected.length > 0)
  t.strictSame(idsOf(found), idsOf(expected))
})

t.test('a filter by a property of users names the commands that do it, and they do', async t => {
  const asked = ['export', 'members', '--group', 'All Company', '--select', 'id']
  const filter = "department eq 'Sales'"
  const { status, stderr } = await desk.run([...asked, '--filter', filter])
  t.equal(status, 2)
  const [, command] = /Filter the exported rows instead: `(.*)`\.\n$/.exec(stderr) ?? []
  t.equal(
    command?.replaceAll('npx ', ''),
    `entrapipe export members … --select id,department | entrapipe filter "${filter}"`,
  )
  const { stdout } = await desk.shell(command!.replaceAll('npx ', '').replace('…', '--group "All Company"'))
  const [id] = groupIds.filter(group => named(group) === 'All Company')
  const expected = direct(id!).filter(({ id }) => directory.collection('user').get(id)?.['department'] === 'Sales')
  t.ok(expected.length > 0)
  t.strictSame(idsOf(rowsOf(stdout)), idsOf(expected))
})

t.test('a name of two groups lists both, exits 2, and writes nothing', async t => {
  const twin = (mailNickname: string) =>
    ({
      do: 'create',
      kind: 'group',
      values: { displayName: 'Twins', mailNickname, mailEnabled: false, securityEnabled: true, groupTypes: [] },
    }) as const
  await bed.mutate(twin('twin1'), twin('twin2'))
  const { ids } = groups.slice(
    { order: 'default', view: 'direct', where: group => group['displayName'] === 'Twins' },
    9,
    ['id'],
  )
  t.equal(ids.length, 2)
  const { status, stdout, stderr } = await desk.run(['export', 'members', '--group', 'Twins', '--to', 'twins.csv'])
  t.strictSame([status, stdout], [2, ''])
  t.match(stderr, /^entrapipe: 2 groups are named "Twins": [^\n]+ Use the id of the group\.\n$/)
  for (const id of ids) t.match(stderr, id)
  t.notOk(desk.names().some(name => name.startsWith('twins')))
  t.strictSame(await members('--group', ids[0]!), [])
})

t.test('a missing group, and no group at all, are errors of one sentence', async t => {
  for (const [args, message] of [
    [['--group', 'Nobody Here'], 'entrapipe: Tenant bed has no group named "Nobody Here".\n'],
    [
      ['--group', '00000000-0000-4000-8000-000000000000'],
      'entrapipe: Tenant bed has no group with the id 00000000-0000-4000-8000-000000000000.\n',
    ],
    [['--group', ''], 'entrapipe: The value of --group is empty. Is a shell variable not set?\n'],
    [
      ['--group', 'All Company,Nobody'],
      'entrapipe: Tenant bed has no group named "All Company,Nobody". Groups with similar names: "All Company". For several groups, give --group once for each.\n',
    ],
    [[], 'entrapipe: --group is missing. Name the group by its id or display name: --group "All Company".\n'],
  ] as const) {
    const { status, stderr } = await desk.run(['export', 'members', ...args])
    t.strictSame([status, stderr], [2, message])
  }
  const { status, stderr } = await desk.run(['export', 'users', '--group', 'All Company'])
  t.strictSame(
    [status, stderr],
    [
      2,
      'entrapipe: --group is an option of `export members`, `export memberships` and `export owners`, not of users.\n',
    ],
  )
})
