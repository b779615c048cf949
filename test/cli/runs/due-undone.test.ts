import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { systemClock, type Clock } from '../../../src/core/clock.ts'
import { callControl } from '../../../src/sandbox/process/call-control.ts'
import { changeDesk, type Line } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const binary = fileURLToPath(new URL('../../../bin/entrapipe.js', import.meta.url))
const here = (path: string): string => JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href)
const dayMs = 24 * 60 * 60 * 1000

/** The clock of this machine, so many days ahead. */
const inDays = (days: number): { readonly clock: Clock } => ({
  clock: { now: () => Date.now() + days * dayMs, sleep: systemClock.sleep },
})

const desk = await changeDesk(
  t,
  {},
  {
    users: 300,
    tls: false,
    licences: { skus: [{ sku: 'POWER_BI_PRO', enabled: 400, direct: 1 }], withoutUsageLocation: 0 },
  },
)
const holders = new Set<unknown>()
for (const list of ['roleAssignments', 'roleEligibilitySchedules'])
  for (const { principalId } of desk.rowsOf(await desk.exported('graph', `/roleManagement/directory/${list}`)))
    holders.add(principalId)
const names = (await desk.people('id,userPrincipalName,userType,accountEnabled,onPremisesSyncEnabled'))
  .filter(({ id, userType }) => userType === 'Member' && !holders.has(id))
  .filter(user => user['accountEnabled'] === true && user['onPremisesSyncEnabled'] !== true)
  .map(user => String(user['userPrincipalName']))
const ofNames = (users: readonly string[]): string => `userPrincipalName\n${users.map(name => `${name}\n`).join('')}`

/** Offboards people, with licences that go after 30 days, and returns the id of the run. */
const offboarded = async (users: readonly string[]): Promise<string> => {
  desk.write('in.csv', ofNames(users))
  const made = await desk.run(
    ...[
      'offboard',
      '--tenant',
      'sandbox',
      '--from',
      'in.csv',
      '--remove-licenses',
      '--after',
      '30d',
      '--yes',
      '--json',
    ],
    ...['--max-removals', '500', '--fresh'],
  )
  const { run, summary } = summaryOf(made)
  t.match(summary.counts, { waiting: users.length, failed: 0 }, made.stderr)
  return run
}
const due = (...flags: readonly string[]) => desk.runWith(inDays(31), 'runs', 'due', '--yes', '--json', ...flags)
const errorIn = (stderr: string): Line =>
  (JSON.parse(stderr.split('\n').find(line => line.startsWith('{"error"'))!) as { readonly error: Line }).error
/** Changes that arrived since `desk.writes` was called. */
const sent = async (): Promise<number> => {
  const { writes } = JSON.parse(await desk.control('GET', '/counters')) as {
    readonly writes: { readonly attempted: Readonly<Record<string, number>> }
  }
  return Object.values(writes.attempted).reduce((sum, many) => sum + many, 0)
}
/** Undoes a run by a pipeline, which ends just before the command would cancel what waits. */
const giveBack = (origin: string, ...flags: readonly string[]) => {
  desk.write(
    'give-back.ts',
    `import { pipeline } from ${here('engine/pipeline.ts')}
import { graph } from ${here('sinks/graph.ts')}
import { undo } from ${here('sources/undo.ts')}
export default pipeline({
  summary: 'Undoes a run.',
  params: {},
  make: () => ({ source: undo({ run: '${origin}' }), sink: graph(({ steps }) => steps) }),
})
`,
  )
  return desk.run('run', './give-back.ts', '--tenant', 'sandbox', '--yes', '--json', ...flags)
}

