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
const dayMs = 24 * 60 * 60 * 1000

/** A clock so many days ahead, or behind, on which nothing waits. */
const inDays = (days: number): { readonly clock: Clock } => {
  let passedMs = 0
  return {
    clock: {
      now: () => Date.now() + days * dayMs + passedMs,
      async sleep(ms, signal) {
        passedMs += ms
        await systemClock.sleep(0, signal)
      },
    },
  }
}

t.test('what is due is removed once, although the process that removes it is killed', async t => {
  const desk = await changeDesk(
    t,
    {},
    {
      users: 300,
      tls: false,
      licences: { skus: [{ sku: 'POWER_BI_PRO', enabled: 400, direct: 1 }], withoutUsageLocation: 0 },
    },
  )
  const holders = new Set(desk.rowsOf(await desk.exported('role-assignments')).map(({ principalId }) => principalId))
  const people = (await desk.people('id,userType,onPremisesSyncEnabled'))
    .filter(({ id, userType }) => userType === 'Member' && !holders.has(id))
    .slice(-60)
    .map(({ id }) => String(id))
  desk.write('in.csv', `id\n${people.map(id => `${id}\n`).join('')}`)
  const planned = await desk.runWith(
    inDays(-40),
    ...['licenses', 'remove', '--tenant', 'sandbox', '--from', 'in.csv', '--sku', 'POWER_BI_PRO', '--after', '30d'],
    ...['--max-removals', '60', '--yes', '--json'],
  )
  const { waiting } = summaryOf(planned).summary.counts as { readonly waiting: number }
  t.ok(waiting > 40, planned.stderr)

  const sent = async (): Promise<number> => {
    const { writes } = JSON.parse(await desk.control('GET', '/counters')) as {
      readonly writes: { readonly attempted: Readonly<Record<string, number>> }
    }
    return Object.values(writes.attempted).reduce((sum, many) => sum + many, 0)
  }
  const knobs = async (values: object): Promise<unknown> =>
    callControl(await desk.connection(), 'PUT', '/knobs', values)
  await desk.writes()
  await knobs({ writeMs: 100 })
  const child = spawn(process.execPath, [binary, 'runs', 'due', '--yes', '--max-removals', '60'], {
    stdio: 'ignore',
    env: { ...process.env, ENTRAPIPE_STORE: join(desk.folder, 'store') },
  })
  const ended = once(child, 'close')
  while ((await sent()) === 0 && child.exitCode === null) await new Promise(setImmediate)
  child.kill('SIGKILL')
  await ended
  t.equal(child.signalCode, 'SIGKILL')
  await knobs({ writeMs: 0 })

  const rest = await desk.runWith(inDays(0), 'runs', 'due', '--yes', '--json', '--max-removals', '60')
  t.match(summaryOf(rest).summary.counts, { rows: waiting, failed: 0, skipped: 0, pending: 0 }, rest.stderr)
  t.match(summaryOf(await desk.runWith(inDays(1), 'runs', 'due', '--yes', '--json')).summary.counts, { rows: 0 })
  for (const id of people) {
    const lines = (await desk.control('GET', `/truth/licences?user=${id}`))
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Line)
      .filter(({ by }) => by === 'direct')
    t.match(lines, { length: 1 })
  }
})
