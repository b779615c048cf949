import t from 'tap'
import { summaryOf } from '../cli/command-bed.ts'
import { changeDesk } from '../cli/change-desk.ts'

t.test('users of the department that were deleted since a day are restored', async t => {
  const desk = await changeDesk(t, {}, { users: 60, tls: false })
  await desk.change(
    ['users', 'create'],
    `displayName,userPrincipalName,password,department
One,one@contoso.com,Quiet-Harbour-71,Piano
Two,two@contoso.com,Quiet-Harbour-71,Harp
`,
  )
  const people = await desk.people('id,displayName', "displayName in ('One','Two')")
  const [one, two] = ['One', 'Two'].map(name =>
    String(people.find(({ displayName }) => displayName === name)!['id']),
  ) as [string, string]
  const { results } = await desk.change(['users', 'delete'], `id\n${one}\n${two}\n`, '--include-privileged')
  t.match(results, [{ outcome: 'done' }, { outcome: 'done' }])
  const restore = (since: string) =>
    desk.run(
      'run',
      'restore-users',
      '--tenant',
      'sandbox',
      '--since',
      since,
      '--department',
      'Piano',
      '--yes',
      '--json',
    )
  for (const since of ['yesterday', '2026-02-30', '31.01.2026']) {
    const wrong = await restore(since)
    t.equal(wrong.status, 2)
    const { error } = JSON.parse(wrong.stderr.trim().split('\n').at(-1)!) as {
      readonly error: { readonly message: string }
    }
    t.equal(error.message, `Expected --since to be a day such as 2026-01-31, got "${since}"`)
  }
  t.match(summaryOf(await restore('2999-01-01')).summary.counts, { done: 0 })
  const ran = await restore('2020-01-01')
  t.match(summaryOf(ran).summary.counts, { done: 1, failed: 0 }, ran.stderr)
  const binned = desk.rowsOf(await desk.exported('deleted-users', '--select', 'id')).map(({ id }) => id)
  t.strictSame([binned.includes(one), binned.includes(two)], [false, true])
})
