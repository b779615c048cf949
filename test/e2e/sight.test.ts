import { writeFileSync } from 'node:fs'
import t from 'tap'
import { openBed, tenantOf, trailerOf } from './bed.ts'

const bed = await openBed(t, { users: 400 })
const desk = bed.desk()

/** A desk whose tenant signs in as one of the sandbox's other apps. */
const deskOf = async (name: string) => {
  const { appId, secrets } = await bed.app(name)
  const own = bed.desk()
  writeFileSync(own.path('secret'), secrets.find(({ expired }) => !expired)!.value, { mode: 0o600 })
  writeFileSync(
    own.path('entrapipe.config.json'),
    JSON.stringify({ tenants: { bed: tenantOf(bed.sandbox, own.path('secret'), appId) } }),
  )
  return own
}

t.test('users of whom a sign-in may see only basic properties are unverified, for want of permission', async t => {
  const basic = await deskOf('basic')
  const all = ['export', 'users', '--select', 'id,displayName,department,city', '--to', 'users.csv'] as const
  const { status, stderr } = await basic.run([...all])
  t.equal(status, 0, stderr)
  const { completeness, why, counts } = basic.manifest('users.csv')
  t.strictSame(
    [completeness, why],
    [
      'unverified',
      'permission: User.ReadBasic.All shows only basic properties of users, so department, city are empty; User.Read.All shows all',
    ],
  )
  t.equal(counts.read, 400)
  await basic.run(['export', 'users', '--select', 'id,displayName,mail', '--to', 'basic.csv'])
  t.equal(basic.manifest('basic.csv').completeness, 'complete')
  await desk.run([...all])
  t.equal(desk.manifest('users.csv').completeness, 'complete')
})

t.test('so are those of a list, and a stream says it in its trailer', async t => {
  const basic = await deskOf('basic')
  const { stdout } = await basic.run(['export', 'users', '--select', 'id,city', '--quiet'])
  t.match(trailerOf(stdout), { rows: 400, outcome: 'unverified' })
  writeFileSync(
    basic.path('ids.txt'),
    stdout
      .split('\n')
      .slice(0, 3)
      .map(line => (JSON.parse(line) as { id: string }).id)
      .join('\n'),
  )
  await basic.run(['export', 'users', '--ids', 'ids.txt', '--select', 'id,city', '--to', 'listed.csv'])
  t.match(basic.manifest('listed.csv'), { completeness: 'unverified', why: /^permission: .+so city is empty/ })
})

t.test('hidden memberships that are empty are doubted only by a sign-in that may not see them', async t => {
  const groups = bed.directory.collection('group')
  const ids = groups.slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
  const empty = ids.find(id => groups.matches(id, group => group['visibility'] === 'HiddenMembership'))!
  const list = `/groups/${empty}/members`
  bed.before(({ path }) => {
    if (path === `${list}/$count`) return { status: 200, headers: { 'content-type': 'text/plain' }, body: '0' }
    return path.startsWith(list) ? { status: 200, headers: {}, body: '{"value":[]}' } : undefined
  })
  const args = ['export', 'members', '--group', empty, '--to', 'members.csv'] as const
  await desk.run([...args])
  t.notMatch(desk.manifest('members.csv').why ?? '', /permission/)
  const reader = await deskOf('reader')
  await reader.run([...args])
  bed.before()
  t.match(reader.manifest('members.csv'), {
    completeness: 'unverified',
    why: /^permission: the membership of .+ is hidden and no member was returned\. Member\.Read\.Hidden is missing/,
  })
})