t.test(
  'an undo that was killed leaves nothing due: what waits is not made, and is cancelled once it is resumed',
  async t => {
    const users = names.slice(-40)
    const origin = await offboarded(users)
    await desk.writes()
    const knobs = async (values: object): Promise<unknown> =>
      callControl(await desk.connection(), 'PUT', '/knobs', values)
    await knobs({ writeMs: 100 })
    const child = spawn(process.execPath, [binary, 'runs', 'undo', origin, '--yes'], {
      stdio: 'ignore',
      env: { ...process.env, ENTRAPIPE_STORE: join(desk.folder, 'store') },
    })
    const ended = once(child, 'close')
    while ((await sent()) === 0 && child.exitCode === null) await new Promise(setImmediate)
    child.kill('SIGKILL')
    await ended
    t.equal(child.signalCode, 'SIGKILL')
    await knobs({ writeMs: 0 })
    await desk.writes()

    const [undo] = await desk.look(store => store.list({ pipeline: 'runs undo' }))
    t.equal(undo!.status, 'interrupted')
    for (const flags of [[], ['--dry-run']]) {
      const left = await due(...flags)
      t.match([left.status, left.stdout], [2, ''])
      t.strictSame(errorIn(left.stderr), {
        code: 'RUN_UNFINISHED',
        message: `Run ${undo!.id} has begun to undo run ${origin}, and was stopped, so 40 rows of run ${origin} that wait are not made.`,
        fix: `Resume it with \`entrapipe runs resume ${undo!.id}\`: it then cancels them. Without it, \`entrapipe runs discard ${origin}\` cancels them.`,
        retryable: false,
        facts: { run: undo!.id },
      })
    }
    t.equal(await sent(), 0, 'nobody lost anything')

    await t.test('who is offboarded again meanwhile does not wait for a row that is never made', async t => {
      const again = await offboarded(users.slice(0, 1))
      t.not(again, origin)
      const undone = await desk.run('runs', 'undo', again, '--yes', '--json')
      t.equal(undone.status, 0, undone.stderr)
    })

    const resumed = await desk.run('runs', 'resume', undo!.id, '--yes')
    t.match([resumed.status, resumed.stderr], [0, /Cancelled 40 rows that were due later/])
    t.match(summaryOf(await due()).summary, { counts: { rows: 0 }, notes: ['Nothing is due, and nothing waits.'] })
  },
)

t.test('what an undo did not cancel, because its process ended first, is cancelled when it is due', async t => {
  const origin = await offboarded(names.slice(0, 2))
  const undone = await giveBack(origin)
  t.equal(undone.status, 0, undone.stderr)
  const { run: undo } = summaryOf(undone)
  await desk.writes()
  const note = (words: string): readonly string[] => [
    `Run ${undo} has undone run ${origin}: 2 rows that waited ${words} sent for them.`,
  ]
  const dry = await due('--dry-run')
  t.match(
    [dry.status, summaryOf(dry).summary],
    [0, { notes: note('would be cancelled, and nothing would be') }],
    dry.stderr,
  )
  const made = await due()
  t.match([made.status, summaryOf(made).summary], [0, { notes: note('are cancelled, and nothing was') }], made.stderr)
  t.equal(await sent(), 0)
  const results = (await desk.run('runs', 'results', origin)).stdout
  t.equal(results.split('"CANCELLED"').length - 1, 2)
  t.match(summaryOf(await due()).summary, { notes: ['Nothing is due, and nothing waits.'] })
})

t.test('an undo that only looked, or was not confirmed, keeps nothing from being made', async t => {
  const origin = await offboarded(names.slice(2, 3))
  await desk.run('runs', 'undo', origin, '--dry-run')
  const refused = await desk.runWith({ answers: [[/yes or no/, 'no\n']] }, 'runs', 'undo', origin)
  t.equal(refused.status, 5, refused.stderr)
  const made = await due()
  t.match([made.status, summaryOf(made).summary.counts], [0, { done: 1 }], made.stderr)
})

