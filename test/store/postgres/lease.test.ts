import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import t from 'tap'
import type { NewRun } from '../../../src/store/types.ts'
import { mark, member, settlement } from '../../contracts/ledger-rows.ts'
import { postgres, withoutPostgres } from '../../servers/postgres.ts'
import { passing, runsDatabase, worker } from './shared-runs.ts'

const work = (more: Partial<NewRun> = {}): NewRun => ({
  pipeline: 'add members',
  params: {},
  tenant: { id: 'one', name: 'one' },
  codeHash: 'c',
  resumable: true,
  writes: true,
  ...more,
})

const lost = { code: 'LEASE_LOST' }

t.test('leases of runs in PostgreSQL', { skip: withoutPostgres }, async t => {
  const server = await postgres(t)
  const given = async (t: { teardown(end: () => Promise<void>): void }) => {
    const url = await runsDatabase(server)
    const [one, two] = [worker(t, url, 'machine 1'), worker(t, url, 'machine 2')]
    return { url, one, two, pass: (seconds: number) => passing(server, url, seconds) }
  }

  t.test('a run whose lease ran out is as one whose process died, and nothing of its old holder counts', async t => {
    const { one, two, pass } = await given(t)
    const run = await one.runs.create(work())
    const main = run.phase('main')
    const ledger = main.ledger()
    await ledger.add([member(1, 'a'), member(2, 'a'), member(3, 'a')])
    await ledger.arrange()
    await ledger.markSent([mark(1)])
    await pass(14)
    await t.rejects(two.runs.hold(run.id), { code: 'RUN_ACTIVE', facts: { run: run.id, worker: 'machine 1' } })
    await pass(2)
    t.match(await two.runs.get(run.id), { status: 'interrupted', worker: 'machine 1' })
    t.match(await two.runs.list({ status: ['interrupted'] }), [{ id: run.id }])
    t.strictSame(await two.runs.list({ status: ['running'] }), [])
    const next = await two.runs.hold(run.id)
    const again = next.phase('main').ledger()
    t.match(await again.sent(9), [{ ordinal: 1, attempts: 1 }], 'its fate is open')
    const row = (ordinal: number) => ({ ordinal, key: ordinal, step: 0 })
    const writes: Readonly<Record<string, () => Promise<unknown>>> = {
      mark: () => ledger.markSent([mark(2)]),
      withdraw: () => ledger.withdraw([mark(1)]),
      settle: () => ledger.settle([settlement(row(1), 'done')]),
      result: () => main.appendResults(0, [settlement(row(3), 'failed').result]),
      checkpoint: () => main.saveCheckpoint({ cut: 1, positions: {}, states: {}, counters: {} }),
      commit: () => main.saveCommitting({ files: [], manifest: {} as never }),
      end: () => main.saveEnd({} as never),
      note: () => run.saveNote('cwd', '/there'),
      finish: () => run.finish('done'),
    }
    for (const [what, write] of Object.entries(writes)) await t.rejects(write(), lost, what)
    t.strictSame(await again.count(), { waiting: 0, pending: 2, sent: 1, settled: 0 })
    t.strictSame(await next.readResults(), [])
    t.match(await one.runs.get(run.id), { status: 'running', worker: 'machine 2', resumed: 1 })
    await next.finish('done')
    t.match(await one.runs.get(run.id), { status: 'done' })
  })

  t.test('a transaction that an old holder has open ends before another one holds the run', async t => {
    const { one, two, pass } = await given(t)
    const run = await one.runs.create(work())
    const ledger = run.phase('main').ledger()
    await ledger.add([member(1, 'a')])
    await ledger.arrange()
    const holding = Promise.withResolvers<void>()
    const stays = Promise.withResolvers<void>()
    const open = one.database.transaction(async sql => {
      await sql.rows('select 1 from runs where id = $1 and token = 1 for key share', [run.id])
      holding.resolve()
      await stays.promise
    })
    await holding.promise
    await pass(16)
    const next = two.runs.hold(run.id)
    t.match(await one.runs.get(run.id), { status: 'interrupted' }, 'it waits')
    stays.resolve()
    await open
    await (await next).release()
  })

  t.test('a renewal keeps the run, and does not wait for what the run writes', async t => {
    const { one, two, pass, url } = await given(t)
    const run = await one.runs.create(work())
    for (let at = 0; at < 3; at++) {
      await pass(10)
      one.alarm.ring()
      while (one.alarm.count === 0) await server.query(url, 'select 1')
    }
    await t.rejects(two.runs.hold(run.id), { code: 'RUN_ACTIVE' })
    await one.database.transaction(async sql => {
      await sql.rows('select 1 from runs where id = $1 for key share', [run.id])
      await pass(10)
      one.alarm.ring()
      while (one.alarm.count === 0) await server.query(url, 'select 1')
    })
    await pass(10)
    await t.rejects(two.runs.hold(run.id), { code: 'RUN_ACTIVE' })
    await run.release()
    t.equal(one.alarm.count, 0, 'a released run is not renewed')
  })

  t.test(
    'nothing may leave once the last renewal is ten seconds old by either clock, or its age is unknown',
    async t => {
      const { one, two, url } = await given(t)
      for (const [what, move] of [
        ['both', one.move],
        ['wall', one.moveWall],
        ['watch', one.moveWatch],
      ] as const) {
        const run = await one.runs.create(work({ params: what }))
        move(9_999)
        t.doesNotThrow(run.expectHeld, what)
        move(1)
        t.throws(run.expectHeld, lost, what)
        await run.release()
      }
      const run = await two.runs.create(work({ params: 'set back' }))
      two.moveWall(-3_600_000)
      t.throws(run.expectHeld, lost, 'a clock that was set back')
      two.alarm.ring()
      while (two.alarm.count === 0) await server.query(url, 'select 1')
      t.doesNotThrow(run.expectHeld, 'renewed since')
      await run.release()
      t.throws(run.expectHeld, lost, 'a released run is held no more')
    },
  )

  t.test('a renewal counts from before it was asked', async t => {
    const { one, url } = await given(t)
    const run = await one.runs.create(work())
    one.move(9_000)
    one.alarm.ring()
    one.move(5_000)
    while (one.alarm.count === 0) await server.query(url, 'select 1')
    t.doesNotThrow(run.expectHeld)
    one.move(4_999)
    t.doesNotThrow(run.expectHeld)
    one.move(1)
    t.throws(run.expectHeld, lost)
    await run.release()
  })

  t.test('a holder learns from its renewal that another one holds the run', async t => {
    const { one, two, pass } = await given(t)
    const run = await one.runs.create(work())
    await pass(16)
    const next = await two.runs.hold(run.id)
    t.doesNotThrow(run.expectHeld)
    const told = once(run.lost!, 'abort')
    one.alarm.ring()
    await told
    t.match(run.lost!.reason, { ...lost, facts: { run: run.id } })
    t.throws(run.expectHeld, lost)
    await t.rejects(run.finish('done'), lost)
    await next.release()
  })

  t.test('a worker that is cut off from the database stops sending within ten seconds, and says why', async t => {
    const url = new URL(await runsDatabase(server))
    const sockets = new Set<Socket>()
    const proxy = createServer(client => {
      const upstream = connect(server.port, '127.0.0.1')
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(from)
        from.on('error', () => to.destroy()).on('close', () => to.destroy())
        from.pipe(to)
      }
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const cutOff = new URL(url)
    cutOff.port = String((proxy.address() as AddressInfo).port)
    const [one, two] = [worker(t, cutOff.href, 'machine 1'), worker(t, url.href, 'machine 2')]
    const run = await one.runs.create(work())
    const ledger = run.phase('main').ledger()
    await ledger.add([member(1, 'a')])
    await ledger.arrange()
    await ledger.markSent([mark(1)])
    proxy.close()
    sockets.forEach(socket => socket.destroy())
    one.move(3_000)
    one.alarm.ring()
    t.doesNotThrow(run.expectHeld, 'the directory may still be reached')
    await t.rejects(ledger.settle([settlement({ ordinal: 1, key: 1, step: 0 }, 'done')]), {
      code: 'STORE_UNUSABLE',
      message: /^PostgreSQL at 127\.0\.0\.1:\d+ cannot be reached/,
    })
    one.move(7_000)
    t.throws(run.expectHeld, lost)
    const told = once(run.lost!, 'abort')
    while (!run.lost!.aborted) {
      one.alarm.ring()
      await Promise.race([told, two.runs.list()])
    }
    await t.rejects(run.finish('failed'), lost, 'and no longer waits for the database')
    await passing(server, url.href, 16)
    const next = await two.runs.hold(run.id)
    t.match(await next.phase('main').ledger().sent(9), [{ ordinal: 1 }])
    await next.release()
  })

  t.test('a write job begins beside one that died, and not beside one that may be alive', async t => {
    const { one, two, pass } = await given(t)
    const first = await one.runs.create(work({ params: 1 }))
    await t.rejects(two.runs.create(work({ params: 2 })), { code: 'RUN_ACTIVE', facts: { run: first.id } })
    await pass(16)
    const second = await two.runs.create(work({ params: 2 }))
    await t.rejects(first.saveNote('cwd', '/'), lost)
    t.match(await two.runs.get(first.id), { status: 'interrupted' })
    await t.rejects(one.runs.hold(first.id), { code: 'RUN_ACTIVE', facts: { run: second.id } })
    await second.release()
    await (await one.runs.hold(first.id)).release()
  })

  t.test('a write job does not begin beside one that is stopped in the middle of a transaction', async t => {
    const { one, two, pass } = await given(t)
    const first = await one.runs.create(work({ params: 1 }))
    await one.database.transaction(async sql => {
      await sql.rows('select 1 from runs where id = $1 for key share', [first.id])
      await pass(16)
      await t.rejects(two.runs.create(work({ params: 2 })), { code: 'RUN_ACTIVE', facts: { run: first.id } })
    })
    t.strictSame(
      (await two.runs.list()).map(({ id }) => id),
      [first.id],
    )
    await (await two.runs.create(work({ params: 2 }))).release()
  })

  t.test('of many that begin the same at once, one does', async t => {
    const { one, two } = await given(t)
    const begun = await Promise.allSettled(
      Array.from({ length: 12 }, (_, at) => (at % 2 ? one : two).runs.create(work({ params: at }))),
    )
    const made = begun.filter(each => each.status === 'fulfilled')
    t.equal(made.length, 1)
    for (const each of begun) if (each.status === 'rejected') t.match(each.reason, { code: 'RUN_ACTIVE' })
    t.equal((await two.runs.list()).length, 1, 'nothing is left of the others')
    await made[0]!.value.release()
  })

  t.test('a run that workers die of in turn is failed, and one that settles a row in between is not', async t => {
    const { one, two, pass } = await given(t)
    const run = await one.runs.create(work())
    const ledger = run.phase('main').ledger()
    await ledger.add([member(1, 'a'), member(2, 'a')])
    await ledger.arrange()
    const takeOver = async () => {
      await pass(16)
      return two.runs.hold(run.id)
    }
    for (let at = 0; at < 3; at++) await takeOver()
    await (await takeOver().catch(() => undefined))?.release()
    t.match(await two.runs.get(run.id), { status: 'failed', error: { code: 'CRASH_LOOP' } })
    const resumed = await two.runs.hold(run.id)
    t.match(resumed.info, { status: 'running' }, 'somebody who has found the cause resumes it')
    for (let at = 0; at < 2; at++) await takeOver()
    const working = await takeOver()
    await working
      .phase('main')
      .ledger()
      .settle([settlement({ ordinal: 1, key: 1, step: 0 }, 'done')])
    for (let at = 0; at < 3; at++) await takeOver()
    await pass(16)
    await t.rejects(two.runs.hold(run.id), { code: 'CRASH_LOOP', facts: { run: run.id } })
  })

  t.test('a run that is changed after its end is still ended when the process that changes it dies', async t => {
    const { one, two, pass } = await given(t)
    const run = await one.runs.create(work())
    await run.finish('done')
    const begun = Promise.withResolvers<void>()
    const never = new Promise<void>(() => undefined)
    void one.runs.alter(run.id, async () => {
      begun.resolve()
      await never
    })
    await begun.promise
    await t.rejects(
      two.runs.alter(run.id, async () => undefined),
      { code: 'RUN_ACTIVE' },
    )
    await pass(16)
    t.match(await two.runs.get(run.id), { status: 'done' })
    await two.runs.alter(run.id, altered => altered.saveNote('seen', true))
    t.equal(await two.runs.read(run.id, reader => reader.loadNote('seen')), true)
  })
})
