import t from 'tap'
import { changeDesk } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const command = ['users', 'revoke-sessions'] as const
const desk = await changeDesk(t)
const people = await desk.people('id,userPrincipalName,externalUserState')
const own = people.filter(({ externalUserState }) => externalUserState === null)
const guest = people.find(({ externalUserState }) => externalUserState !== null)!
const file = (rows: readonly (typeof own)[number][], ...more: readonly string[]) =>
  `userPrincipalName\n${[...rows.map(row => String(row['userPrincipalName'])), ...more].join('\n')}\n`

t.test('sessions are revoked, wrong rows fail, and a dry run says the same', async t => {
  const text = file([own[0]!, own[1]!, guest], 'nobody@contoso.com')
  desk.write('in.csv', text)
  const dry = await desk.run(...command, '--tenant', 'sandbox', '--from', 'in.csv', '--dry-run', '--json')
  const { summary } = summaryOf(dry)
  t.match(summary.counts, { rows: 4, pending: 2, failed: 2 })
  const { status, results } = await desk.change(command, text)
  t.equal(status, 3)
  t.match(results, [
    { outcome: 'done' },
    { outcome: 'done' },
    { outcome: 'failed', code: 'EXTERNAL_USER' },
    { outcome: 'failed', code: 'OBJECT_NOT_FOUND' },
  ])
  t.strictSame((await desk.truth('user')).map(({ id }) => id).sort(), [own[0]!['id'], own[1]!['id']].map(String).sort())
  t.strictSame(await desk.writes(), { 'POST /users/{id}/revokeSignInSessions': 2 })
})

t.test('a second run with some of the rows requires --fresh, also from another file', async t => {
  const rows = own.slice(10, 13)
  t.equal((await desk.change(command, file(rows))).status, 0)
  await desk.writes()
  desk.write('copy.csv', file(rows).replace('userPrincipalName', 'UPN'))
  const again = ['--tenant', 'sandbox', '--from', 'copy.csv'] as const
  const refused = await desk.run(...command, ...again, '--yes')
  t.match(
    [refused.status, refused.stderr],
    [5, /Run \S+ has done the same, for 3 of 3 rows, on .* Nothing was sent\. To do it again for all, add --fresh\./],
  )
  const dry = await desk.run(...command, ...again, '--dry-run')
  t.match([dry.status, dry.stderr], [5, /The run would stop: Run \S+ has done the same/])
  t.strictSame(await desk.writes(), {})
  const other = await desk.change(command, file(rows.slice(1)))
  t.match([other.status, other.stderr], [5, /2 of these 2 rows \(2, 3\) were done by run \S+, or may have been/])
  const fresh = await desk.run(...command, ...again, '--yes', '--fresh', '--json')
  t.match(summaryOf(fresh).summary.counts, { rows: 3, done: 3 })
})

t.test('a run of which nothing was done is no reason to refuse', async t => {
  const rows = own.slice(20, 22)
  const stopped = await desk.change(command, file(rows), '--limit', '1')
  t.match(stopped.results, [{ outcome: 'done' }, { outcome: 'pending' }])
  const again = await desk.run(...command, '--tenant', 'sandbox', '--from', 'in.csv', '--yes')
  t.match([again.status, again.stderr], [2, /is unfinished, and some of them were sent/])
  desk.write('copy.csv', file(rows))
  const copied = await desk.run(...command, '--tenant', 'sandbox', '--from', 'copy.csv', '--yes')
  t.match([copied.status, copied.stderr], [5, /for 1 of 2 rows.* For the others: `entrapipe runs resume \S+`\./s])
  const nobody = file([], 'nobody@contoso.com', 'neither@contoso.com')
  for (const ran of [await desk.change(command, nobody), await desk.change(command, nobody)])
    t.match(ran.results, [{ outcome: 'failed' }, { outcome: 'failed' }])
})

t.test('an undo says that nothing brings sessions back', async t => {
  const { stderr } = await desk.change(command, file(own.slice(30, 31)))
  t.match(stderr, /What it did cannot be undone\./)
})