t.test('an undo that was discarded after it had begun leaves what waits to a decision', async t => {
  const origin = await offboarded(names.slice(3, 6))
  const { run: undo } = summaryOf(await giveBack(origin, '--limit', '1'))
  t.match(errorIn((await due()).stderr), { code: 'RUN_UNFINISHED', message: /and was stopped, so 3 rows/ })
  t.equal((await desk.run('runs', 'discard', undo)).status, 0)
  t.match(errorIn((await due()).stderr), {
    code: 'RUN_UNFINISHED',
    message: `Run ${undo} has begun to undo run ${origin}, and was given up, so 3 rows of run ${origin} that wait are not made.`,
    fix: `Cancel them with \`entrapipe runs discard ${origin}\`, and run the command again for those that are still wanted.`,
  })
  t.match(await desk.run('runs', 'discard', origin), { status: 0, stderr: /Cancelled 3 rows/ })
  t.match(summaryOf(await due()).summary, { counts: { rows: 0 } })
})

t.test('the plan of an undo that is applied leaves nothing due, and one that is not keeps nothing back', async t => {
  const origin = await offboarded(names.slice(6, 8))
  const planned = await desk.run('runs', 'undo', origin, '--plan', 'back.jsonl')
  t.equal(planned.status, 0, planned.stderr)
  const early = await due('--dry-run')
  t.match([early.status, summaryOf(early).summary.counts], [0, { pending: 2 }], early.stderr)
  const applied = await desk.run('apply', 'back.jsonl', '--tenant', 'sandbox', '--yes', '--json')
  t.match([applied.status, summaryOf(applied).summary.counts], [0, { done: 2 }], applied.stderr)
  const made = await due()
  t.match(
    (summaryOf(made).summary as Line)['notes'],
    [/has undone run .*: 2 rows that waited are cancelled/],
    made.stderr,
  )
})

t.test('a run that makes what waited is not resumed once an undo has begun, and none begins meanwhile', async t => {
  const origin = await offboarded(names.slice(6, 9))
  const begun = await due('--limit', '1')
  const { run } = summaryOf(begun)
  t.match(summaryOf(begun).summary, { counts: { done: 1 } }, begun.stderr)
  await desk.run('runs', 'undo', origin, '--yes', '--json', '--limit', '1')
  await desk.writes()
  const resumed = await desk.runWith(inDays(31), 'runs', 'resume', run, '--yes', '--json')
  t.equal(resumed.status, 2, resumed.stderr)
  t.match(errorIn(resumed.stderr), {
    code: 'RUN_UNFINISHED',
    message: /makes what waited in run .* has begun to undo, so it is not resumed/,
  })
  t.equal(await sent(), 0)
})

t.test('an undo that was stopped before it could say so has begun', async t => {
  const origin = await offboarded(names.slice(9, 11))
  const undo = await desk.look(async store => {
    const { tenant } = await store.get(origin)
    const held = await store.create({
      ...{
        pipeline: 'runs undo',
        params: { run: origin },
        tenant: tenant!,
        codeHash: 'x',
        resumable: true,
        writes: true,
      },
    })
    await held.release()
    return held.id
  })
  await desk.writes()
  const left = await due()
  t.equal(left.status, 2, left.stderr)
  t.match(left.stderr, `Run ${undo} has begun to undo run ${origin}, and was stopped`)
  t.equal(await sent(), 0)
})

t.test('no undo begins while a run makes what waited', async t => {
  const origin = await offboarded(names.slice(11, 13))
  await desk.writes()
  const refused = await desk.look(async store => {
    const { tenant, dueAt } = await store.get(origin)
    const at = new Date(dueAt!).toISOString()
    const held = await store.create({
      ...{
        pipeline: 'runs due',
        params: { run: origin, at },
        tenant: tenant!,
        codeHash: 'x',
        resumable: true,
        writes: true,
      },
    })
    try {
      return await desk.run('runs', 'undo', origin, '--yes', '--json')
    } finally {
      await held.release()
    }
  })
  t.equal(refused.status, 75, refused.stderr)
  t.match(errorIn(refused.stderr), { code: 'RUN_ACTIVE', message: /is making what waited in run/ })
  t.equal(await sent(), 0)
})
