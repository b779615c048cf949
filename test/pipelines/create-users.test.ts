import t from 'tap'
import { summaryOf } from '../cli/command-bed.ts'
import { changeDesk } from '../cli/change-desk.ts'

const header = 'displayName,userPrincipalName,password,department,usageLocation,accountEnabled'

t.test('users are created and become members; rows with mistakes are rejected; a second run completes', async t => {
  const desk = await changeDesk(t, {}, { users: 60, tls: false })
  desk.write(
    'feed.csv',
    `${header}
Zoë "Z" Lee,zoe.lee@contoso.com,Quiet-Harbour-71,Sales,DE,
Ann,ann.lee@contoso.com,Quiet-Harbour-72,,,no
Bob,bob at contoso,Quiet-Harbour-73,,,
Cid,cid.lee@contoso.com,Quiet-Harbour-74,,Germany,
`.replace('Zoë "Z" Lee', '"Zoë ""Z"" Lee"'),
  )
  const run = (...flags: readonly string[]) =>
    desk.run(
      ...['run', 'create-users', '--tenant', 'sandbox', '--from', 'feed.csv', '--group', 'Newcomers'],
      ...['--yes', '--json', '--results', 'results.jsonl', ...flags],
    )
  const unknown = await run()
  t.match(unknown, { status: 3, stdout: /"done":0/ }, 'without the group, nobody is created')
  await desk.change(['groups', 'create'], 'displayName\nNewcomers\n')
  const first = await run()
  t.equal(first.status, 3, first.stderr)
  const results = desk
    .rowsOf('results.jsonl')
    .map(({ key, step, operation, outcome }) => [key, step, operation, outcome])
  t.strictSame(results.toSorted(), [
    [2, 0, 'create-user', 'done'],
    [2, 1, 'add-member', 'done'],
    [3, 0, 'create-user', 'done'],
    [3, 1, 'add-member', 'done'],
    [4, 0, 'validate', 'failed'],
    [5, 0, 'validate', 'failed'],
  ])
  t.match(
    await desk.people(
      'displayName,department,usageLocation,accountEnabled',
      "startsWith(userPrincipalName,'zoe.lee@') or startsWith(userPrincipalName,'ann.lee@')",
    ),
    [
      { displayName: 'Ann', department: null, usageLocation: null, accountEnabled: false },
      { displayName: 'Zoë "Z" Lee', department: 'Sales', usageLocation: 'DE', accountEnabled: true },
    ],
  )
  const { results: removed } = await desk.change(
    ['members', 'remove'],
    'id\nann.lee@contoso.com\n',
    '--group',
    'Newcomers',
  )
  t.match(removed, [{ outcome: 'done' }])
  t.match(summaryOf(await run('--fresh')).summary.counts, { rows: 4, failed: 2 })
  const again = desk.rowsOf('results.jsonl').map(({ key, step, outcome }) => [key, step, outcome])
  t.strictSame(again.toSorted().slice(0, 4), [
    [2, 0, 'unchanged'],
    [2, 1, 'unchanged'],
    [3, 0, 'unchanged'],
    [3, 1, 'done'],
  ])
})
