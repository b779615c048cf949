import t from 'tap'
import { systemClock, type Clock } from '../../../src/core/clock.ts'
import { callControl } from '../../../src/sandbox/process/call-control.ts'
import { skuOf } from '../../licensing/products.ts'
import { changeDesk, type Line } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const dayMs = 24 * 60 * 60 * 1000

/** The clock of this machine, so many days ahead. */
const inDays = (days: number): { readonly clock: Clock } => ({
  clock: { now: () => Date.now() + days * dayMs, sleep: systemClock.sleep },
})

/** A directory where everybody has Power BI Pro directly, and the members who hold no role. */
const desk = async (t: Parameters<typeof changeDesk>[0]) => {
  const all = await changeDesk(
    t,
    {},
    {
      users: 200,
      tls: false,
      licences: { skus: [{ sku: 'POWER_BI_PRO', enabled: 400, direct: 1 }], withoutUsageLocation: 0 },
    },
  )
  const everybody = await all.people('id,userPrincipalName,userType,accountEnabled,onPremisesSyncEnabled')
  // Who holds a role is protected.
  const holders = new Set(all.rowsOf(await all.exported('role-assignments')).map(({ principalId }) => principalId))
  const names = everybody
    .filter(({ id, userType }) => userType === 'Member' && !holders.has(id))
    .filter(user => user['accountEnabled'] === true && user['onPremisesSyncEnabled'] !== true)
    .slice(-40)
    .map(user => String(user['userPrincipalName']))
  const idOf = (name: string): string => String(everybody.find(user => user['userPrincipalName'] === name)!['id'])
  const remove = (users: readonly string[], ...flags: readonly string[]) => {
    all.write('in.csv', `userPrincipalName\n${users.map(name => `${name}\n`).join('')}`)
    return all.run(
      ...['licenses', 'remove', '--tenant', 'sandbox', '--from', 'in.csv', '--sku', 'POWER_BI_PRO', '--yes', '--json'],
      ...flags,
    )
  }
  const has = async (name: string): Promise<boolean> => {
    const lines = (await all.control('GET', `/truth/licences?user=${idOf(name)}`))
      .split('\n')
      .filter(line => line !== '')
    return lines
      .map(line => JSON.parse(line) as Line)
      .some(line => line['by'] === 'direct' && line['until'] === null && line['sku'] === skuOf('POWER_BI_PRO'))
  }
  return {
    ...all,
    names,
    remove,
    /** Whether each of them still has the product. */
    have: async (...users: readonly string[]): Promise<readonly boolean[]> => {
      const found: boolean[] = []
      for (const name of users) found.push(await has(name))
      return found
    },
    due: (days: number, ...flags: readonly string[]) =>
      all.runWith(inDays(days), 'runs', 'due', '--yes', '--json', ...flags),
    resultsOf: async (run: string): Promise<readonly Line[]> => {
      const { stdout } = await all.run('runs', 'results', run)
      return stdout
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as Line)
    },
  }
}

