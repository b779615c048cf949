import t from 'tap'
import { changeDesk } from '../cli/change-desk.ts'

t.test('members of several groups in one file are added, and each mistake fails its row alone', async t => {
  const desk = await changeDesk(t, {}, { users: 60, tls: false })
  const people = await desk.people('id,userPrincipalName')
  const [one, two, three] = people.map(({ id }) => String(id)) as [string, string, string]
  await desk.change(['groups', 'create'], 'displayName\nTeam A\nTeam B\n')
  desk.write(
    'members.csv',
    `Group;Member;Why
Team A;${one};
Team B;${one};
Team A;${String(people[1]!['userPrincipalName'])};by name
Team C;${two};no such group
Team B;nobody@contoso.com;
Team A;${two};the same again
Team A;${three};
`,
  )
  await desk.writes()
  const ran = await desk.run(
    ...['run', 'bulk-add-members', '--tenant', 'sandbox', '--from', 'members.csv', '--yes', '--results', 'r.jsonl'],
  )
  t.equal(ran.status, 3, ran.stderr)
  const results = desk.rowsOf('r.jsonl').map(({ key, outcome, message }) => [key, outcome, message])
  t.strictSame(
    results.toSorted((x, y) => Number(x[0]) - Number(y[0])),
    [
      [2, 'done', null],
      [3, 'done', null],
      [4, 'done', null],
      [5, 'failed', 'No group has the id or name Team C.'],
      [6, 'failed', 'No user has the id, user principal name or mail nobody@contoso.com.'],
      [7, 'unchanged', 'It is the same change as line 4.'],
      [8, 'done', null],
    ],
  )
  t.strictSame(Object.values(await desk.writes()), [2], 'one request for each group')
  for (const [group, ids] of [
    ['Team A', [one, two, three]],
    ['Team B', [one]],
  ] as const) {
    const found = desk.rowsOf(await desk.exported('members', '--group', group, '--select', 'id'))
    t.strictSame(found.map(({ id }) => id).toSorted(), [...ids].toSorted())
  }
})
