import t from 'tap'
import { commandBed } from '../command-bed.ts'

const bed = await commandBed(t)
const run = (argv: readonly string[], how: Parameters<typeof bed.runWith>[0] = {}) => bed.runWith(how, ...argv)
const find = (text: string, ...more: readonly string[]) => ['users', 'find', text, '--tenant', 'sandbox', ...more]
type User = Readonly<Record<'id' | 'userPrincipalName' | 'displayName' | 'mail', string>>
const usersOf = async (text: string, ...more: readonly string[]) => {
  const { status, stdout, stderr } = await run([...find(text, ...more), '--json'])
  t.equal(status, 0, stderr)
  return JSON.parse(stdout) as { readonly users: readonly User[]; readonly hasMore: boolean }
}
await run(['export', 'users', '--tenant', 'sandbox', '--select', 'id,userPrincipalName,displayName,mail', '--to', 'all.jsonl']) // prettier-ignore
const all = bed
  .textOf('all.jsonl')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as User)
const some = all.find(({ displayName, mail }) => / \w{4}/.test(displayName) && mail !== null)!

t.test('users are found by words of the name, by addresses and by the id', async t => {
  const [first = '', last = ''] = some.displayName.split(' ')
  for (const text of [some.id, some.userPrincipalName, some.mail, first, last, some.displayName, last.toUpperCase()]) {
    const { users } = await usersOf(text, '--limit', '900')
    t.ok(users.some(({ id }) => id === some.id), text) // prettier-ignore
  }
  const { users, hasMore } = await usersOf(last, '--limit', '900')
  t.notOk(hasMore)
  t.strictSame(users.find(({ id }) => id === some.id), { id: some.id, userPrincipalName: some.userPrincipalName, displayName: some.displayName, mail: some.mail }) // prettier-ignore
  const begins = (text: string | null): boolean => (text ?? '').toLowerCase().startsWith(last.toLowerCase())
  const expected = all.filter(
    ({ displayName, mail, userPrincipalName }) =>
      displayName.split(/[ -]/).some(begins) || [displayName, mail, userPrincipalName].some(begins),
  )
  t.strictSame(users.map(({ id }) => id).toSorted(), expected.map(({ id }) => id).toSorted())
})

t.test(
  'without a terminal the users are rows that a command reads, and a limit that leaves some out is reported',
  async t => {
    const { users, hasMore } = await usersOf('a', '--limit', '3')
    t.equal(users.length, 3)
    t.ok(hasMore)
    const { status, stdout, stderr } = await run(find('a', '--limit', '3'))
    t.equal(status, 0, stderr)
    t.match(stderr, 'More users than these 3 match. Write more of the name, or raise --limit.')
    const lines = stdout.trim().split('\n').map(line => JSON.parse(line) as object) // prettier-ignore
    t.strictSame(lines.slice(0, -1), users)
    t.match(lines.at(-1), { $end: { rows: 3, complete: true, limit: 3 } })
    bed.write('found.jsonl', stdout)
    const next = await run(['users', 'disable', '--tenant', 'sandbox', '--from', 'found.jsonl', '--dry-run'])
    t.equal(next.status, 5, next.stderr)
    t.match(next.stderr, /was limited to 3 rows/)
  },
)

t.test('at a terminal the ids of the chosen users are rows that a command reads', async t => {
  const { users } = await usersOf('a', '--limit', '5')
  const { status, stdout, stderr } = await run(find('a', '--limit', '5'), { answers: [[/Which of these 5 users/, '4,1-2\r']] }) // prettier-ignore
  t.equal(status, 0, stderr)
  t.match(stderr, users[0]!.userPrincipalName)
  const lines = stdout.trim().split('\n').map(line => JSON.parse(line) as object) // prettier-ignore
  t.strictSame(lines.slice(0, -1), [0, 1, 3].map(at => ({ id: users[at]!.id }))) // prettier-ignore
  bed.write('chosen.jsonl', stdout)
  const next = await run(['users', 'revoke-sessions', '--tenant', 'sandbox', '--from', 'chosen.jsonl', '--dry-run'])
  t.equal(next.status, 0, next.stderr)
  t.notMatch(next.stderr, 'not complete')
  const none = await run(find('a', '--limit', '5'), { answers: [[/Which of these 5 users/, 'none\r']] })
  t.equal(none.status, 0, none.stderr)
  t.match(JSON.parse(none.stdout), { $end: { rows: 0, complete: true } })
})

t.test('a text that nobody matches, quotes and blanks do no harm', async t => {
  for (const text of ["xo'neil\\", 'x"quoted" & more', 'x'.repeat(60)]) {
    const { status, stdout, stderr } = await run(find(text))
    t.equal(status, 0, stderr)
    t.match(JSON.parse(stdout), { $end: { rows: 0, complete: true } })
    t.match(stderr, 'No user matches')
    t.strictSame(JSON.parse((await run([...find(text), '--json'])).stdout), { users: [], hasMore: false })
    bed.write('nobody.jsonl', stdout)
    const next = await run(['users', 'disable', '--tenant', 'sandbox', '--from', 'nobody.jsonl', '--yes'])
    t.equal(next.status, 0, next.stderr)
  }
  const blank = await run(find('  '))
  t.equal(blank.status, 2)
  t.match(blank.stderr, 'The value of <text> is empty')
})
