import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { jobFilesAt } from '../../src/api/jobs/job-files.ts'
import { sentFiles } from '../../src/api/jobs/sent-files.ts'
import { depotAt } from '../../src/places/depot.ts'
import { callControl } from '../../src/sandbox/process/call-control.ts'
import { azurite } from '../servers/azurite.ts'
import { contextWith } from '../servers/context.ts'
import { withoutPostgres } from '../servers/postgres.ts'
import { fleetBed } from './fleet-bed.ts'

t.test('a fleet whose files are at an address', { skip: withoutPostgres }, async t => {
  const server = await azurite(t)
  await server.create('jobs')
  const address = server.folder('jobs', 'fleet/')
  const variables = { ...server.variables(), APPROVAL: 'yes' }
  const bed = await fleetBed(t, { files: address, variables })
  const { desk, store, until, ended, said } = bed
  const ctx = contextWith(desk.folder, variables)
  const depot = depotAt(address, desk.path('seen'), ctx)
  const many = 60
  let machine = await bed.machine('one')

  /** Puts a file there, as a server does. */
  const upload = async (prefix: string) => {
    const bytes = readFileSync(desk.newPeople(`${prefix}.csv`, prefix, many))
    const folder = `uploads/${randomUUID()}`
    await depot.in(folder).put(depot.ctx, `${prefix}.csv`, bytes)
    return { path: `${folder}/${prefix}.csv`, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
  const create = async (on: typeof machine, prefix: string, hash?: string) => {
    const { path, sha256 } = await upload(prefix)
    return on.submit({
      ...{ pipeline: 'users create', params: {}, tenant: 'sandbox' },
      ...{ paths: { from: path }, sha256: { from: hash ?? sha256 } },
    })
  }
  const saved = (run: string) =>
    bed.database.rows(
      'select 1 from facts join runs on runs.number = facts.run where runs.id = $1 and facts.name = $2',
      [run, 'checkpoint'],
    )
  /** Until then, an export lasts longer than a test takes to kill it. */
  const slowPages = async () =>
    callControl(await desk.connection(), 'PUT', '/faults', [{ fault: 'slowBody', match: 'GET /users', delayMs: 30 }])
  const fastPages = async () => callControl(await desk.connection(), 'DELETE', '/faults')
  const stop = async ({ child }: typeof machine, signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal)
    await once(child, 'exit')
  }

  await t.test('changes are continued on another machine, which has neither the file nor the key', async t => {
    const first = machine
    await desk.writes()
    await desk.slowly(300)
    const id = await create(first, 'zoe')
    while ((await desk.sent()) === 0) await new Promise(setImmediate)
    const { run } = await until(id, job => job.run !== undefined)
    await stop(first, 'SIGKILL')
    const second = await bed.machine('two')
    await desk.slowly(0)
    t.match(await ended(id), { state: 'done', run, counts: { rows: many, failed: 0, unknown: 0 } }, said())
    t.strictSame(
      await desk.created('zoe'),
      Array.from({ length: many }, () => 1),
    )
    const keys = []
    for await (const { name } of depot.in('keys').list(depot.ctx)) keys.push(name)
    t.ok(keys.some(name => name.startsWith(`${run}.`)))
    for (const name of ['one', 'two']) t.notOk(existsSync(desk.path(`${name}/runs/${run}/key`)))
    t.strictSame(
      await bed.tables.query('select id from jobs where job_order like $1', [`%${desk.folder}%`]),
      [],
      'no order has a path of a machine',
    )
    machine = second
  })

  await t.test('a plan is made on one machine and applied on another, once it was approved', async t => {
    const first = machine
    const victims = (await desk.truth('user'))
      .filter(({ userPrincipalName }) => String(userPrincipalName).startsWith('zoe'))
      .slice(0, 3)
    const folder = `uploads/${randomUUID()}`
    const bytes = Buffer.from(`id\n${victims.map(({ id }) => String(id)).join('\n')}\n`)
    await depot.in(folder).put(depot.ctx, 'leavers.csv', bytes)
    const id = await first.submit({
      ...{ pipeline: 'users delete', params: {}, tenant: 'sandbox', paths: { from: `${folder}/leavers.csv` } },
      sha256: { from: createHash('sha256').update(bytes).digest('hex') },
    })
    await until(id, ({ state }) => state === 'awaiting-approval' || state === 'failed')
    await stop(first, 'SIGTERM')
    await store.change(
      id,
      ['awaiting-approval'],
      { state: 'queued', approvedBy: 'bob', atMs: null },
      { who: 'bob', action: 'approve' },
      'approved',
    )
    machine = await bed.machine('three')
    t.match(await ended(id), { state: 'done', counts: { done: 3, failed: 0 } }, said())
  })

  await t.test('an input that is not what was sent is refused, without a path of the machine', async t => {
    await desk.writes()
    const id = await create(machine, 'eve', '0'.repeat(64))
    const job = await ended(id)
    t.match(job, { state: 'failed', error: { code: 'INPUT_CHANGED' } })
    t.notMatch(JSON.stringify(job), desk.folder)
    t.equal(await desk.sent(), 0)
  })

  await t.test('an export starts over on another machine, and its file is where all find it', async t => {
    const first = machine
    await slowPages()
    const folder = `outputs/${randomUUID()}`
    const id = await first.submit({
      ...{ pipeline: 'export users', params: { select: ['id'], pageSize: 10 }, tenant: 'sandbox' },
      ...{ paths: { to: `${folder}/all users.jsonl` }, options: { checkpointRows: 20 } },
    })
    const { run } = await until(id, job => job.run !== undefined)
    while ((await saved(run!)).length === 0) await new Promise(setImmediate)
    await stop(first, 'SIGKILL')
    t.strictSame(await sentFiles(depot, folder), [])
    await fastPages()
    const second = await bed.machine('four')
    const after = await ended(id)
    t.match(after, { state: 'done' }, said())
    t.ok(after.readAgain! > 0)
    const files = await sentFiles(depot, folder)
    t.strictSame(
      files.map(({ name }) => name),
      ['all users.jsonl', 'all users.jsonl.manifest.json'],
    )
    const { sha256 } = files[0]!
    await depot.fetch(`${folder}/all users.jsonl`, sha256)
    const rows = readFileSync(desk.path(`seen/${folder}/all users.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
    t.equal(new Set(rows).size, after.counts!.rows)
    t.strictSame(readdirSync(desk.path('four/files/outputs')), [], 'its copy is not kept')
    machine = second
  })

  await t.test(
    'part files are written where all find them, also when the machine that writes them is killed',
    async t => {
      const other = await bed.machine('five')
      await slowPages()
      const to = `outputs/${randomUUID()}/users/`
      const submit = (on: typeof machine) =>
        on.submit({
          ...{ pipeline: 'export users', params: { select: ['id'], format: 'jsonl', pageSize: 10 } },
          ...{ tenant: 'sandbox', paths: { to } },
          options: { checkpointRows: 10 },
        })
      const id = await submit(other)
      const { run } = await until(id, ({ counts }) => (counts?.rows ?? 0) > 0)
      await stop(other, 'SIGKILL')
      await fastPages()
      const after = await ended(id)
      t.match(after, { state: 'done' }, said())
      t.not(after.run, run, 'it starts over')
      const files = await jobFilesAt(depot).list({ to }, after)
      const read: string[] = []
      for (const { name } of files.filter(file => file.name.endsWith('.jsonl'))) {
        const bytes = await depot.in(to.slice(0, -1)).get(depot.ctx, name)
        read.push(...Buffer.from(bytes!).toString().trimEnd().split('\n'))
      }
      t.equal(new Set(read).size, read.length, 'none is there twice')
      t.strictSame([read.length, after.counts!.rows], [after.progress!.total, after.progress!.total])
      await stop(machine, 'SIGTERM')
    },
  )
})