t.test('a removal with --after waits, holds up no other run, and is made once at its time', async t => {
  const { names, remove, due, have, run, resultsOf, look } = await desk(t)
  const [ann, bob, cleo] = names as [string, string, string]
  const planned = await remove([ann, bob], '--after', '30d')
  t.equal(planned.status, 0, planned.stderr)
  const { run: id, summary } = summaryOf(planned)
  t.match(summary, { status: 'Succeeded', counts: { rows: 2, waiting: 2, done: 0, pending: 0 } })
  t.strictSame(await have(ann, bob), [true, true])
  t.match(await resultsOf(id), [
    { outcome: 'waiting', code: 'WAITS', message: /^It waits until 20/ },
    { outcome: 'waiting' },
  ])
  const shown = JSON.parse((await run('runs', 'show', id, '--json')).stdout) as Line
  t.match(shown, { status: 'done', results: { waiting: 2 }, due: [{ rows: 2 }] })
  const resumed = await run('runs', 'resume', id)
  t.match([resumed.status, resumed.stderr], [2, /cannot be resumed: it is done/])

  const other = await remove([cleo])
  t.match([other.status, summaryOf(other).summary.counts], [0, { done: 1 }], other.stderr)
  const early = await due(29)
  t.equal(early.status, 0)
  t.strictSame(JSON.parse(early.stdout), {
    run: null,
    tenant: null,
    status: 'Succeeded',
    counts: { rows: 0, done: 0, unchanged: 0, waiting: 0, skipped: 0, failed: 0, unknown: 0, pending: 0 },
    dueAt: (summary as Line)['dueAt'],
    notes: [`Nothing is due. The next rows are due at ${String((summary as Line)['dueAt'])}, of run ${id}.`],
  })
  t.strictSame(await have(ann, bob), [true, true])

  const made = await due(31)
  t.equal(made.status, 0, made.stderr)
  t.match(summaryOf(made).summary.counts, { rows: 2, done: 2, waiting: 0 })
  t.strictSame(await have(ann, bob), [false, false])
  const again = await due(32)
  t.equal(again.status, 0)
  t.match(JSON.parse(again.stdout), { run: null, counts: { rows: 0 }, notes: ['Nothing is due, and nothing waits.'] })
  const after = JSON.parse((await run('runs', 'show', id, '--json')).stdout) as Line
  t.match(after, { due: [{ rows: 2, run: summaryOf(made).run }], dueAt: undefined })
  t.equal(await look(async store => (await store.get(id)).dueAt), undefined)

  const undone = await run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
  t.match(summaryOf(undone).summary.counts, { done: 2 }, undone.stderr)
  t.strictSame(await have(ann, bob), [true, true])
})

t.test('what no longer holds at its time is skipped, and says why', async t => {
  const { names, remove, due, have, run, write, resultsOf } = await desk(t)
  const [ann, bob, cleo, dan, eve] = names as [string, string, string, string, string]
  const planned = await remove([ann, bob, cleo, dan, eve], '--after', '12h')
  t.equal(planned.status, 0, planned.stderr)
  write('off.csv', `userPrincipalName\n${ann}\n`)
  await run('users', 'disable', '--tenant', 'sandbox', '--from', 'off.csv', '--yes')
  await run(
    'licenses',
    'modify',
    '--tenant',
    'sandbox',
    '--id',
    bob,
    '--sku',
    'POWER_BI_PRO',
    '--disable-plans',
    'BI_AZURE_P2',
    '--yes',
  )
  await remove([cleo])
  write('gone.csv', `userPrincipalName\n${dan}\n`)
  await run('users', 'delete', '--tenant', 'sandbox', '--from', 'gone.csv', '--yes', '--irreversible')
  const made = await due(1)
  t.equal(made.status, 3, made.stderr)
  const results = await resultsOf(summaryOf(made).run)
  t.match(
    results.slice(0, 5).map(({ outcome, code, message }) => [outcome, code, message]),
    [
      ['skipped', 'NO_LONGER_HOLDS', /^Since it was planned, accountEnabled changed from true to false, so nothing/],
      [
        'skipped',
        'NO_LONGER_HOLDS',
        /^Since it was planned, plans changed from all on to BI_AZURE_P2 off, so nothing was sent/,
      ],
      ['unchanged', null, /does not have Power BI Pro/],
      ['skipped', 'OBJECT_NOT_FOUND', /^No user has the id/],
      ['done', null, null],
    ],
  )
  t.strictSame(await have(ann, bob, cleo, eve), [true, true, false, false])
})

t.test('a selection is read again at the time, and who is no longer in it is skipped', async t => {
  const { names, due, have, run, write, resultsOf } = await desk(t)
  const [ann, bob, cleo] = names as [string, string, string]
  write('dept.csv', ['userPrincipalName,department', `${ann},Leavers`, `${bob},Leavers`, `${cleo},Leavers`].join('\n'))
  await run('users', 'update', '--tenant', 'sandbox', '--from', 'dept.csv', '--yes')
  const planned = await run(
    ...['licenses', 'remove', '--tenant', 'sandbox', '--sku', 'POWER_BI_PRO', '--after', '2d', '--yes', '--json'],
    ...['--filter', "department eq 'Leavers'", '--except', '--id', cleo],
  )
  t.match([planned.status, summaryOf(planned).summary.counts], [0, { waiting: 2 }], planned.stderr)
  write('dept.csv', `userPrincipalName,department\n${bob},Sales\n`)
  await run('users', 'update', '--tenant', 'sandbox', '--from', 'dept.csv', '--yes')
  const made = await due(3)
  t.equal(made.status, 3, made.stderr)
  t.match(summaryOf(made).summary.counts, { done: 1, skipped: 1 })
  const skipped = (await resultsOf(summaryOf(made).run)).find(({ outcome }) => outcome === 'skipped')
  t.match(skipped, { code: 'NOT_SELECTED', message: /no longer among those who were selected/ })
  t.strictSame(await have(ann, bob, cleo), [false, true, true])
})

