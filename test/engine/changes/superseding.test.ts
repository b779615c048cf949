import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { pending, sent } from '../../../src/store/ledger-tables.ts'
import { changeDesk } from '../../cli/change-desk.ts'
import { summaryOf } from '../../cli/command-bed.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { feed, hrDesk, linesOf, people, type Person } from '../../cli/hr-feed/hr-desk.ts'

const statuses = async ({ run }: Pick<Awaited<ReturnType<typeof hrDesk>>, 'run'>, ...ids: readonly string[]) => {
  const { stdout } = await run('runs', 'list', '--json', '--limit', '50')
  const all = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { readonly run: string; readonly status: string })
  return ids.map(id => all.find(({ run }) => run === id)?.status)
}

const titled = (...titles: readonly string[]): string =>
  feed(people.map((person, at): Person => ({ ...person, title: titles[at] ?? person.title ?? '' })))

t.test('an unfinished feed ends when a newer one begins, and is never sent over it', async t => {
  const desk = await hrDesk(t)
  const { run, send, write, accounts } = desk
  await send()
  write('feed.csv', titled('Older', '', 'Older'))
  const first = await send('--limit', '1', '--accept', 'property', '--json')
  const { run: older } = summaryOf(first)
  t.match(await statuses(desk, older), ['interrupted'])

  write('feed.csv', titled('Newer', '', 'Newer'))
  t.equal((await send('--accept', 'property', '--dry-run')).status, 0)
  t.match(await statuses(desk, older), ['interrupted'], 'a dry run ends nothing')
  const second = await send('--accept', 'property')
  t.equal(second.status, 0, second.stderr)
  t.match(second.stderr, `Run ${older} was unfinished, and this run supersedes it: 1 row of it is done`)
  t.match(await statuses(desk, older), ['superseded'])
  t.match(
    (await run('runs', 'show', older)).stdout,
    /Ended by: Run \S+, which began later with a newer input for the accounts of the feed employees, supersedes it/,
  )

  for (const argv of [
    ['resume', older],
    ['resume', older, '--dry-run'],
    ['retry', older],
  ])
    t.match(await run('runs', ...argv), { status: 2, stderr: /is not continued\. Run \S+, which began later/ })
  t.match((await run('runs', 'discard', older)).stderr, /already superseded/)
  t.match(
    (await accounts()).map(({ jobTitle }) => jobTitle),
    ['Newer', null, 'Newer', null],
  )
  write('feed.csv', titled('Older', '', 'Older'))
  t.match(await send('--accept', 'property'), { status: 5, stderr: /An earlier feed had the same content/ })
  await run('audit', '--to', 'audit.jsonl')
  const entries = linesOf(desk.textOf('audit.jsonl'))
    .map(line => line['entry'] as { readonly run: string; readonly event: string })
    .filter(({ run: id }) => id === older)
  t.strictSame(
    entries.map(({ event }) => event),
    ['started', 'change', 'ended', 'superseded'],
  )
  t.match(await run('audit', '--verify'), { status: 0 })
})

t.test('a feed that stopped continues while no newer one has begun: one that is refused ends nothing', async t => {
  const desk = await hrDesk(t)
  const { run, send, write, accounts } = desk
  await send()
  write('feed.csv', titled('Older', '', 'Older'))
  const { run: older } = summaryOf(await send('--limit', '1', '--accept', 'property', '--json'))
  write('feed.csv', 'No,First,Last,Dept,Title,Status,Boss\n')
  t.equal((await send()).status, 5)
  t.match(await statuses(desk, older), ['interrupted'])
  const rest = await run('runs', 'resume', older, '--yes')
  t.equal(rest.status, 0, rest.stderr)
  t.match(
    (await accounts()).map(({ jobTitle }) => jobTitle),
    ['Older', null, 'Older', null],
  )
})

