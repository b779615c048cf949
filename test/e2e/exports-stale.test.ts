import t from 'tap'
import { cellsOf, openBed } from './bed.ts'

const bed = await openBed(t, { users: 1_200 })
const desk = bed.desk()
const users = bed.directory.collection('user')
const ids = users.slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
const dayMs = 86_400_000
const stale = ['export', 'users', '--preset', 'stale-users']

/** The users who are stale, by what the directory has. */
const expected = (days: number, guests = false): readonly string[] =>
  ids.filter(id => {
    const user = users.get(id)!
    const activity = user['signInActivity'] as Record<string, string> | null
    const dates = [activity?.['lastSuccessfulSignInDateTime'], user['createdDateTime']]
    const isLate = dates.some(date => typeof date === 'string' && Date.parse(date) >= Date.now() - days * dayMs)
    return !isLate && (!guests || user['userType'] === 'Guest')
  })
/** Half of the sign-ins are older than this. */
const middle = Math.floor(
  (Date.now() -
    ids
      .map(id => (users.get(id)!['signInActivity'] as Record<string, string> | null)?.['lastSuccessfulSignInDateTime'])
      .flatMap(date => (date ? [Date.parse(date)] : []))
      .toSorted((a, b) => a - b)
      .at(500)!) /
    dayMs,
)

t.test('the export has the users who are stale, with the columns of the preset and the reason', async t => {
  const { status, stderr } = await desk.run([...stale, '--days', String(middle), '--to', 'stale.csv'])
  t.equal(status, 0, stderr)
  const [header, ...rows] = cellsOf(desk.read('stale.csv'))
  t.equal(header!.at(-1), 'reason')
  t.strictSame(rows.map(([id]) => id).toSorted(), expected(middle).toSorted()) // prettier-ignore
  t.ok(rows.length > 100 && rows.length < ids.length - 100, `${rows.length} of ${ids.length}`)
  t.match(stderr, 'Stale users are older than')
  const { counts, completeness, notes } = desk.manifest('stale.csv')
  t.match({ counts, completeness }, { counts: { read: ids.length, written: rows.length, dropped: ids.length - rows.length }, completeness: 'complete' }) // prettier-ignore
  t.match(notes![0], 'never signed in')
})

t.test('a filter reads fewer users, columns can be added and renamed, and a list names them', async t => {
  const more = ['--select', '+department', '--rename', 'reason=Why', '--filter', "userType eq 'Guest'"]
  const { status, stderr } = await desk.run([...stale, '--days', String(middle), ...more, '--to', 'guests.csv'])
  t.equal(status, 0, stderr)
  const [header, ...rows] = cellsOf(desk.read('guests.csv'))
  t.strictSame(header!.slice(-2), ['Why', 'department'])
  t.strictSame(rows.map(([id]) => id).toSorted(), expected(middle, true).toSorted()) // prettier-ignore
  const listed = await desk.run([...stale, '--days', String(middle), '--ids', '-'], {
    stdin: `${ids.slice(0, 20).join('\n')}\n`,
  })
  t.equal(listed.status, 0, listed.stderr)
  const found = listed.stdout.trim().split('\n').map(line => JSON.parse(line) as { id?: string }) // prettier-ignore
  t.strictSame(
    found.flatMap(({ id }) => id ?? []),
    ids.slice(0, 20).filter(id => expected(middle).includes(id)),
  )
})

t.test('a report warns of sign-ins that were read with an advanced query', async t => {
  const told = /Graph has been seen to leave signInActivity empty/
  const one = ['export', 'users', '--select', 'id,signInActivity', '--limit', '1', '--filter']
  for (const [filter, expected] of [
    ["userType eq 'Guest'", false],
    ["department ne 'Sales'", true],
  ] as const) {
    const { status, stderr } = await desk.run([...one, filter])
    t.equal(status, 0, stderr)
    t.equal(told.test(stderr), expected, filter)
  }
})

t.test('a file of the preset is compared with the directory by the properties in it', async t => {
  const diff = ['diff', 'stale.csv', '--with', 'users', '--key', 'id', '--ignore', 'reason', '--to', 'diff.jsonl']
  const { status, stderr } = await desk.run(diff)
  t.equal(status, 0, stderr)
  const changes = desk.read('diff.jsonl').trim().split('\n').map(line => (JSON.parse(line) as { change: string }).change) // prettier-ignore
  t.equal(changes.length, ids.length - expected(middle).length)
  t.ok(changes.every(change => change === 'added'))
})

t.test('wrong uses are refused, each with what to do', async t => {
  for (const [args, says] of [
    [['export', 'users', '--days', '30'], '--days is an option of `export users --preset stale-users`. Leave it out.'],
    [['export', 'groups', '--preset', 'stale-users'], 'Preset stale-users is for users, not for groups.'],
    [[...stale, '--limit', '5'], '--limit counts the users that are read, not those that are stale.'],
    [[...stale, '--days', '0'], '--days'],
    [[...stale, '--days', 'many'], '--days'],
    [[...stale, '--days', '9000'], 'since Graph records successful sign-ins since 2023-12-01, got 9000'],
    [[...stale, '--days', '30', '--days', '60'], '--days'],
    [[...stale, '--preset', 'stale-user'], '--preset'],
    [['export', 'users', '--preset', 'stale-user'], 'Did you mean stale-users?'],
  ] as const) {
    const { status, stderr, stdout } = await desk.run([...args])
    t.equal(status, 2, args.join(' '))
    t.match(stderr, says)
    t.equal(stdout, '')
  }
})

t.test('a refusal for lack of a licence names the licence', async t => {
  const error = { code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', message: "Neither tenant is B2C or tenant doesn't have premium license" } // prettier-ignore
  bed.before(({ path, query }) =>
    path === '/users' && query.includes('signInActivity')
      ? { status: 403, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error }) }
      : undefined,
  )
  const { status, stderr } = await desk.run([...stale, '--to', 'none.csv'])
  bed.before()
  t.ok(status !== 0)
  t.match(stderr, 'only if the tenant has a licence of Microsoft Entra ID P1 or P2')
})
