import { readdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { duck } from '../formats/parquet/duck.ts'
import { holdAfter } from '../programs/standing.ts'
import { presentOf, replay, type Cells } from '../sources/replay.ts'
import { cellsOf, openBed, rowsOf, type Desk } from './bed.ts'

const bed = await openBed(t, { users: 600, knobs: { deltaPageSize: 7 } })
const { directory } = bed
const whole = { order: 'default', view: 'direct' } as const
const idsOf = (kind: 'user'): readonly string[] => directory.collection(kind).slice(whole, 100_000, ['id']).ids
const present = () => presentOf(directory, 'user', names)

const day = 24 * 60 * 60 * 1000
const names = ['id', 'displayName', 'department', 'accountEnabled']
const exportTo = (desk: Desk, to: string, ...more: readonly string[]) =>
  desk.run(['export', 'users', '--delta', '--select', names.join(','), '--to', to, ...more])
const update = (id: string, department: string) => ({ do: 'update', kind: 'user', id, values: { department } }) as const

t.test('after its link has expired, a delta reads everything and still tells what is gone', async t => {
  const desk = bed.desk()
  const ids = idsOf('user')
  await exportTo(desk, '1.jsonl')
  let table = replay(new Map(), rowsOf<Cells>(desk.read('1.jsonl')))
  await bed.mutate(update(ids[5]!, 'Before'), { do: 'delete', kind: 'user', id: ids[6]! })
  bed.forward(8 * day)
  await bed.mutate(update(ids[7]!, 'After'), { do: 'delete', kind: 'user', id: ids[8]! })
  const { status, stderr } = await exportTo(desk, '2.jsonl')
  t.equal(status, 0, stderr)
  t.match(stderr, /Graph no longer knows the earlier changes of users, so everything is read/)
  const rows = rowsOf<Cells>(desk.read('2.jsonl'))
  t.strictSame(
    rows.filter(({ removed }) => removed !== null),
    [ids[6], ids[8]].toSorted().map(id => ({
      ...{ id, displayName: null, department: null, accountEnabled: null },
      removed: 'absent',
    })),
  )
  t.match(desk.manifest('2.jsonl'), {
    completeness: 'complete',
    counts: { before: rows.length - 2, after: rows.length - 2, read: rows.length, written: rows.length },
    delta: { kind: 'full', after: desk.manifest('1.jsonl').run, removed: 2 },
  })
  table = replay(table, rows)
  t.strictSame(table, present())

  await bed.mutate(update(ids[9]!, 'Later'))
  await exportTo(desk, '3.jsonl')
  t.match(desk.manifest('3.jsonl'), { completeness: 'complete', delta: { kind: 'changes', updated: 1, created: 0 } })
  t.strictSame(replay(table, rowsOf<Cells>(desk.read('3.jsonl'))), present())
  t.equal((await desk.run(['verify', '2.jsonl', '3.jsonl'])).status, 0)
})

t.test('a link that is about to expire is reported', async t => {
  const desk = bed.desk()
  await exportTo(desk, '1.jsonl')
  const lasting = desk.path(`store/lasting/${bed.sandbox.tenantId}`)
  const memory = new DatabaseSync(`${lasting}/${readdirSync(lasting).find(name => name.endsWith('.sqlite'))}`)
  memory.prepare('update state set since = since - ?').run(6 * day)
  memory.close()
  const { stderr } = await exportTo(desk, '2.jsonl')
  // Before the first row.
  t.match(stderr.split('\n')[0], /The last run was 6 days ago\. Graph keeps the changes for 7 days/)
  t.notMatch((await exportTo(desk, '3.jsonl')).stderr, /days ago/)
})

t.test(
  'CSV, Parquet and part files have the same changes, whose other columns are null when an object is removed',
  async t => {
    const formats = { csv: '.csv', parquet: '.parquet', parts: '/' } as const
    const desk = bed.desk()
    const flags = (format: string) => ['--delta-name', format, ...(format === 'parts' ? ['--format', 'parquet'] : [])]
    const ids = idsOf('user')
    for (const [format, end] of Object.entries(formats)) await exportTo(desk, `1${end}`, ...flags(format))
    await bed.mutate(update(ids[10]!, 'One'), { do: 'delete', kind: 'user', id: ids[11]! })
    for (const [format, end] of Object.entries(formats)) {
      const { status, stderr } = await exportTo(desk, `2${end}`, ...flags(format))
      t.equal(status, 0, stderr)
    }
    t.strictSame(
      cellsOf(desk.read('2.csv')).toSorted().toReversed().slice(1),
      [
        [ids[10], String(present().get(ids[10]!)!['displayName']), 'One', 'true', ''],
        [ids[11], '', '', '', 'changed'],
      ]
        .toSorted()
        .toReversed(),
    )
    const replayed = (first: string, second: string): string => `
    create table users as select * exclude (removed) from read_parquet('${first}');
    begin;
    create temp table changes as from read_parquet('${second}');
    delete from users where id in (select id from changes);
    insert into users by name select * exclude (removed) from changes where removed is null;
    drop table changes;
    commit;
    select * from users order by id`
    const wanted = [...present().values()].toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
    t.strictSame(await duck(replayed(desk.path('1.parquet'), desk.path('2.parquet'))), wanted)
    t.strictSame(await duck(replayed(desk.path('1/*.parquet'), desk.path('2/*.parquet'))), wanted)
  },
)

t.test('changes do not replace the load that they continue', async t => {
  const desk = bed.desk()
  for (const [to, ...more] of [['1.jsonl'], ['lake/', '--format', 'parquet', '--delta-name', 'lake']] as const) {
    await exportTo(desk, to, ...more)
    const again = await exportTo(desk, to, ...more)
    t.equal(again.status, 2, again.stderr)
    t.match(
      again.stderr,
      /^entrapipe: (?:1\.jsonl|lake\/part-\S+) is of the load that these changes continue, and they would replace it\. Write the changes to another file or folder/m,
    )
  }
  t.equal((await exportTo(desk, '2.jsonl')).status, 0)
})

t.test('deltas with names of their own each get all changes', async t => {
  const desk = bed.desk()
  const [id = ''] = idsOf('user')
  for (const name of ['a', 'b']) await exportTo(desk, `${name}-1.jsonl`, '--delta-name', name)
  await bed.mutate(update(id, 'Twice'))
  for (const name of ['a', 'b']) {
    await exportTo(desk, `${name}-2.jsonl`, '--delta-name', name)
    t.match(rowsOf(desk.read(`${name}-2.jsonl`)), [{ id, department: 'Twice' }], name)
  }
  const { stdout } = await desk.run(['runs', 'forget'])
  t.match(stdout, /delta-users-a-[0-9a-f]{8} {2}tenant/)
  const [file = ''] = /delta-users-a-\w+/.exec(stdout) ?? []
  t.equal((await desk.run(['runs', 'forget', file, '--yes'])).status, 0)
  await exportTo(desk, 'a-3.jsonl', '--delta-name', 'a')
  t.match(desk.manifest('a-3.jsonl'), { delta: { kind: 'full', removed: 0 } })
})

t.test('a delta of a few objects, named by id, has only their changes', async t => {
  const desk = bed.desk()
  const [one = '', two = '', other = ''] = idsOf('user').slice(20)
  const filter = `id in ('${one}', '${two}')`
  const load = async (to: string) => {
    const { status, stderr } = await exportTo(desk, to, '--filter', filter)
    t.equal(status, 0, stderr)
    return rowsOf(desk.read(to)).map(({ id, removed }) => [id, removed])
  }
  t.strictSame(
    (await load('1.jsonl')).toSorted(),
    [
      [one, null],
      [two, null],
    ].toSorted(),
  )
  await bed.mutate(update(one, 'Named'), update(other, 'Not named'), { do: 'delete', kind: 'user', id: two })
  t.strictSame(
    (await load('2.jsonl')).toSorted(),
    [
      [one, null],
      [two, 'changed'],
    ].toSorted(),
  )
  t.match(desk.manifest('2.jsonl'), { completeness: 'complete', delta: { updated: 1, removed: 1 } })
})

t.test('of two runs of one delta at the same time, the later one to end publishes nothing', async t => {
  const desk = bed.desk()
  const [id = ''] = idsOf('user')
  await exportTo(desk, '1.csv')
  await bed.mutate(update(id, 'Once'))
  const { reached, letGo } = holdAfter(bed, '/users/$count', 1)
  const slow = exportTo(desk, 'slow.csv')
  await reached
  bed.before()
  await exportTo(desk, 'fast.csv')
  letGo()
  t.match(await slow, { status: 75, stderr: /Another run has exported these changes of users meanwhile/ })
  t.notOk(desk.names().includes('slow.csv'))
  await bed.mutate(update(id, 'Twice'))
  await exportTo(desk, 'slow.csv')
  t.equal(cellsOf(desk.read('slow.csv')).length, 2)
})

t.test('a row that fails is among the changes again', async t => {
  const desk = bed.desk()
  const [first = '', second = ''] = idsOf('user')
  await exportTo(desk, '1.csv')
  await bed.mutate(update(first, 'Fine'), update(second, 'Bad\u0000'))
  const failed = await exportTo(desk, '2.csv')
  t.match(failed.stderr, /Rows failed, so the next run reports the same changes again/)
  await bed.mutate(update(second, 'Good'))
  await exportTo(desk, '3.csv')
  t.strictSame(
    cellsOf(desk.read('3.csv'))
      .slice(1)
      .map(([id]) => id)
      .toSorted(),
    [first, second].toSorted(),
  )
})

for (const [args, message] of [
  [['users', '--to', '-'], /--delta needs a file or a folder/],
  [
    ['users', '--filter', 'accountEnabled eq true'],
    /up to 15 that --filter names by id, so other filters do not apply/,
  ],
  [['users', '--search', '"displayName:a"'], /so --search does not apply/],
  [['users', '--orderby', 'displayName'], /so --orderby does not apply/],
  [['users', '--expand', 'manager'], /so --expand does not apply/],
  [['users', '--ids', 'ids.txt'], /so --ids does not apply/],
  [['users', '--ids-format', 'csv'], /so --ids-format does not apply/],
  [['users', '--allow-empty'], /so --allow-empty does not apply/],
  [['memberships', '--of', 'applications'], /so --of does not apply/],
  [['users', '/groups'], /A path can only be used with `export graph`, not with users/],
  [['users', '--limit', '5'], /so --limit does not apply/],
  [['users', '--preset', 'portal-users'], /so --preset does not apply/],
  [['users', '--select', 'id,signInActivity'], /Graph does not report changes of signInActivity of users/],
  [['users', '--select', 'id,manager'], /A delta of users has no related objects, such as manager/],
  [['users', '--select', 'id,dispalyName'], /dispalyName/],
  [['users', '--delta-name', 'Lake'], /Expected --delta-name to be lower-case letters, digits and hyphens/],
  [['skus'], /--delta is an option of `export users`, .*, not of skus/],
] as const)
  t.test(`export ${args.join(' ')} --delta is refused before anything is read`, async t => {
    const desk = bed.desk()
    const to = args.includes('--to' as never) ? [] : ['--to', 'out.csv']
    const { status, stderr } = await desk.run(['export', ...args, ...to, '--delta'])
    t.equal(status, 2, stderr)
    t.match(stderr, message)
    t.strictSame(desk.names(), [])
  })

t.test('the command that a delta suggests exports what has changed since', async t => {
  const desk = bed.desk()
  const asked = [
    'export',
    'users',
    '--delta',
    '--delta-name',
    'mine',
    '--select',
    'id,displayName',
    '--to',
    'my users.csv',
  ]
  const first = await desk.run(asked)
  t.equal(first.status, 0, first.stderr)
  t.notMatch(first.stderr, '--filter')
  const [, words = ''] = /or, once something has changed: (?:npx )?entrapipe (.*)$/m.exec(first.stderr)!
  t.match(words, /^export users --tenant bed .*--to 'my users-next\.csv'/)
  const next = [...words.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
  const again = await desk.run(next)
  t.equal(again.status, 0, again.stderr)
  t.match(desk.manifest('my users-next.csv'), { delta: { kind: 'changes' } })
})
