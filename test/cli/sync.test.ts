import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { changeDesk } from './change-desk.ts'
import { summaryOf } from './command-bed.ts'

const nobody = 'ffffffff-ffff-4fff-8fff-ffffffffffff'
const none = { rows: 0, done: 0, unchanged: 0, waiting: 0, skipped: 0, failed: 0, unknown: 0, pending: 0 }

const desk = await changeDesk(t)
const { run, change, textOf, folder } = desk
// Some users hold roles, which protects them.
const users = (await desk.people('id')).slice(0, 80).map(({ id }) => String(id))
const some = `id\n${users.join('\n')}\n`
await change(['members', 'add', '--group', 'Sales Team'], some)
await change(['members', 'remove', '--group', 'Sales Team', '--max-removals', '80'], some)
const people = desk.rowsOf('results.jsonl').flatMap(({ outcome, id }) => (outcome === 'done' ? [String(id)] : []))
const holder = users[Number(desk.rowsOf('results.jsonl').find(({ code }) => code === 'PROTECTED')!['key']) - 2]!

let groups = 0
/** A new group with these members. */
const groupWith = async (members: readonly string[]): Promise<{ readonly id: string; readonly name: string }> => {
  const name = `Team ${++groups}`
  const columns = 'displayName,mailNickname,mailEnabled,securityEnabled'
  await change(['groups', 'create'], `${columns}\n${name},team${groups},false,true\n`)
  const found = desk.rowsOf(await desk.exported('groups', '--select', 'id', '--filter', `displayName eq '${name}'`))
  const id = String(found[0]!['id'])
  if (members.length > 0) await change(['members', 'add', '--group', id], file(members))
  return { id, name }
}

const file = (ids: readonly string[]): string => `id\n${ids.join('\n')}\n`

const linksOf = async (group: string, relation = 'members') =>
  desk
    .rowsOf(await desk.exported('graph', `/groups/${group}/${relation}`, '--select', 'id'))
    .map(({ id }) => String(id))
    .sort()

const sync = async (text: string, ...flags: readonly string[]) => {
  desk.write('in.csv', text)
  await desk.writes()
  const ran = await run('members', 'sync', '--tenant', 'sandbox', '--from', 'in.csv', '--yes', '--json', ...flags)
  return {
    ...ran,
    counts: ran.stdout.trim() === '' ? undefined : summaryOf(ran).summary.counts,
    writes: Object.values(await desk.writes()).reduce((sum, many) => sum + many, 0),
  }
}

t.test('a group gets exactly the members of the file, and only the difference is written', async t => {
  const [red, blue] = [await groupWith(people.slice(0, 10)), await groupWith(people.slice(0, 10))]
  const wanted = people.slice(2, 13)
  const dry = await sync(file(wanted), '--group', red.name, '--dry-run')
  t.strictSame([dry.status, dry.counts], [0, { ...none, rows: 13, unchanged: 8, pending: 5 }], dry.stderr)
  t.strictSame(await linksOf(red.id), people.slice(0, 10).toSorted(), 'a dry run changes nothing')
  const ran = await sync(file(wanted), '--group', red.name)
  t.strictSame([ran.status, ran.counts], [0, { ...none, rows: 13, unchanged: 8, done: 5 }], ran.stderr)
  t.equal(ran.writes, 3, 'three are added in one request, two removed in one each')
  t.strictSame(await linksOf(red.id), wanted.toSorted())
  t.strictSame(await linksOf(blue.id), people.slice(0, 10).toSorted(), 'other groups stay')
  const again = await sync(file(wanted), '--group', red.name)
  t.strictSame([again.counts, again.writes], [{ ...none, rows: 11, unchanged: 11 }, 0])
  const undone = await run('runs', 'undo', summaryOf(ran).run, '--yes', '--json')
  t.equal(undone.status, 0, undone.stderr)
  t.strictSame(await linksOf(red.id), people.slice(0, 10).toSorted())
})

t.test('a group of which a row failed, or did not resolve, loses nobody', async t => {
  const [red, blue] = [await groupWith(people.slice(0, 10)), await groupWith(people.slice(0, 10))]
  const before = people.slice(0, 10).toSorted()
  const rows = (wrong: string) =>
    `group,member\n${red.name},${people[0]}\n${wrong}\n${blue.id},${people[0]}\n${blue.id},${people[11]}\n`
  for (const wrong of [`${red.name.toUpperCase()},${nobody}`, `${red.id},nobody@contoso.com`, `${red.name},`]) {
    const ran = await sync(rows(wrong))
    t.equal(ran.status, 3, ran.stderr)
    t.match(ran.counts, { failed: 1 }, wrong)
    t.strictSame(await linksOf(red.id), before, `${wrong}: Red keeps its members`)
    if (wrong.endsWith(',')) continue
    t.match(ran.stderr + ran.stdout, new RegExp(`Nobody was removed from a group with a failed row: ${red.id}`))
  }
  t.strictSame(await linksOf(blue.id), [people[0], people[11]].toSorted(), 'Blue is made equal to its rows')
})

