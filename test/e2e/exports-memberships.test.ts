import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import type { Reference } from '../../src/sandbox/directory/types.ts'
import { killOften } from '../programs/killed-command.ts'
import { random } from '../programs/random.ts'
import { cellsOf, openBed, rowsOf, tenantOf } from './bed.ts'

const bed = await openBed(t, { users: 2_000 })
const { directory } = bed
const desk = bed.desk()
const groups = directory.collection('group')
const groupIds = (): readonly string[] => groups.slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
const named = (id: string): string => String(groups.get(id)!['displayName'])
const shown = (all: Iterable<Reference>): readonly Reference[] =>
  [...all].filter(({ kind }) => kind !== 'servicePrincipal')
const direct = (id: string): readonly Reference[] => shown(directory.related('group', id, 'members', 99_999).references)
/** The pairs of a group and a member, as the directory has them. */
const pairs = (ids: readonly string[], membersOf = direct): readonly string[] =>
  ids.flatMap(id => membersOf(id).map(member => `${id} ${named(id)} ${member.id} ${member.kind}`)).toSorted()
const pairsIn = (rows: readonly (readonly unknown[])[]): readonly string[] =>
  rows.map(cells => cells.slice(0, 4).map(String).join(' ')).toSorted()
const exported = async (...args: readonly string[]): Promise<readonly string[]> => {
  const { status, stdout, stderr } = await desk.run(['export', 'memberships', ...args, '--quiet'])
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`)
  return pairsIn(rowsOf(stdout).map(row => Object.values(row)))
}

t.test('the memberships of all groups are those of the directory, with 20 groups to a request', async t => {
  await bed.counters()
  const { status, stderr } = await desk.run(['export', 'memberships', '--to', 'all.csv'])
  t.equal(status, 0, stderr)
  const [header, ...rows] = cellsOf(desk.read('all.csv'))
  t.strictSame(header, ['groupId', 'groupName', 'memberId', 'memberType', 'displayName', 'userPrincipalName'])
  t.strictSame(pairsIn(rows), pairs(groupIds()))
  const many = groupIds().length
  const why = `Graph has no count of all members to compare with; the members of ${many} groups were read, each to the end of its list`
  t.match(desk.manifest('all.csv'), { completeness: 'unverified', why, counts: { read: rows.length, repeated: 0 } })
  t.match(stderr, why)
  // A list that goes on after its first reply is counted, since it might be huge.
  const trips = Math.ceil(many / 20)
  const withLong = Array.from({ length: trips }, (_, at) => groupIds().slice(20 * at, 20 * at + 20)) //
    .filter(ids => ids.some(id => direct(id).length > 200)).length
  t.ok(withLong > 0)
  t.strictSame((await bed.counters())['POST /$batch'], { 200: trips + withLong })
})

t.test('the groups can be those of a filter or named ones, and members transitive ones', async t => {
  const security = groupIds().filter(id => groups.get(id)!['securityEnabled'] === true)
  t.ok(security.length > 0 && security.length < groupIds().length)
  t.strictSame(await exported('--filter', 'securityEnabled eq true'), pairs(security))
  const nest = groupIds().find(id => direct(id).some(({ kind }) => kind === 'group'))!
  const other = groupIds().find(id => id !== nest && direct(id).length > 0)!
  const transitive = pairs([nest, other], id => shown(directory.transitiveMembers(id)))
  t.strictSame(await exported('--group', nest, '--group', other, '--group', nest, '--transitive'), transitive)
  t.ok(transitive.length > pairs([nest, other]).length)
})

t.test('selected columns follow those of the pair, unless the pair is selected, too', async t => {
  const [group] = groupIds()
  const headerOf = async (...args: readonly string[]) => {
    const { status, stderr } = await desk.run(['export', 'memberships', '--group', group!, ...args, '--to', 'cut.csv'])
    t.equal(status, 0, stderr)
    return desk.read('cut.csv').split('\n')[0]
  }
  const pair = 'groupId,groupName,memberId,memberType'
  t.equal(await headerOf('--select', 'mail,department'), `${pair},mail,department`)
  t.equal(await headerOf('--select', '+mail'), `${pair},displayName,userPrincipalName,mail`)
  t.equal(await headerOf('--select', 'memberId,groupId'), 'memberId,groupId')
  t.equal(await headerOf('--select', 'groupName,mail'), 'groupId,memberId,groupName,mail')
  for (const [args, message] of [
    [['--preset', 'all'], '--preset does not apply to memberships.'],
    [['--search', '"displayName:a"'], '--search does not apply to memberships.'],
    [['--select', 'userPrincipleName'], "'userPrincipleName' is not a property of user."],
    [['--group', 'Nobody Here'], 'Tenant bed has no group named "Nobody Here".'],
  ] as const) {
    const { status, stderr } = await desk.run(['export', 'memberships', ...args])
    t.equal(status, 2)
    t.match(stderr, message)
  }
})

t.test('throttled entries of a batch, lost replies and an expired token change nothing', async t => {
  await bed.faults(
    { match: 'GET /groups/*/members', fault: '429', every: 7, retryAfter: 0.05 },
    { match: 'GET /groups/*/members', fault: 'missingEntry', every: 23 },
    { match: 'POST /$batch', fault: 'reset', nth: 3 },
  )
  let batches = 0
  bed.before(({ path }) => {
    if (/\/members$/.test(path) && ++batches === 60) bed.forward(3_600_000)
    return undefined
  })
  t.strictSame(await exported(), pairs(groupIds()))
  bed.before()
  await bed.faults()
})

t.test('a group that is deleted meanwhile is reported, and the others are complete', async t => {
  const gone = groupIds().find(id => direct(id).length > 0)!
  bed.before(async ({ path }) => {
    if (!path.startsWith(`/groups/${gone}`)) return undefined
    return { status: 404, headers: {}, body: '{"error":{"code":"Request_ResourceNotFound","message":"Gone."}}' }
  })
  const { status, stderr } = await desk.run(['export', 'memberships', '--to', 'gone.csv'])
  bed.before()
  t.equal(status, 0, stderr)
  t.strictSame(pairsIn(cellsOf(desk.read('gone.csv')).slice(1)), pairs(groupIds().filter(id => id !== gone)))
  t.match(stderr, `"${named(gone)}" of the groups was deleted before the members were read`)
})

t.test('what the token may not see is named: hidden memberships, and types of members', async t => {
  const hidden = groupIds().filter(id => groups.get(id)!['visibility'] === 'HiddenMembership')
  t.ok(hidden.length > 1)
  const reader = await bed.app('reader')
  const limited = bed.desk()
  writeFileSync(limited.path('secret'), reader.secrets[0]!.value, { mode: 0o600 })
  writeFileSync(
    limited.path('entrapipe.config.json'),
    JSON.stringify({ tenants: { bed: tenantOf(bed.sandbox, limited.path('secret'), reader.appId) } }),
  )
  const { status, stderr } = await limited.run(['export', 'memberships', '--to', 'seen.csv'])
  t.equal(status, 0, stderr)
  for (const id of hidden) t.match(stderr, `"${named(id)}"`)
  t.match(stderr, /permission: the membership of .+ is hidden, and Member\.Read\.Hidden is missing/)
  const rows = cellsOf(limited.read('seen.csv')).slice(1)
  t.strictSame(pairsIn(rows), pairs(groupIds().filter(id => !hidden.includes(id))))
  const devices = rows.filter(([, , , type]) => type === 'device')
  t.strictSame(
    devices.filter(([, , , , displayName]) => displayName !== ''),
    [],
  )
  if (devices.length > 0) t.match(stderr, /permission: Graph returned only type and id of/)
})

t.test('an export that is killed again and again gives the file of an undisturbed run', async t => {
  const to = 'killed.csv'
  const args = ['export', 'memberships', '--page-size', '120', '--checkpoint-rows', '500', '--to', to]
  const { status, stderr } = await desk.run(args)
  t.equal(status, 0, stderr)
  const wanted = readFileSync(desk.path(to))
  const killings = { desk, args, to, wanted, next: random(to), kills: 3, completeness: 'unverified' as const }
  t.ok((await killOften(t, killings)) >= 3)
  t.match(desk.manifest(to), { counts: { repeated: 0 } })
})
