import t from 'tap'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { dueJobs } from '../../src/jobs/due-jobs.ts'
import { jobBed } from './job-bed.ts'

const dayMs = 24 * 60 * 60 * 1000

const twoDaysAgo: Clock = { now: () => Date.now() - 2 * dayMs, sleep: systemClock.sleep }

t.test('a job makes what a run left for a later time, once, and for its own tenant only', async t => {
  const { desk, store, runs, drain } = await jobBed(t)
  await desk.exported('licenses')
  // The first ones hold roles.
  const held = desk.rowsOf('exported.jsonl').findLast(({ isDirect }) => isDirect === true)
  t.ok(held, 'somebody has a product')
  const { userPrincipalName, skuPartNumber } = held as { userPrincipalName: string; skuPartNumber: string }
  desk.write('in.csv', `userPrincipalName\n${userPrincipalName}\n`)
  const left = await desk.runWith(
    { clock: twoDaysAgo },
    ...['licenses', 'remove', '--tenant', 'sandbox', '--from', 'in.csv', '--sku', skuPartNumber, '--after', '1d'],
    ...['--yes', '--json'],
  )
  t.equal(left.status, 0, left.stderr)
  const [origin] = await runs.list({ writes: true })
  let ahead = 0
  const clock: Clock = { now: () => Date.now() + ahead, sleep: systemClock.sleep }
  const due = (tenants: readonly string[]) => dueJobs({ runs, jobs: store, tenants, clock })
  await due(['contoso']).tick()
  t.strictSame((await store.list({})).items, [])
  const mine = due(['sandbox'])
  await mine.tick()
  await due(['sandbox']).tick()
  const [job, ...more] = (await store.list({})).items
  t.match(job, {
    pipeline: 'runs due',
    tenant: 'sandbox',
    params: { run: origin?.id },
    by: 'entrapipe',
    state: 'queued',
  })
  t.strictSame(more, [])
  await drain()
  t.match(await store.get(job!.id), { state: 'done', counts: { rows: 1, done: 1 } })
  ahead = 2 * dayMs
  await mine.tick()
  t.equal((await store.list({})).items.length, 1)
  const [now] = await runs.list({ dueBy: Number.MAX_SAFE_INTEGER })
  t.equal(now, undefined)
})