t.test('a sync ends unfinished syncs of the same group, by id or name, and no others', async t => {
  const desk = await changeDesk(t)
  const { run, change, write } = desk
  const ids = (await desk.people('id', "userType eq 'Guest'")).slice(0, 6).map(({ id }) => String(id))
  const columns = 'displayName,mailNickname,mailEnabled,securityEnabled'
  await change(['groups', 'create'], `${columns}\nRed,red,false,true\nBlue,blue,false,true\n`)
  const groups = desk.rowsOf(
    await desk.exported('groups', '--select', 'id,displayName', '--filter', "displayName in ('Red','Blue')"),
  )
  const idOf = (name: string) => String(groups.find(({ displayName }) => displayName === name)!['id'])
  const sync = async (rows: readonly string[], ...flags: readonly string[]) => {
    write('in.csv', `${rows.join('\n')}\n`)
    return run('members', 'sync', '--tenant', 'sandbox', '--from', 'in.csv', '--yes', '--json', ...flags)
  }
  const stopped = async (...given: Parameters<typeof sync>) => summaryOf(await sync(...given, '--limit', '1')).run
  const red = await stopped(['id', ids[0]!, ids[1]!], '--group', 'Red')
  const blue = await stopped(['id', ids[2]!, ids[3]!], '--group', 'Blue')
  t.match(await statuses(desk, red, blue), ['interrupted', 'interrupted'])
  const done = await sync(['group,member', `${idOf('Red')},${ids[4]}`, `${idOf('Red')},${ids[5]}`])
  t.equal(done.status, 0, done.stderr)
  t.match(await statuses(desk, red, blue), ['superseded', 'interrupted'])
  t.match(await run('runs', 'resume', red, '--yes'), { status: 2, stderr: /newer input for the members of group/ })
  const left = await run('runs', 'resume', blue, '--yes')
  t.equal(left.status, 0, left.stderr)
  const members = desk.rowsOf(await desk.exported('graph', `/groups/${idOf('Red')}/members`, '--select', 'id'))
  t.strictSame(members.map(({ id }) => String(id)).sort(), [ids[4], ids[5]].sort())
})

t.test('rows that failed are not sent again once a newer sync has begun', async t => {
  const desk = await changeDesk(t)
  const { run, change, write } = desk
  const [one, other] = (await desk.people('id', "userType eq 'Guest'")).map(({ id }) => String(id))
  const columns = 'displayName,mailNickname,mailEnabled,securityEnabled'
  await change(['groups', 'create'], `${columns}\nGreen,green,false,true\n`)
  const nobody = 'ffffffff-ffff-4fff-8fff-ffffffffffff'
  const sync = async (ids: readonly unknown[]) => {
    write('in.csv', `id\n${ids.join('\n')}\n`)
    return run('members', 'sync', '--group', 'Green', '--tenant', 'sandbox', '--from', 'in.csv', '--yes', '--json')
  }
  const { run: older } = summaryOf(await sync([one, nobody]))
  await sync([other])
  t.match(await run('runs', 'retry', older, '--yes'), { status: 2, stderr: /is not continued/ })
  t.match(await statuses(desk, older), ['done'], 'a run that has ended stays as it is')
})

t.test('rows whose reply was lost end as unknown when their run is superseded', async t => {
  const bed = await sandboxBed(t, [])
  const users = (await bed.ids("/users?$select=id&$filter=userType eq 'Guest'")).slice(0, 2)
  const plan = { ...bed.plan, sink: { ...bed.plan.sink, supersedes: 'the titles' } }
  const change = (jobTitle: string, mostChanges?: number) => {
    bed.input(users.map(user => [{ kind: 'update-user', value: { user, jobTitle } }]))
    return bed.change({ ...(mostChanges !== undefined && { mostChanges }) }, { plan: plan as never })
  }
  const { run } = await change('Older', 1)
  const file = new DatabaseSync(join(bed.folder, 'store', 'runs', run, 'run.sqlite'))
  // As if its process had died before the reply came.
  file
    .prepare('update work set state = ?, attempts = 1, firstSentAt = 1, lastSentAt = 1 where state = ?')
    .run(sent, pending)
  file.close()
  await change('Newer')
  t.equal((await bed.store.get(run)).status, 'superseded')
  t.strictSame((await bed.rowsOf(run)).map(([, , outcome, code]) => [outcome, code]).sort(), [
    ['done', undefined],
    ['unknown', 'UNKNOWN_OUTCOME'],
  ])
  t.strictSame((await bed.store.prune(-1)).pruned.includes(run), true, 'nothing is left to decide')
})

t.test('a run that begins after another one is the newer one, also by a clock that was set back a little', async t => {
  const { send, sendWith, write } = await hrDesk(t)
  const before = systemClock.now()
  t.equal((await send()).status, 0)
  write('feed.csv', titled('Newer'))
  // It reaches the time at which the first one began before it has passed its guards.
  const shift = before - systemClock.now()
  const clock = { ...systemClock, now: () => systemClock.now() + shift }
  const newer = await sendWith({ clock }, '--accept', 'property', '--accept', 'older', '--accept', 'clock')
  t.equal(newer.status, 0, newer.stderr)
})
