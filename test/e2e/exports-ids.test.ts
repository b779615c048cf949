import { writeFileSync } from 'node:fs'
import t from 'tap'
import { killOften } from '../programs/killed-command.ts'
import { random } from '../programs/random.ts'
import { cellsOf, openBed, rowsOf } from './bed.ts'

const bed = await openBed(t, { users: 2_000 })
const { directory } = bed
const desk = bed.desk()
const idsOf = (kind: 'user' | 'group' | 'device'): readonly string[] =>
  directory.collection(kind).slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
const valueOf = (kind: 'user' | 'group' | 'device', id: string, name: string): string =>
  String(directory.collection(kind).get(id)![name])
const write = (name: string, text: string): void => writeFileSync(desk.path(name), text)
const nobody = '00000000-0000-4000-8000-000000000000'

/** Every third user from the last one on, by id, user principal name or mail, in any case. */
const wanted = idsOf('user')
  .toReversed()
  .filter((_, at) => at % 3 === 0)
const nameOf = (id: string, at: number): string => {
  const mail = directory.collection('user').get(id)!['mail']
  if (at % 3 === 1) return valueOf('user', id, 'userPrincipalName').toUpperCase()
  return at % 3 === 2 && typeof mail === 'string' ? mail : id
}
const named = wanted.map(nameOf)

t.test('users of a list are exported in its order, 285 in a round trip, whatever names them', async t => {
  write('users.txt', named.join('\r\n'))
  await bed.counters()
  const asked = ['export', 'users', '--ids', 'users.txt', '--select', 'id,displayName,manager/displayName']
  const { status, stderr } = await desk.run([...asked, '--to', 'found.csv'])
  t.equal(status, 0, stderr)
  const [header, ...rows] = cellsOf(desk.read('found.csv'))
  t.strictSame(header, ['id', 'displayName', 'manager/displayName'])
  t.strictSame(
    rows.map(([id, displayName]) => [id, displayName]),
    wanted.map(id => [id, valueOf('user', id, 'displayName')]),
  )
  t.ok(rows.some(([, , manager]) => manager !== ''))
  t.match(desk.manifest('found.csv'), { completeness: 'complete', counts: { read: wanted.length, failed: 0 } })
  // For each 285 names a batch, and another one for mails, which are not user principal names.
  t.strictSame((await bed.counters())['POST /$batch'], { 200: 2 * Math.ceil(wanted.length / 285) })
})

t.test('the column of a list is the usual one, or the one that is named, in every format', async t => {
  const [one, two] = wanted as [string, string]
  const upn = (id: string): string => valueOf('user', id, 'userPrincipalName')
  write('upns.csv', `Name,User name,userPrincipalName\nA,x,${upn(one)}\n"B, C",y,${upn(two)}\n`)
  write('other.csv', `Who,When\n${upn(one)},1\n${two},2\n`)
  write('centre.csv', `Title,Object Id\nBoss,${one}\nHead,${two}\n`)
  write('portal.csv', `Unit,User name [userPrincipalName] Required\nA,${upn(one)}\nB,${upn(two)}\n`)
  write('ids.jsonl', `{"displayName":"A","id":"${one}"}\n{"displayName":"B","id":"${two}"}\n`)
  for (const list of [
    ['--ids', 'upns.csv'],
    ['--ids', 'other.csv', '--ids-column', 'Who'],
    ['--ids', 'ids.jsonl'],
    ['--ids', 'centre.csv'],
    ['--ids', 'portal.csv'],
  ]) {
    const { status, stdout, stderr } = await desk.run(['export', 'users', ...list, '--select', 'id', '--no-trailer'])
    t.equal(status, 0, stderr)
    t.equal(stdout, `{"id":"${one}"}\n{"id":"${two}"}\n`, list.join(' '))
  }
  const piped = await desk.run(['export', 'users', '--ids', '-', '--select', 'id', '--no-trailer'], {
    stdin: `${one}\n\n ${upn(two)} \n`,
  })
  t.strictSame([piped.status, piped.stdout], [0, `{"id":"${one}"}\n{"id":"${two}"}\n`], piped.stderr)
})

