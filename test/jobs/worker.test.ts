import { writeFileSync } from 'node:fs'
import t from 'tap'
import type { Manifest } from '../../src/core/manifest.ts'
import { callControl } from '../../src/sandbox/process/call-control.ts'
import { ann, jobBed } from './job-bed.ts'

t.test('an export is run in a process of its own, and its job tells what became of it', async t => {
  const { desk, jobs, runAll, store, said } = await jobBed(t)
  const job = await jobs.submit(
    {
      pipeline: 'export users',
      params: { select: ['id', 'displayName'] },
      paths: { to: desk.path('users.jsonl') },
      tenant: 'sandbox',
    },
    ann,
  )
  t.equal(job.writes, false)
  await runAll()
  const ended = await store.get(job.id)
  t.match(
    ended,
    { state: 'done', status: 'Succeeded', counts: { rows: 300, done: 300, failed: 0, pending: 0 } },
    said.join('\n'),
  )
  t.strictSame(Object.keys(ended.params), ['select'], 'paths are not shown')
  t.match(ended.progress, { doing: 'ended', rows: 300, total: 300, secondsLeft: 0 })
  t.ok(ended.progress!.requests > 0)
  t.equal(desk.rowsOf('users.jsonl').length, 300)
  const { files } = JSON.parse(desk.textOf('users.jsonl.manifest.json')) as Manifest
  t.strictSame(
    files.map(({ path }) => path),
    ['users.jsonl'],
    'its manifest names no folders',
  )
  t.match(await desk.look(at => at.get(ended.run!)), { status: 'done' })
})

t.test('a job of a tenant can also be one that uses no directory', async t => {
  const { desk, jobs, runAll, store, said } = await jobBed(t)
  writeFileSync(desk.path('people.csv'), 'id,department\na,Sales\nb,HR\n')
  const paths = { from: desk.path('people.csv'), to: desk.path('sales.csv') }
  const params = { odata: "department eq 'Sales'" }
  const order = { pipeline: 'filter', params, paths, tenant: 'sandbox' }
  const refused = await jobs.submit({ ...order, paths: { ...paths, to: desk.path('sales/') } }, ann).catch(String)
  t.match(refused, ' sales/', 'who submits it knows the name of the file')
  t.notMatch(refused, desk.folder, 'and not its folder')
  const { id } = await jobs.submit(order, ann)
  await runAll()
  t.match(await store.get(id), { state: 'done', counts: { done: 1, failed: 0 } }, said.join('\n'))
  t.equal(desk.textOf('sales.csv'), 'id,department\na,Sales\n')
})

t.test('a write job makes its changes once, and its counts are those of its rows', async t => {
  const { desk, create, runAll, store, said } = await jobBed(t)
  const { id, writes } = await create(desk.newPeople('in.csv', 'ada', 30))
  t.equal(writes, true)
  await runAll()
  t.match(await store.get(id), { state: 'done', status: 'Succeeded', counts: { rows: 30, done: 30 } }, said.join('\n'))
  t.strictSame(
    await desk.created('ada'),
    Array.from({ length: 30 }, () => 1),
  )
})

t.test('a cancelled job sends nothing more, and is resumed where it was', async t => {
  const { desk, jobs, create, store, worker, until, drain, stateOf, said } = await jobBed(t)
  const { id } = await create(desk.newPeople('in.csv', 'ida', 500))
  await desk.writes()
  await desk.slowly(1500)
  const [ticket] = await store.tickets()
  const running = worker.run(ticket!)
  await desk.hasSent()
  await until(id, ({ run }) => run !== undefined)
  t.equal((await jobs.cancel(id, ann)).state, 'cancelling')
  await running
  t.equal(await stateOf(id), 'cancelled', said.join('\n'))
  const { counts, run } = await store.get(id)
  t.ok(counts!.pending > 0, `${counts!.pending} rows are pending`)
  t.equal(counts!.unknown, 0, 'requests in flight have settled')
  t.equal((await desk.created('ida')).length, counts!.done)
  const sent = await desk.sent()
  await desk.slowly(0)
  t.equal(await desk.sent(), sent, 'nothing was sent since')
  t.equal((await jobs.resume(id, ann)).state, 'queued')
  await drain()
  t.match(await store.get(id), { state: 'done', run, counts: { rows: 500, done: 500 } }, said.join('\n'))
  t.strictSame(
    await desk.created('ida'),
    Array.from({ length: 500 }, () => 1),
  )
})