t.test('rows whose group was deleted are skipped, and hold up no other run', async t => {
  const { names, due, have, remove, run, write, resultsOf } = await desk(t)
  const [ann, bob] = names as [string, string]
  write('group.csv', 'displayName,mailEnabled,securityEnabled,mailNickname\nLeavers,false,true,leavers\n')
  await run('groups', 'create', '--tenant', 'sandbox', '--from', 'group.csv', '--yes')
  write('member.csv', `groupName,userPrincipalName\nLeavers,${ann}\n`)
  const added = await run('members', 'add', '--tenant', 'sandbox', '--from', 'member.csv', '--yes')
  t.equal(added.status, 0, added.stderr)
  const planned = await run(
    ...['licenses', 'remove', '--tenant', 'sandbox', '--sku', 'POWER_BI_PRO', '--after', '2d', '--yes', '--json'],
    ...['--group', 'Leavers'],
  )
  t.match([planned.status, summaryOf(planned).summary.counts], [0, { waiting: 1 }], planned.stderr)
  t.equal((await remove([bob], '--after', '2d')).status, 0)
  write('gone.csv', 'groupName\nLeavers\n')
  const deleted = await run('groups', 'delete', '--tenant', 'sandbox', '--from', 'gone.csv', '--yes', '--irreversible')
  t.equal(deleted.status, 0, deleted.stderr)
  const made = await due(3)
  t.equal(made.status, 3, made.stderr)
  t.strictSame(await have(ann, bob), [true, false])
  const [first] = made.stdout.split('\n')
  const { run: id } = JSON.parse(first!) as { readonly run: string }
  t.match((await resultsOf(id)).slice(0, 1), [
    { outcome: 'skipped', code: 'NOT_SELECTED', message: /no group named "Leavers". Nothing was sent/ },
  ])
})

t.test('runs discard and runs undo cancel what waits, and say how many rows', async t => {
  const { names, remove, due, have, run, resultsOf } = await desk(t)
  const [ann, bob] = names as [string, string]
  const first = summaryOf(await remove([ann], '--after', '1d')).run
  const discarded = await run('runs', 'discard', first)
  t.match([discarded.status, discarded.stderr], [0, 'Cancelled 1 row that was due later: nothing will be sent for it.'])
  t.match(await resultsOf(first), [{ outcome: 'skipped', code: 'CANCELLED' }])
  const again = await run('runs', 'discard', first)
  t.match([again.status, again.stderr], [2, /is done/])
  const second = summaryOf(await remove([bob], '--after', '1d')).run
  const undone = await run('runs', 'undo', second, '--yes')
  t.match([undone.status, undone.stderr], [0, /Cancelled 1 row that was due later/])
  const made = await due(2)
  t.match([made.status, summaryOf(made).run, summaryOf(made).summary.counts], [0, null, { rows: 0 }])
  t.strictSame(await have(ann, bob), [true, true])
})

t.test('brakes count again at the time, and stop no other run; the stopped one is made once they allow it', async t => {
  const { names, remove, due, have } = await desk(t)
  const many = names.slice(0, 12)
  const other = names[20]!
  const planned = await remove(many, '--after', '1d', '--max-removals', '12')
  t.equal(planned.status, 0, planned.stderr)
  await remove([other], '--after', '1d')
  const made = await due(2)
  t.equal(made.status, 5, made.stderr)
  t.match(made.stderr, /TOO_MANY_REMOVALS/)
  t.strictSame(await have(many[0]!, other), [true, false])
  const allowed = await due(3, '--max-removals', '12')
  t.match([allowed.status, summaryOf(allowed).summary.counts], [0, { done: 12 }], allowed.stderr)
  t.strictSame(await have(...many), Array(12).fill(false))
})