t.test(
  'a name of nobody, an ambiguous one and an empty one are failed rows, and repeated ones are reported',
  async t => {
    const twin = (mailNickname: string) =>
      ({
        do: 'create',
        kind: 'group',
        values: { displayName: 'Twins', mailNickname, mailEnabled: false, securityEnabled: true, groupTypes: [] },
      }) as const
    await bed.mutate(twin('twin1'), twin('twin2'))
    const [group] = idsOf('group').filter(id => valueOf('group', id, 'displayName') === 'All Company')
    write('groups.csv', `id,note\n${group},a\nTwins,b\n${nobody},c\nAll Company,d\n,e\nO'Neill,f\n`)
    const { status, stderr } = await desk.run([
      ...['export', 'groups', '--ids', 'groups.csv', '--select', 'id,displayName', '--to', 'groups-found.csv'],
    ])
    t.equal(status, 3, stderr)
    t.equal(desk.read('groups-found.csv'), `id,displayName\n${group},All Company\n`)
    t.match(desk.manifest('groups-found.csv'), { counts: { failed: 4, repeated: 1, written: 1 } })
    const results = await desk.run([
      'runs',
      'results',
      desk.manifest('groups-found.csv').run,
      '--outcome',
      'failed',
      '--json',
    ])
    const told = rowsOf<{ key: string; code: string }>(results.stdout)
    t.strictSame(told.map(({ key, code }) => [key, code]).toSorted(), [
      [nobody, 'OBJECT_NOT_FOUND'],
      ["O'Neill", 'OBJECT_NOT_FOUND'],
      ['Twins', 'OBJECT_AMBIGUOUS'],
      ['line 6', 'OBJECT_NOT_FOUND'],
    ])
  },
)

t.test('devices are named by id, deviceId or name; memberships by the groups of a list', async t => {
  const [one, two, three] = idsOf('device') as [string, string, string]
  write('devices.txt', `${one}\n${valueOf('device', two, 'deviceId')}\n${valueOf('device', three, 'displayName')}\n`)
  const { stdout, stderr, status } = await desk.run([
    'export',
    'devices',
    '--ids',
    'devices.txt',
    '--select',
    'id',
    '--no-trailer',
  ])
  t.equal(status, 0, stderr)
  t.equal(stdout, [one, two, three].map(id => `{"id":"${id}"}\n`).join(''))
  const groups = idsOf('group')
    .filter(id => directory.related('group', id, 'members', 99).references.length > 0)
    .slice(3, 6)
  write('some.txt', groups.toReversed().join('\n'))
  const memberships = await desk.run(['export', 'memberships', '--ids', 'some.txt', '--to', 'some.csv'])
  t.equal(memberships.status, 0, memberships.stderr)
  const found = cellsOf(desk.read('some.csv'))
    .slice(1)
    .map(([id]) => id)
  t.strictSame([...new Set(found)], groups.toReversed())

  const piped = ['export', 'memberships', '--ids', '-', '--select', 'groupId,memberId', '--no-trailer']
  const pairs = groups.map(id => ({ id, of: directory.related('group', id, 'members', 9_999).references.filter(({ kind }) => kind !== 'servicePrincipal').map(one => one.id).toSorted() })) // prettier-ignore
  const asked = `${groups[2]}\n\n${groups[0]}\r\n${nobody}\n ${groups[2]}\n`
  const some = await desk.run(piped, { stdin: asked })
  t.equal(some.status, 3, some.stderr)
  t.match(some.stderr, nobody)
  const byGroup = Map.groupBy(rowsOf<{ groupId: string; memberId: string }>(some.stdout), row => row.groupId)
  t.strictSame([...byGroup.keys()], [groups[2], groups[0]])
  for (const { id, of } of [pairs[0]!, pairs[2]!])
    t.strictSame(byGroup.get(id)!.map(({ memberId }) => memberId).toSorted(), of) // prettier-ignore
})