t.test('a job whose process is killed is taken up again by the same run, and doubles nothing', async t => {
  const { desk, jobs, create, store, worker, children, until, drain, stateOf, said } = await jobBed(t)
  const { id } = await create(desk.newPeople('in.csv', 'eva', 120))
  await desk.writes()
  await desk.slowly(300)
  const [ticket] = await store.tickets()
  const running = worker.run(ticket!)
  await desk.hasSent()
  const { run } = await until(id, job => job.run !== undefined)
  process.kill(children[0]!.pid!, 'SIGKILL')
  await running
  t.equal(await stateOf(id), 'interrupted')
  await desk.slowly(0)
  await jobs.cancel(id, ann)
  await t.rejects(jobs.remove(id, ann), { code: 'JOB_STATE', fix: /not known what became of rows/ })
  await jobs.resume(id, ann)
  await drain()
  t.match(
    await store.get(id),
    { state: 'done', run, counts: { rows: 120, pending: 0, failed: 0, unknown: 0 } },
    said.join('\n'),
  )
  t.strictSame(
    await desk.created('eva'),
    Array.from({ length: 120 }, () => 1),
  )
  t.equal((await desk.look(at => at.list())).length, 1)
  await jobs.remove(id, ann)
  await t.rejects(jobs.get(id), { code: 'JOB_UNKNOWN' })
})

t.test('an export whose process is killed has the same rows as one that was not', async t => {
  const { desk, jobs, store, worker, children, until, drain, said } = await jobBed(t)
  const submit = (to: string) =>
    jobs.submit(
      {
        pipeline: 'export users',
        params: { select: ['id', 'mail'], pageSize: 10 },
        paths: { to: desk.path(to) },
        tenant: 'sandbox',
        options: { checkpointRows: 20 },
      },
      ann,
    )
  const { id } = await submit('killed.jsonl')
  const [ticket] = await store.tickets()
  const running = worker.run(ticket!)
  await until(id, job => job.run !== undefined)
  process.kill(children[0]!.pid!, 'SIGKILL')
  await running
  await submit('whole.jsonl')
  await drain()
  t.match(await store.get(id), { state: 'done', counts: { rows: 300 } }, said.join('\n'))
  const ids = (name: string) => desk.rowsOf(name).map(row => row['id'])
  t.strictSame(ids('killed.jsonl').toSorted(), ids('whole.jsonl').toSorted())
  t.equal(new Set(ids('killed.jsonl')).size, 300)
})

t.test('a job whose process dies three times without getting any further has failed', async t => {
  const { desk, create, store, drain, children } = await jobBed(t, {
    launch: real => (order, take) => {
      const child = real(order, take)
      child.kill()
      return child
    },
  })
  const { id } = await create(desk.newPeople('in.csv', 'kim', 3))
  await drain()
  t.match(await store.get(id), { state: 'failed', status: 'Failed', reason: 'CrashLoop' })
  t.equal(children.length, 3)
  t.strictSame(await desk.created('kim'), [])
})

t.test('a job whose end cannot be stored, because the disk was full, is ended later', async t => {
  const { desk, create, runAll, store, worker, tables, said } = await jobBed(t)
  const { id } = await create(desk.newPeople('in.csv', 'eva', 3))
  await tables.query(
    `create trigger full before insert on job_audit when new.action = 'end' begin select raise(abort, 'full'); end`,
  )
  await t.rejects(runAll(), { message: /full/ })
  await tables.query('drop trigger full')
  t.equal((await store.get(id)).state, 'running')
  await worker.recover()
  await runAll()
  t.match(await store.get(id), { state: 'done', counts: { rows: 3, done: 3 } }, said.join('\n'))
  t.strictSame(await desk.created('eva'), [1, 1, 1])
})

