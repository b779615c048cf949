import t from 'tap'
import { summaryOf } from '../cli/command-bed.ts'
import { changeDesk } from '../cli/change-desk.ts'

t.test('disabled people of the department leave the group, nobody else does, and undo brings them back', async t => {
  const desk = await changeDesk(t, {}, { users: 60, tls: false })
  const made = await desk.change(
    ['users', 'create'],
    `displayName,userPrincipalName,password,department,accountEnabled
Gone,gone@contoso.com,Quiet-Harbour-71,Piano,false
Other,other@contoso.com,Quiet-Harbour-71,Harp,false
Stays,stays@contoso.com,Quiet-Harbour-71,Piano,true
`,
  )
  t.equal(made.status, 0, made.stderr)
  const people = await desk.people('id,displayName', "displayName in ('Gone','Other','Stays')")
  const [gone, other, stays] = ['Gone', 'Other', 'Stays'].map(name =>
    String(people.find(({ displayName }) => displayName === name)!['id']),
  ) as [string, string, string]
  await desk.change(['groups', 'create'], 'displayName\nBand\n')
  await desk.change(['members', 'add'], `id\n${gone}\n${other}\n${stays}\n`, '--group', 'Band')
  const members = async () =>
    desk
      .rowsOf(await desk.exported('members', '--group', 'Band', '--select', 'id'))
      .map(({ id }) => String(id))
      .toSorted()
  const run = (...flags: readonly string[]) =>
    desk.run(
      'run',
      'remove-leavers',
      '--tenant',
      'sandbox',
      '--group',
      'Band',
      '--department',
      'Piano',
      '--json',
      ...flags,
    )
  t.match(summaryOf(await run('--dry-run')).summary, { counts: { pending: 1 }, writes: 1 })
  t.strictSame(await members(), [gone, other, stays].toSorted())
  const removed = await run('--yes')
  t.match(summaryOf(removed).summary.counts, { done: 1, unchanged: 0, failed: 0 })
  t.strictSame(await members(), [other, stays].toSorted())
  const undone = await desk.run('runs', 'undo', summaryOf(removed).run, '--yes', '--json')
  t.equal(undone.status, 0, undone.stderr)
  t.strictSame(await members(), [gone, other, stays].toSorted())
})