for (const [name, list] of [
  ['empty.txt', ''],
  ['blank.txt', ' \n\n\r\n'],
  ['header.csv', 'id\n'],
  ['blank.csv', 'id\n\n\n'],
  ['nothing.csv', ''],
  ['mark.csv', '\ufeff'],
  ['empty.jsonl', ''],
  ['empty.json', '[]'],
  ['-', ''],
  ['-', '\n'],
] as const)
  t.test(`a list without rows (${name}) is refused and the earlier file stays, unless it is asked for`, async t => {
    const earlier = 'groupId\nearlier\n'
    if (name !== '-') write(name, list)
    const asked = ['export', 'memberships', '--ids', name, '--select', 'groupId', '--to', 'of-list.csv']
    for (const command of [asked, ['export', 'users', '--ids', name, '--select', 'id', '--to', 'of-list.csv']]) {
      write('of-list.csv', earlier)
      const { status, stderr } = await desk.run(command, { stdin: list })
      t.equal(status, 5, stderr)
      t.match(stderr, `${name === '-' ? 'stdin' : name} has no rows, so --ids names no `)
      t.match(stderr, 'add --allow-empty')
      t.equal(desk.read('of-list.csv'), earlier)
      const allowed = await desk.run([...command, '--allow-empty'], { stdin: list })
      t.equal(allowed.status, 0, allowed.stderr)
      t.equal(desk.read('of-list.csv').trim().split('\n').length, 1)
    }
  })

t.test('an empty list on stdin writes nothing to stdout', async t => {
  const piped = ['export', 'memberships', '--ids', '-', '--select', 'groupId,memberId', '--no-trailer']
  const none = await desk.run(piped, { stdin: '' })
  t.match(none, { status: 5, stdout: '' }, none.stderr)
  const allowed = await desk.run([...piped, '--allow-empty'], { stdin: '' })
  t.match(allowed, { status: 0, stdout: '' }, allowed.stderr)
})

t.test('what does not go together, and lists that cannot be read, are errors of one sentence', async t => {
  write('strange.csv', 'Who,When\na,b\n')
  write('some.txt', '{"id":"x"}\n')
  for (const [args, message] of [
    [
      ['users', '--ids', 'users.txt', '--filter', 'accountEnabled eq true'],
      '--ids names the objects, so --filter does not apply.',
    ],
    [
      ['memberships', '--group', 'All Company', '--filter', 'securityEnabled eq true'],
      '--group names the groups, so --filter does not apply. Leave one of them out.',
    ],
    [['skus', '--ids', 'users.txt'], '--ids is an option of `export users`'],
    [['users', '--allow-empty'], '--allow-empty accepts an empty list of --ids, which is missing.'],
    [['users', '--ids-column', 'id'], '--ids-format and --ids-column describe the list of --ids, which is missing.'],
    [
      ['users', '--ids', 'strange.csv'],
      'No column of the list names users: it has Who and When. Name the column with --ids-column.',
    ],
    [
      ['users', '--ids', 'strange.csv', '--ids-column', 'id'],
      'A row of the list has no column id: it has Who and When.',
    ],
    [
      ['users', '--ids', 'some.txt'],
      'Line 1 of some.txt is a JSON object, not a name. For JSON lines add --ids-format jsonl',
    ],
    [['users', '--ids', 'missing.txt'], 'missing.txt'],
  ] as const) {
    const { status, stderr } = await desk.run(['export', ...args, '--to', 'no.csv'])
    t.not(status, 0)
    t.match(stderr, message)
  }
  t.notOk(desk.names().includes('no.csv'))
})

t.test('an export of a list that is killed again and again gives the file of an undisturbed run', async t => {
  const all = idsOf('user').slice(0, 1_000)
  write('all.txt', all.join('\n'))
  const to = 'killed.csv'
  const args = ['export', 'users', '--ids', 'all.txt', '--select', 'id,mail', '--checkpoint-rows', '300', '--to', to]
  const { status, stderr } = await desk.run(args)
  t.equal(status, 0, stderr)
  const whole = desk.bytes(to)
  const rows = cellsOf(whole.toString()).slice(1)
  t.ok(rows.map(([id]) => id).join() === all.join(), 'the order of the list')
  t.ok((await killOften(t, { desk, args, to, wanted: whole, next: random(to), kills: 2 })) >= 2)
})