t.test(
  'a ticket of a dead worker takes up what that one started, and nothing that another one has started since',
  async t => {
    const { desk, create, store, worker } = await jobBed(t)
    const { id } = await create(desk.newPeople('in.csv', 'kai', 1))
    const [ticket] = await store.tickets()
    const move = (state: 'running' | 'interrupted', holder: string | null) =>
      store.change(id, () => true, { state, holder }, { who: 'x', action: 'x' })
    await move('running', 'dead')
    const { job } = await store.stored(id)
    await worker.run({ ...ticket!, again: true })
    t.match(await store.stored(id), { job: { state: 'interrupted' }, crashes: { inRow: 1 } })
    await move('running', 'other')
    await worker.run({ ...ticket!, again: true })
    await worker.run({ ...ticket!, revision: job.revision, again: true })
    t.match(await store.stored(id), { job: { state: 'running' }, holder: 'other', crashes: { inRow: 1 } })
  },
)

t.test('a retry whose process is killed as it begins sends the failed rows nevertheless', async t => {
  let isKilled = false
  const { desk, jobs, create, drain, store, said } = await jobBed(t, {
    launch: real => (order, take) => {
      const child = real(order, message => {
        if (message.type === 'run' && order.work.kind === 'retry' && !isKilled) {
          isKilled = true
          child.kill()
        }
        take(message)
      })
      return child
    },
  })
  const quota = async (objectQuota: number) => callControl(await desk.connection(), 'PUT', '/knobs', { objectQuota })
  await quota(1)
  const { id } = await create(desk.newPeople('in.csv', 'lou', 3))
  await drain()
  t.match(await store.get(id), { state: 'done', counts: { done: 0, failed: 3 } }, said.join('\n'))
  await quota(0)
  const retry = await jobs.retry(id, ['failed'], ann)
  await drain()
  t.match(await store.get(retry.id), { state: 'done', counts: { done: 3, failed: 0 } }, said.join('\n'))
  t.equal(isKilled, true)
})

t.test('a worker that stops hands its jobs over', async t => {
  const { desk, create, store, worker, until, stateOf, said } = await jobBed(t)
  const { id } = await create(desk.newPeople('in.csv', 'una', 60))
  await desk.writes()
  await desk.slowly(300)
  const [ticket] = await store.tickets()
  const running = worker.run(ticket!)
  await desk.hasSent()
  await until(id, job => job.run !== undefined)
  await worker.stop()
  await running
  t.equal(await stateOf(id), 'interrupted', said.join('\n'))
  t.equal((await store.stored(id)).crashes.inRow, 0)
  t.strictSame(
    (await store.tickets()).map(({ job }) => job),
    [id],
  )
})

t.test('write jobs of one pipeline and tenant run one after the other', async t => {
  const { desk, runs, create, store, drain } = await jobBed(t)
  for (const prefix of ['amy', 'bea', 'cat']) await create(desk.newPeople(`${prefix}.csv`, prefix, 5))
  await drain()
  const { items } = await store.list({})
  t.strictSame(
    items.map(({ state }) => state),
    ['done', 'done', 'done'],
  )
  const times = await Promise.all(items.map(async ({ run }) => runs.get(run!)))
  const inOrder = times.toSorted((one, other) => one.startedAt - other.startedAt)
  t.ok(inOrder.every(({ endedAt }, at) => at === 2 || endedAt! <= inOrder[at + 1]!.startedAt))
})

t.test('a job that fails tells why', async t => {
  const { desk, create, store, drain } = await jobBed(t)
  desk.write('empty.csv', '')
  const { id } = await create(desk.path('empty.csv'))
  await drain()
  const { state, status, error, reason } = await store.get(id)
  t.match({ state, status }, { state: 'failed', status: 'Failed' })
  t.equal(error!.code, reason)
  t.match(error!.message, /empty\.csv/)
})
