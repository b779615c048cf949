import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import t from 'tap'
import { until as pausing } from '../programs/until.ts'
import { cuttable } from '../servers/cuttable.ts'
import { withoutPostgres } from '../servers/postgres.ts'
import { fleetBed } from './fleet-bed.ts'

t.test('a fleet', { skip: withoutPostgres }, async t => {
  const bed = await fleetBed(t)
  const { desk, store, until, ended, said } = bed
  const many = 300
  const once1 = Array.from({ length: many }, () => 1)
  const complete = { state: 'done', counts: { rows: many, pending: 0, failed: 0, unknown: 0 } }

  /** Begins to create people, and resolves once the first request was sent. */
  const begin = async (machine: Awaited<ReturnType<typeof bed.machine>>, prefix: string) => {
    await desk.writes()
    // It has to take longer than this process can be kept from the core.
    await desk.slowly(1000)
    const id = await machine.create(prefix, many)
    const before = await desk.sent()
    await pausing(async () => (await desk.sent()) > before)
    return until(id, job => job.run !== undefined)
  }

  await t.test('a job is continued by another machine when its worker was killed', async t => {
    const first = await bed.machine('one')
    const { id, run } = await begin(first, 'zoe')
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    const second = await bed.machine('two')
    const next = await second.create('amy', 5)
    await desk.slowly(0)
    t.match(await ended(id), { ...complete, run }, said())
    t.ok((await store.audit({ job: id })).some(({ action }) => action === 'recover'))
    t.strictSame(await desk.created('zoe'), once1)
    t.match(await ended(next), { state: 'done', counts: { done: 5 } }, said())
    t.ok(existsSync(`${bed.files}/keys/${run}`), 'its key is shared')
    t.notOk(existsSync(desk.path(`one/runs/${run}/key`)))
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
    t.strictSame(await bed.tables.query('select id from workers'), [])
  })

  await t.test('a worker that was stopped and goes on sends nothing that another one has sent', async t => {
    const first = await bed.machine('three')
    const { id } = await begin(first, 'ida')
    first.signal('SIGSTOP')
    const second = await bed.machine('four')
    await desk.slowly(0)
    t.match(await ended(id), complete, said())
    first.signal('SIGCONT')
    const next = await first.create('una', 5)
    t.match(await ended(next), { state: 'done' }, said())
    first.child.kill('SIGTERM')
    await once(first.child, 'exit')
    t.strictSame(await desk.created('ida'), once1)
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
  })

  await t.test('a worker that is cut off from the database stops sending before another one begins', async t => {
    const proxy = await cuttable(bed.server.port)
    t.teardown(proxy.close)
    const first = await bed.machine('five', bed.url.replace(`:${bed.server.port}/`, `:${proxy.port}/`))
    const { id } = await begin(first, 'kim')
    proxy.cut()
    const second = await bed.machine('six')
    const { run } = await store.get(id)
    // The state that follows may be gone before it is seen.
    await pausing(async () => (await store.audit({ job: id })).some(({ action }) => action === 'recover'))
    await desk.slowly(0)
    t.match(await ended(id), { ...complete, run }, said())
    t.strictSame(await desk.created('kim'), once1)
    first.child.kill('SIGKILL')
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
  })

  await t.test('an export starts over on another machine, and tells how many rows are read again', async t => {
    const first = await bed.machine('seven')
    const submit = (machine: typeof first, to: string) =>
      machine.submit({
        ...{ pipeline: 'export users', params: { select: ['id'], pageSize: 10 }, tenant: 'sandbox' },
        paths: { to: desk.path(`files/${to}`) },
        options: { checkpointRows: 20 },
      })
    const id = await submit(first, 'killed.jsonl')
    const { run } = await until(id, job => job.run !== undefined)
    const read = () =>
      bed.database.rows(
        'select 1 from facts join runs on runs.number = facts.run where runs.id = $1 and facts.name = $2',
        [run!, 'checkpoint'],
      )
    await pausing(async () => (await read()).length > 0)
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    const second = await bed.machine('eight')
    const whole = await submit(second, 'whole.jsonl')
    const after = await ended(id)
    t.match(after, { state: 'done' }, said())
    t.ok(after.readAgain! > 0)
    t.not(after.run, run)
    t.match(await ended(whole), { state: 'done' }, said())
    const ids = (name: string) => desk.rowsOf(`files/${name}`).map(row => String(row['id']))
    t.strictSame(ids('killed.jsonl').toSorted(), ids('whole.jsonl').toSorted())
    t.equal(new Set(ids('killed.jsonl')).size, ids('killed.jsonl').length)
    t.notOk(readdirSync(bed.files).some(name => name.endsWith('.partial')))
    second.child.kill('SIGTERM')
    await once(second.child, 'exit')
  })
})