t.test('a run whose file is damaged keeps no other run back, and is reported', async t => {
  const { names, remove, due, have, write } = await desk(t)
  const [ann, bob] = names as [string, string]
  const damaged = summaryOf(await remove([ann], '--after', '1d')).run
  await remove([bob], '--after', '1d')
  write(`store/runs/${damaged}/run.sqlite`, 'This is no database.')
  const made = await due(2)
  t.notSame(made.status, 0)
  t.match(made.stderr, /^entrapipe: |"error"/m)
  t.notMatch(made.stderr, /Nothing is due/)
  t.strictSame(await have(ann, bob), [true, false])
})

t.test('a run that makes what is due and dies in the middle is continued: nothing twice, nothing lost', async t => {
  const { names, remove, due, have, run, runWith, writes, look } = await desk(t)
  const some = names.slice(0, 10)
  await remove(some, '--after', '1d')
  await writes()
  // As after a kill: some are sent, and the others are pending.
  const halved = await runWith(inDays(2), 'runs', 'due', '--yes', '--json', '--limit', '4')
  t.match(summaryOf(halved).summary.counts, { done: 4, pending: 6 }, halved.stderr)
  const { run: id } = summaryOf(halved)
  t.strictSame((await have(...some)).filter(has => !has).length, 4)
  const dry = await runWith(inDays(3), 'runs', 'due', '--dry-run', '--json')
  t.match(summaryOf(dry).summary.counts, { pending: 6 }, dry.stderr)
  const rest = await due(5)
  t.match([rest.status, summaryOf(rest).run, summaryOf(rest).summary.counts], [0, id, { done: 10 }], rest.stderr)
  t.strictSame(Object.values(await writes()), [10])
  t.match(summaryOf(await due(6)), { run: null, summary: { counts: { rows: 0 } } })
  const pruned = await run('runs', 'prune', '--older-than', '0')
  t.equal(pruned.status, 0, pruned.stderr)
  await look(async store => t.strictSame(await store.list({ dueBy: Number.MAX_SAFE_INTEGER }), []))
})

t.test('a run that made nothing yet starts over, so that its rows are judged again', async t => {
  const { names, remove, due, have, runWith, run, write } = await desk(t)
  const [ann] = names as [string]
  await remove([ann], '--after', '1d')
  const unanswered = await runWith(inDays(2), 'runs', 'due')
  t.match([unanswered.status, unanswered.stderr], [5, /--yes is missing/])
  write('off.csv', `userPrincipalName\n${ann}\n`)
  await run('users', 'disable', '--tenant', 'sandbox', '--from', 'off.csv', '--yes')
  const made = await due(3)
  t.match([made.status, summaryOf(made).summary.counts], [3, { skipped: 1 }], made.stderr)
  t.strictSame(await have(ann), [true])
})

t.test('runs with rows that wait are not pruned, and runs due names when the next are due', async t => {
  const { names, remove, runWith, run } = await desk(t)
  const { run: id } = summaryOf(await remove(names.slice(0, 1), '--after', '30d'))
  const pruned = await runWith(inDays(20), 'runs', 'prune', '--older-than', '1', '--json')
  t.match(JSON.parse(pruned.stdout), { unfinished: [id] })
  const early = await runWith(inDays(20), 'runs', 'due')
  t.match([early.status, early.stderr], [0, new RegExp(`Nothing is due. The next rows are due at .*, of run ${id}`)])
  const listed = await run('runs', 'list')
  t.match(listed.stdout, /some due 20/)
  const of = (tenant: string) => runWith(inDays(20), 'runs', 'due', '--tenant', tenant, '--yes')
  const own = await of('SANDBOX')
  t.match([own.status, own.stderr], [0, /The next rows are due/])
  const foreign = await of('1cabe5a4-0000-4000-8000-00000000abcd')
  t.match([foreign.status, foreign.stderr], [0, /nothing waits/])
  const misspelt = await of('contso')
  t.match([misspelt.status, misspelt.stderr], [2, /contso/])
})

