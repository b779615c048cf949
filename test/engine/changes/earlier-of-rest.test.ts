import t from 'tap'
import { changeDesk } from '../../cli/change-desk.ts'
import { summaryOf } from '../../cli/command-bed.ts'
import { feed, hrDesk, people, type Person } from '../../cli/hr-feed/hr-desk.ts'

const resumes = (desk: Pick<Awaited<ReturnType<typeof hrDesk>>, 'run'>, id: string) => async () => {
  const dry = await desk.run('runs', 'resume', id, '--dry-run')
  const sent = await desk.run('runs', 'resume', id, '--yes', '--json')
  return { dry, sent, text: dry.stderr }
}

t.test(
  'the dry run of the rest of a sync removes whom the resume removes, and keeps groups whose rows fail',
  async t => {
    const desk = await changeDesk(t)
    const { run, change, write } = desk
    const ids = (await desk.people('id', "userType eq 'Guest'")).slice(0, 12).map(({ id }) => String(id))
    const columns = 'displayName,mailNickname,mailEnabled,securityEnabled'
    await change(['groups', 'create'], `${columns}\nRed,red,false,true\nBlue,blue,false,true\n`)
    const [blue, red] = desk
      .rowsOf(await desk.exported('groups', '--select', 'id,displayName', '--filter', "displayName in ('Red','Blue')"))
      .toSorted((one, other) => String(one['displayName']).localeCompare(String(other['displayName'])))
      .map(({ id }) => String(id)) as [string, string]
    const link = (group: string, members: readonly string[]) => members.map(id => `${group},${id}`)
    const fileOf = (...links: readonly (readonly string[])[]) => `group,member\n${links.flat().join('\n')}\n`
    await change(['members', 'add'], fileOf(link(red, ids.slice(0, 4)), link(blue, ids.slice(0, 4))))
    // One row of Blue fails before the run stops.
    write('in.csv', fileOf(link(red, ids.slice(2, 8)), link(blue, [...ids.slice(2, 6), red.replace(/.$/, 'f')])))
    const first = await run(
      'members',
      'sync',
      '--tenant',
      'sandbox',
      '--from',
      'in.csv',
      '--yes',
      '--json',
      '--limit',
      '3',
    )
    const { run: id, summary } = summaryOf(first)
    t.match(summary.counts, { done: 3 }, first.stderr)
    const { dry, sent, text } = await resumes(desk, id)()
    t.equal(dry.status, 3, text)
    t.match(text, /Remove members +2\n/, 'only Red loses members')
    t.equal(sent.status, 3, sent.stderr)
    const members = async (group: string) =>
      desk
        .rowsOf(await desk.exported('graph', `/groups/${group}/members`, '--select', 'id'))
        .map(({ id }) => String(id))
        .sort()
    t.strictSame(await members(red), ids.slice(2, 8).sort())
    t.strictSame(await members(blue), ids.slice(0, 6).sort())
  },
)

t.test('the dry run of the rest of a feed shows the leavers that the resume disables, and changes nothing', async t => {
  const desk = await hrDesk(t)
  const { send, write, accounts } = desk
  await send()
  const [ann, bob, cleo, other] = people as [Person, Person, Person, Person]
  const joiner = { no: '5', name: 'Dan Oak' }
  write('feed.csv', feed([ann, { ...bob, status: 'T' }, { ...cleo, title: 'Head' }, other, joiner]))
  const { run: id } = summaryOf(await send('--limit', '1', '--accept', 'property', '--json'))
  const { dry, sent, text } = await resumes(desk, id)()
  t.equal(dry.status, 0, text)
  t.match(text, /Disable users +1\n/)
  t.equal(sent.status, 0, sent.stderr)
  t.match(
    (await accounts()).map(({ accountEnabled }) => accountEnabled),
    [true, false, true, true, true],
  )
})