t.test('nobody is removed if it is not known which group a failed row names', async t => {
  const [red, blue] = [await groupWith(people.slice(0, 10)), await groupWith(people.slice(0, 10))]
  for (const wrong of [`No Such Group,${people[1]}`, red.name, `,${people[1]}`]) {
    const ran = await sync(`group,member\n${red.name},${people[0]}\n${wrong}\n${blue.name},${people[0]}\n`)
    t.equal(ran.status, 3, ran.stderr)
    t.match(ran.stderr + ran.stdout, /Nobody was removed: row 3 failed, and it is not known which group it names/)
    for (const group of [red, blue]) t.equal((await linksOf(group.id)).length, 10, wrong)
  }
})

t.test('a file without a column that names members is refused in the words of the command', async t => {
  const refused = await sync('color\nred\n', '--group', 'Sales Team')
  t.equal(refused.status, 2, refused.stderr)
  t.match(refused.stderr, /members sync requires a column /)
})

t.test('a file without rows, of a limited export, or through a pipe is refused before anything is sent', async t => {
  const red = await groupWith(people.slice(0, 10))
  const refused = (
    ran: { readonly status: number; readonly stderr: string; readonly writes?: number },
    why: RegExp,
  ) => {
    t.equal(ran.status, 5, ran.stderr)
    t.match(ran.stderr, why)
    t.equal(ran.writes ?? 0, 0)
  }
  refused(
    await sync('id\n', '--group', red.name),
    /in\.csv has no rows\. A sync removes everybody who is missing in it\..*To empty a group, use `(?:npx )?entrapipe members remove`\./,
  )
  const exported = ['export', 'users', '--tenant', 'sandbox', '--select', 'id', '--quiet', '--to', 'u.csv'] as const
  const ofExport = (...more: readonly string[]) =>
    run(...['members', 'sync', '--tenant', 'sandbox', '--group', red.name, '--from', 'u.csv', '--yes', ...more])
  const [one, other] = people.slice(30) as [string, string]
  const only = (...ids: readonly string[]) => ['--filter', `id in (${ids.map(id => `'${id}'`).join()})`] as const
  await run(...exported, ...only(one, other), '--limit', '1')
  refused(await ofExport(), /u\.csv was limited to 1 row\..* --add-only/)
  t.strictSame(await linksOf(red.id), people.slice(0, 10).toSorted())
  const added = await ofExport('--add-only')
  t.equal(added.status, 0, added.stderr)
  const [, addedId] = textOf('u.csv').trim().split('\n')
  t.strictSame(await linksOf(red.id), [...people.slice(0, 10), addedId].toSorted())
  t.strictSame((await sync(file(people.slice(0, 5)), '--group', red.name, '--add-only')).counts, {
    ...none,
    rows: 5,
    unchanged: 5,
  })

  await run(...exported, ...only(one, other))
  const path = join(folder, 'u.csv.manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as object
  writeFileSync(path, JSON.stringify({ ...manifest, completeness: 'drifted', why: 'the directory changed meanwhile' }))
  const drifted = await ofExport()
  t.equal(drifted.status, 0, drifted.stderr)
  t.match(drifted.stdout + drifted.stderr, /Nobody was removed: u\.csv is drifted: the directory changed meanwhile/)
  t.strictSame(await linksOf(red.id), [...people.slice(0, 10), one, other].toSorted())
})

t.test('--remove-only adds nobody, and --types says who is removed', async t => {
  const [red, blue] = [await groupWith(people.slice(0, 10)), await groupWith(people.slice(0, 10))]
  t.equal((await change(['members', 'add', '--group', red.id], `id\n${blue.id}\n`)).status, 0)
  const removed = await sync(file(people.slice(5, 12)), '--group', red.id, '--remove-only')
  t.strictSame([removed.status, removed.counts], [0, { ...none, rows: 12, unchanged: 7, done: 5 }], removed.stderr)
  t.strictSame(await linksOf(red.id), [...people.slice(5, 10), blue.id].toSorted(), 'a group among the members stays')
  const types = await sync(file(people.slice(5, 7)), '--group', red.id, '--types', 'user,group')
  t.equal(types.status, 0, types.stderr)
  t.strictSame(await linksOf(red.id), people.slice(5, 7).toSorted())
  for (const [flags, told] of [
    [['--add-only', '--remove-only'], /cannot be combined/],
    [['--types', 'servicePrincipal'], /Graph omits service principals from the list of a group/],
    [['--types', 'users'], /Expected --types to be of user, group, device, orgContact, got users/],
  ] as const) {
    const ran = await sync(file(people.slice(0, 1)), '--group', red.id, ...flags)
    t.equal(ran.status, 2)
    t.match(ran.stderr, told)
  }
})

t.test('brakes and a limit stop a sync, and runs resume ends it', async t => {
  const red = await groupWith([])
  const all = people.slice(0, 40)
  t.equal((await sync(file(all), '--group', red.id)).status, 0)
  const wanted = people.slice(20, 42)
  const braked = await sync(file(wanted), '--group', red.id)
  t.equal(braked.status, 5)
  t.match(braked.stderr, /would remove 20 members .* the limit is 10/)
  t.equal(braked.writes, 0, 'nobody is added either')
  t.strictSame(await linksOf(red.id), all.toSorted())
  const limited = await sync(file(wanted), '--group', red.id, '--max-removals', '20', '--limit', '7', '--fresh')
  t.match([limited.status, limited.counts], [0, { done: 7, unchanged: 20, pending: 15 }], limited.stderr)
  const resumed = await run('runs', 'resume', summaryOf(limited).run, '--yes', '--json')
  t.equal(resumed.status, 0, resumed.stderr)
  t.strictSame(await linksOf(red.id), wanted.toSorted())
})

t.test('a sync of a drifted export removes nobody after it was stopped and resumed, either', async t => {
  const red = await groupWith(people.slice(0, 10))
  desk.write('d.csv', file(people.slice(20, 23)))
  const manifest = { entrapipe: '0.1.0', completeness: 'drifted', why: 'the directory changed meanwhile' }
  const exported = JSON.parse(readFileSync(join(folder, 'u.csv.manifest.json'), 'utf8')) as {
    readonly files: readonly object[]
  }
  const sha256 = createHash('sha256')
    .update(file(people.slice(20, 23)))
    .digest('hex')
  const files = exported.files.map(each => ({ ...each, file: 'd.csv', sha256, rows: 3 }))
  desk.write('d.csv.manifest.json', JSON.stringify({ ...exported, ...manifest, files }))
  const limited = await run(
    ...['members', 'sync', '--tenant', 'sandbox', '--group', red.name, '--from', 'd.csv', '--yes', '--json'],
    ...['--limit', '1'],
  )
  t.match(summaryOf(limited).summary.counts, { done: 1, pending: 2 }, limited.stderr)
  const resumed = await run('runs', 'resume', summaryOf(limited).run, '--yes')
  t.equal(resumed.status, 0, resumed.stderr)
  t.strictSame(await linksOf(red.id), [...people.slice(0, 10), ...people.slice(20, 23)].toSorted())
})

t.test('what is protected does not count among the removals that are foreseen', async t => {
  const red = await groupWith([...people.slice(0, 11), holder])
  const ran = await sync(file(people.slice(10, 12)), '--group', red.id)
  t.strictSame([ran.status, ran.counts], [3, { ...none, rows: 13, unchanged: 1, done: 11, failed: 1 }], ran.stderr)
  t.strictSame(await linksOf(red.id), [...people.slice(10, 12), holder].toSorted())
})

t.test('a group that keeps its members since a row failed keeps them when that row is retried', async t => {
  const red = await groupWith(people.slice(0, 30))
  const late = people[40]!
  await desk.mutate({ do: 'delete', kind: 'user', id: late })
  const failed = await sync(file([people[0]!, people[31]!, late]), '--group', red.id)
  t.strictSame([failed.status, failed.counts], [3, { ...none, rows: 3, unchanged: 1, done: 1, failed: 1 }])
  await desk.mutate({ do: 'restore', kind: 'user', id: late })
  const retried = await run('runs', 'retry', summaryOf(failed).run, '--yes', '--json')
  t.strictSame(
    [retried.status, summaryOf(retried).summary.counts],
    [3, { ...none, rows: 3, unchanged: 1, done: 2 }],
    retried.stderr,
  )
  t.match(summaryOf(retried).summary, {
    status: 'Failed',
    notes: [/A retry removes nobody either: .* run the sync again\.$/],
  })
  t.strictSame(await linksOf(red.id), [...people.slice(0, 30), people[31]!, late].toSorted())
  const again = await sync(file([people[0]!, people[31]!, late]), '--group', red.id, '--max-removals', '29')
  t.equal(again.status, 0, again.stderr)
  t.strictSame(await linksOf(red.id), [people[0]!, people[31]!, late].toSorted())
})

t.test('owners sync works alike, and leaves a group its last owner', async t => {
  const red = await groupWith([])
  const owners = (ids: readonly string[], ...flags: readonly string[]) =>
    change(['owners', 'sync', '--group', red.id], `id\n${ids.join('\n')}\n`, ...flags)
  t.equal((await owners(people.slice(0, 3))).status, 0)
  t.strictSame(await linksOf(red.id, 'owners'), people.slice(0, 3).toSorted())
  const moved = await owners(people.slice(2, 4))
  t.equal(moved.status, 0, moved.stderr)
  t.strictSame(await linksOf(red.id, 'owners'), people.slice(2, 4).toSorted())
  const kept = await owners([people[7]!], '--remove-only')
  t.equal(kept.status, 0)
  t.match(kept.stderr, /Nobody was removed from .*: no owner would be left/)
  t.strictSame(await linksOf(red.id, 'owners'), people.slice(2, 4).toSorted())
})
