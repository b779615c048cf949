import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { feed, hrDesk, mapping, people, type Person } from './hr-desk.ts'

const [ann, bob, cleo, other] = people as readonly [Person, Person, Person, Person]

/** Bob is new in Sales, and Cleo has left. */
const stopped = [ann, { ...bob, dept: 'Sales' }, { ...cleo, status: 'T' }, other]
/** Both were mistakes. */
const next = [{ ...ann, title: 'Clerk' }, bob, cleo, other]

const idOf = ({ stderr }: { readonly stderr: string }): string => /run (\d{8}-\d{6}-[0-9a-f]+)/.exec(stderr)![1]!

for (const how of ['superseded', 'discarded'] as const)
  t.test(
    `what a run gave and took that is ${how} is known to the next feed, which takes and gives it back`,
    async t => {
      const { send, run, write, accounts, members } = await hrDesk(t)
      await send()
      const team = () => members('Sales Team')
      const before = await team()
      write('feed.csv', feed(stopped))
      const first = await send('--limit', '3')
      t.equal((await team()).length, before.length + 1)
      if (how === 'discarded') t.equal((await run('runs', 'discard', idOf(first))).status, 0)
      write('feed.csv', feed(next))
      const second = await send()
      t.equal(second.status, 0, second.stderr)
      t.strictSame(await team(), before)
      t.match(
        (await accounts()).map(({ accountEnabled, department }) => [accountEnabled, department]),
        next.map(({ dept = 'Sales' }) => [true, dept]),
      )
      t.match(await run('runs', 'resume', idOf(first)), { status: 2 })
    },
  )

t.test('rows of a feed that failed are retried, and the next feed knows what the retry did', async t => {
  const { folder, send, run, write, textOf, accounts, writes, members } = await hrDesk(t)
  await send()
  const config = textOf('entrapipe.config.json')
  const { tenants } = JSON.parse(config) as { readonly tenants: { readonly contoso: object } }
  const contoso = { ...tenants.contoso, protect: { users: ['cleo.fox@contoso.com'], groups: ['Sales Team'] } }
  write('entrapipe.config.json', JSON.stringify({ tenants: { contoso } }))
  const before = await members('Sales Team')
  write('feed.csv', feed([ann, { ...bob, dept: 'Sales' }, { ...cleo, status: 'T' }, other]))
  const failed = await send()
  t.match([failed.status, failed.stderr], [3, /runs retry/])
  write('entrapipe.config.json', config)
  t.match(await run('runs', 'retry', idOf(failed), '--yes'), { status: 0, stderr: /2 done/ })
  t.equal((await members('Sales Team')).length, before.length + 1)
  t.match((await accounts())[2], { accountEnabled: false })
  await writes()
  t.match(await send(), { status: 0, stderr: /unchanged +4/ })
  t.strictSame(await writes(), {})
  write('feed.csv', feed([{ ...ann, title: 'Clerk' }, bob, cleo, other]))
  t.equal((await send()).status, 0)
  t.match((await accounts())[2], { accountEnabled: true })
  t.strictSame(await members('Sales Team'), before)
  t.match(await run('runs', 'retry', idOf(failed)), { status: 2, stderr: /supersedes it/ })
  const left = readdirSync(join(folder, 'store', 'runs'), { recursive: true })
  t.strictSame(
    left.filter(path => String(path).endsWith('_databases')),
    [],
  )
})

t.test('what an undo takes back is given again by the same feed', async t => {
  const { send, run, write, accounts, members } = await hrDesk(t)
  const board = people.map(person => ({ ...person, dept: 'Board' }))
  write('feed.csv', feed(board))
  await send()
  const before = await members('Sales Team')
  write('feed.csv', feed(board.map(person => ({ ...person, ...(person.no === '1' && { dept: 'Sales' }) }))))
  const sent = await send()
  t.equal((await members('Sales Team')).length, before.length + 1, sent.stderr)
  t.match(await run('runs', 'undo', idOf(sent), '--yes'), { status: 0 })
  t.strictSame([await members('Sales Team'), (await accounts())[0]!['department']], [before, 'Board'])
  t.equal((await send()).status, 0)
  t.equal((await members('Sales Team')).length, before.length + 1)
  t.equal((await accounts())[0]!['department'], 'Sales')
})

t.test(
  'a leaver whom a superseded run disabled has the sessions revoked, and leaves the groups of the feed',
  async t => {
    const { send, write, writes, members } = await hrDesk(t)
    write('hr.ts', mapping.replace('  account: {', "  leavers: { groups: 'given' },\n  account: {"))
    await send()
    const before = await members('Sales Team')
    const gone = people.map(person => ({ ...person, ...(person.no === '3' && { status: 'T' }) }))
    write('feed.csv', feed(gone))
    await send('--limit', '1')
    await writes()
    write('feed.csv', feed(gone.map(person => ({ ...person, ...(person.no === '1' && { title: 'Cook' }) }))))
    const next = await send()
    t.match([next.status, next.stderr], [0, /leavers +1/])
    t.match(await writes(), { 'POST /users/{id}/revokeSignInSessions': 1 })
    t.equal((await members('Sales Team')).length, before.length - 1)
    t.match(await send(), { status: 0, stderr: /unchanged +4/ })
    t.strictSame(await writes(), {})
  },
)
