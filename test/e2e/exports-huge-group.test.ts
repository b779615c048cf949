import { readFileSync } from 'node:fs'
import t from 'tap'
import { killOften } from '../programs/killed-command.ts'
import { random } from '../programs/random.ts'
import { cellsOf, openBed } from './bed.ts'

const bed = await openBed(t, { users: 25_000 })
const { directory } = bed
const desk = bed.desk()
const groups = directory.collection('group')
const groupIds = groups.slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
const huge = groupIds.find(id => groups.get(id)!['displayName'] === 'All Company')!
const idsOf = (group: string): readonly string[] =>
  directory
    .related('group', group, 'members', 99_999)
    .references.filter(({ kind }) => kind !== 'servicePrincipal')
    .map(({ id }) => id)
const size = idsOf(huge).length
const columns = ['--select', 'id,userPrincipalName,@odata.type']
const rowsIn = (name: string): readonly (readonly string[])[] => cellsOf(desk.read(name)).slice(1)
const exported = async (...args: readonly string[]): Promise<string> => {
  const { status, stderr } = await desk.run(['export', ...args, '--to', 'x.csv', '--fresh'])
  t.equal(status, 0, stderr)
  return stderr
}
/** Requests for members by the beginning of their names. */
const divided = async (): Promise<number> =>
  (await bed.counters())[`GET /groups/{id}/members/microsoft.graph.user`]?.['200'] ?? 0

t.test('a group of 20,000 members or more is read in parts, each member once', async t => {
  t.ok(size > 20_000)
  for (const how of [[], ['--transitive']]) {
    await exported('members', '--group', huge, ...columns, ...how)
    t.strictSame(rowsIn('x.csv').map(([id]) => id).toSorted(), idsOf(huge).toSorted()) // prettier-ignore
    t.ok(rowsIn('x.csv').every(([, , type]) => type === '#microsoft.graph.user'))
    const { completeness, counts, shards, notes } = desk.manifest('x.csv')
    t.match(notes, [/^Groups with 20,000 members or more were read in parts, from an index that lags/])
    t.match({ completeness, counts }, { completeness: 'complete', counts: { read: size, repeated: 0 } })
    t.ok(shards! > 8, `${shards} shards`)
  }
})

t.test('a huge group among others, and among all memberships, is read in parts, too', async t => {
  const other = groupIds.find(id => id !== huge && idsOf(id).length > 0)!
  const pairs = [huge, other].flatMap(group => idsOf(group).map(id => `${group} ${id}`)).toSorted()
  for (const args of [
    ['members', '--group', huge, '--group', other, '--select', 'groupId,id'],
    ['memberships', '--group', huge, '--group', other, '--select', 'groupId,memberId'],
  ]) {
    await bed.counters()
    await exported(...args)
    t.ok((await divided()) > 8)
    t.strictSame(rowsIn('x.csv').map(cells => cells.slice(0, 2).join(' ')).toSorted(), pairs) // prettier-ignore
  }
  const shown = await exported('memberships')
  t.strictSame(
    rowsIn('x.csv')
      .filter(([group]) => group === huge)
      .map(([, name, id, type]) => `${name} ${id} ${type}`)
      .toSorted(),
    idsOf(huge)
      .map(id => `All Company ${id} user`)
      .toSorted(),
  )
  t.match(shown, 'the members of 500 groups were read')
  t.equal(desk.manifest('x.csv').counts.repeated, 0)
})

t.test('a limit, an order and a search are read in one piece', async t => {
  for (const [args, rows] of [
    [['--limit', '300'], 300],
    [['--orderby', 'displayName', '--limit', '40000'], size],
    [['--search', '"displayName:a"', '--limit', '10'], 10],
  ] as const) {
    await bed.counters()
    await exported('members', '--group', huge, '--select', 'id', ...args)
    t.equal(await divided(), 0)
    t.equal(rowsIn('x.csv').length, rows)
  }
  const { stderr } = await desk.run(
    'export members --group'.split(' ').concat(huge, '--orderby', 'displayName', '--to', 'x.csv', '--fresh'),
  )
  t.match(stderr, 'The listing was read in one piece, because its rows are in order.')
})

t.test('a huge group that is deleted while its parts are read is reported', async t => {
  let asked = 0
  bed.before(({ path, query }) => {
    if (!path.endsWith('/microsoft.graph.user') || !query.includes('startsWith') || ++asked < 4) return undefined
    return { status: 404, headers: {}, body: '{"error":{"code":"Request_ResourceNotFound","message":"Gone."}}' }
  })
  const stderr = await exported('memberships', '--group', huge)
  bed.before()
  t.ok(asked > 3)
  t.match(stderr, '"All Company" of the groups was deleted before the members were read')
  t.equal(desk.manifest('x.csv').completeness, 'unverified')
})

t.test('a filter is applied to each part', async t => {
  await exported('members', '--group', huge, '--select', 'displayName', '--filter', "startsWith(displayName,'M')")
  const expected = idsOf(huge).filter(id => /^m/i.test(String(directory.collection('user').get(id)!['displayName'])))
  t.equal(rowsIn('x.csv').length, expected.length)
  t.ok(rowsIn('x.csv').every(([name]) => /^m/i.test(name!)))
})

t.test('members of an export that is killed again and again are those of an undisturbed run', async t => {
  for (const args of [
    ['export', 'members', '--group', huge, ...columns],
    ['export', 'memberships', '--group', huge],
  ]) {
    const to = `${args[1]}.csv`
    const all = [...args, '--page-size', '200', '--checkpoint-rows', '500', '--to', to]
    const { status, stderr } = await desk.run(all)
    t.equal(status, 0, stderr)
    const wanted = readFileSync(desk.path(to))
    const completeness = args[1] === 'members' ? 'complete' : 'unverified'
    const killings = { desk, args: all, to, wanted, next: random(to), kills: 3, completeness, sorted: true } as const
    t.ok((await killOften(t, killings)) >= 3)
    t.match(desk.manifest(to), { counts: { repeated: 0, read: size } })
  }
})
