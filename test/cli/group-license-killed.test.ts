import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Clock } from '../../src/core/clock.ts'
import { phasesOf } from '../../src/store/types.ts'
import { groupLicenceBed } from './group-license-bed.ts'

const binary = fileURLToPath(new URL('../../bin/entrapipe.js', import.meta.url))
const bed = await groupLicenceBed(t)
const { group, users, held, summaryOf } = bed
const never = 1e12
const knobs = (values: object) => bed.control('PUT', '/knobs', values)

/** A clock whose sleeps end at once. */
const quickClock = (): Clock => {
  let aheadMs = 0
  return {
    now: () => Date.now() + aheadMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      aheadMs += ms
    },
  }
}
const assign = (name: string) => [
  ...['licenses', 'group', 'assign', '--group', name, '--sku', 'SPE_E3', '--tenant', 'sandbox', '--yes', '--json'],
  ...['--wait', '2h'],
]

/** Changes that arrived since `bed.writes` was called. */
const sent = async (): Promise<number> => {
  const { writes } = (await bed.control('GET', '/counters')) as {
    readonly writes: { readonly attempted: Readonly<Record<string, number>> }
  }
  return Object.values(writes.attempted).reduce((sum, many) => sum + many, 0)
}

/** Whether the first phase of the run for a group, which sends the change, is over. */
const isWaiting = (name: string): Promise<boolean> =>
  bed.look(async store => {
    const [run] = await store.list({ limit: 1 })
    if ((run?.params as { readonly group?: string } | undefined)?.group !== name) return false
    return store.read(run!.id, async reader => (await reader.phase(phasesOf(run!)[0]!).loadEnd()) !== undefined)
  })

/** Runs a command in a process of its own, and kills it once this holds. Returns the id of its run. */
const killedOnce = async (holds: () => Promise<boolean>, args: readonly string[]): Promise<string> => {
  const child = spawn(process.execPath, [binary, ...args], {
    stdio: 'ignore',
    env: { ...process.env, ENTRAPIPE_STORE: join(bed.folder, 'store') },
  })
  const ended = once(child, 'close')
  while (child.exitCode === null && !(await holds())) await new Promise(setImmediate)
  child.kill('SIGKILL')
  await ended
  t.equal(child.signalCode, 'SIGKILL')
  const [run] = await bed.look(store => store.list({ limit: 1 }))
  t.equal(run!.status, 'interrupted')
  return run!.id
}

t.test('the same command or runs resume continues a wait that was killed, and sends nothing again', async t => {
  for (const how of ['command', 'resume']) {
    const members = users(3)
    const { name } = await group(members)
    await knobs({ groupLicensingMs: never })
    await bed.writes()
    const run = await killedOnce(() => isWaiting(name), assign(name))
    t.equal(await sent(), 1)
    t.strictSame(new Set(await held(members, 'SPE_E3')), new Set(['']))
    const clock = quickClock()
    const begunMs = clock.now()
    const resume = how === 'resume' ? ['runs', 'resume', run, '--yes', '--json'] : assign(name)
    const over = await bed.runWith({ clock }, ...resume)
    t.equal(over.status, 75, over.stderr)
    t.ok(Math.abs(clock.now() - begunMs - 7_200_000) < 120_000, 'until the time of the first one')
    await knobs({ groupLicensingMs: 0 })
    const done = await bed.runWith({ clock: quickClock() }, ...resume)
    t.match([done.status, summaryOf(done)], [0, { run, summary: { counts: { done: 1 } } }], done.stderr)
    t.match(JSON.parse(done.stdout), { licensing: { active: 3, inError: 0, pending: 0 } })
    t.strictSame(await held(members, 'SPE_E3'), ['group', 'group', 'group'])
    t.equal(await sent(), 1, 'it was sent once')
  }
})

t.test('members are waited for also where a kill leaves unknown who assigned the product', async t => {
  const members = users(2)
  const { id, name } = await group(members)
  await bed.control('PUT', '/faults', [
    { fault: 'slowBody', match: 'POST /groups/{id}/assignLicense', times: 1, delayMs: 1e8 },
  ])
  const run = await killedOnce(async () => (await bed.assignedBy(id)).length > 0, assign(name))
  await bed.control('DELETE', '/faults')
  const done = await bed.runWith({ clock: quickClock() }, 'runs', 'resume', run, '--yes', '--json')
  // The last moment at which it can be killed may be just after its reply.
  const { counts } = summaryOf(done).summary
  t.equal(counts['unknown']! + counts['done']!, 1, done.stderr)
  t.match(JSON.parse(done.stdout), { licensing: { active: 2, inError: 0, pending: 0 } })
  t.strictSame(await held(members, 'SPE_E3'), ['group', 'group'])
})