t.test('a time that is none, or has passed, is one clear sentence', async t => {
  const { names, remove } = await desk(t)
  for (const [time, sentence] of [
    ['30', /Expected --after to be a time with its unit such as 30d, 12h or 2w, a date, or a date and time/],
    ['soon', /Expected --after/],
    ['0d', /Expected --after/],
    ['2020-01-01', /--after 2020-01-01 is in the past/],
  ] as const) {
    const { status, stderr } = await remove(names.slice(0, 1), '--after', time)
    t.match([status, stderr], [2, sentence])
  }
  const listed = await remove(names.slice(0, 1), '--also', '--id', names[1]!, '--after', '1d')
  t.match([listed.status, listed.stderr], [2, /cannot be combined with a file of users and --also/])
  const at = new Date(Date.now() + dayMs).toISOString()
  t.match(summaryOf(await remove(names.slice(0, 1), '--after', at)).summary, {
    dueAt: `${new Date(Math.ceil(Date.parse(at) / 1000) * 1000).toISOString()}`,
  })
})

t.test('a plan keeps what is left for later', async t => {
  const { names, run, write, due, have, textOf } = await desk(t)
  const [ann] = names as [string]
  write('in.csv', `userPrincipalName\n${ann}\n`)
  const remove = ['licenses', 'remove', '--tenant', 'sandbox', '--from', 'in.csv', '--sku', 'POWER_BI_PRO']
  const planned = await run(...remove, '--after', '3d', '--plan', 'plan.jsonl')
  t.match([planned.status, planned.stderr], [0, /1 change waits until/])
  t.match(planned.stderr, /Nothing would be changed now/)
  t.match(textOf('plan.jsonl'), /"later"/)
  const applied = await run('apply', 'plan.jsonl', '--tenant', 'sandbox', '--yes', '--json')
  t.match([applied.status, summaryOf(applied).summary.counts], [0, { waiting: 1 }], applied.stderr)
  t.strictSame(await have(ann), [true])
  const made = await due(4)
  t.match([made.status, summaryOf(made).summary.counts], [0, { done: 1 }], made.stderr)
})

t.test('nothing waits in a run that a brake stops, until it is resumed', async t => {
  const { names, remove, due, have, run } = await desk(t)
  const stopped = await remove(names.slice(0, 3), '--after', '30d', '--max-removals', '2')
  t.equal(stopped.status, 5, stopped.stderr)
  const id = summaryOf(stopped).run
  t.notMatch((await run('runs', 'list', '--json')).stdout, /dueAt/)
  t.match((await run('runs', 'due', '--yes')).stderr, /^Nothing is due, and nothing waits\.$/m)
  t.strictSame([(await due(31)).status, await have(...names.slice(0, 3))], [0, [true, true, true]])
  const resumed = await run('runs', 'resume', id, '--max-removals', '3', '--yes', '--json')
  t.match([resumed.status, summaryOf(resumed).summary.counts], [0, { waiting: 3 }], resumed.stderr)
  t.equal((await due(31, '--max-removals', '3')).status, 0)
  t.strictSame(await have(...names.slice(0, 3)), [false, false, false])
})

t.test('an undo that was stopped cancels what waits once it is resumed', async t => {
  const { names, connection, run, write, resultsOf } = await desk(t)
  const [ann] = names as [string]
  write('leavers.csv', `userPrincipalName\n${ann}\n`)
  const left = await run(
    ...['offboard', '--tenant', 'sandbox', '--from', 'leavers.csv', '--remove-licenses', '--delete-after', '2d'],
    ...['--yes', '--json'],
  )
  const { run: id } = summaryOf(left)
  const waiting = async () =>
    (await resultsOf(id)).filter(({ operation }) => operation === 'delete-user').map(({ code }) => code)
  const state = await connection()
  const units = (enabled: number) =>
    callControl(state, 'PUT', '/seats', { sku: 'POWER_BI_PRO', enabled, warning: 0, suspended: 0 })
  await units(0)
  const stopped = await run('runs', 'undo', id, '--yes', '--json')
  t.equal(stopped.status, 5, stopped.stderr)
  t.strictSame(await waiting(), ['WAITS'])
  await units(400)
  const resumed = await run('runs', 'resume', summaryOf(stopped).run, '--yes')
  t.match(resumed.stderr, 'Cancelled 1 row that was due later')
  t.strictSame(await waiting(), ['CANCELLED'])
})
