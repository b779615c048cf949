import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import { graphLike } from '../../graph/submitted.ts'
import { scriptedServer } from '../../graph/scripted-server.ts'
import { settlement } from '../../contracts/ledger-rows.ts'
import { postgres, withoutPostgres } from '../../servers/postgres.ts'
import { passing, runsDatabase, worker } from './shared-runs.ts'

const hasSignals = process.platform !== 'win32'

t.test('processes that hold runs', { skip: withoutPostgres || (!hasSignals && 'without signals') }, async t => {
  const server = await postgres(t)

  /** A process that has marked a change as sent, and is stopped before its request leaves. */
  const stopped = async (t: Test) => {
    const url = await runsDatabase(server)
    const { rootUrl, asked } = await scriptedServer(t, graphLike())
    const clockFile = join(t.testdir({ clock: '0' }), 'clock')
    const script = join(import.meta.dirname, 'children/send-row.ts')
    const child = spawn(process.execPath, ['--no-warnings', script, url, rootUrl, clockFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.teardown(() => void child.kill('SIGKILL'))
    const ended = once(child, 'exit')
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const next = async () => String((await lines.next()).value)
    const id = await next()
    t.equal(await next(), 'marked')
    const isStopped = () =>
      execFileSync('ps', ['-o', 'state=', '-p', String(child.pid)], { encoding: 'utf8' }).startsWith('T')
    while (!isStopped());
    return {
      id,
      asked,
      child,
      ended,
      next,
      other: worker(t, url, 'other').runs,
      /** A minute passes, by all clocks. */
      async pass() {
        writeFileSync(clockFile, '60000')
        await passing(server, url, 60)
      },
    }
  }

  t.test('a change that a killed process has marked is decided by the one that takes over', async t => {
    const { id, child, ended, other, pass, asked } = await stopped(t)
    child.kill('SIGKILL')
    await ended
    await t.rejects(other.hold(id), { code: 'RUN_ACTIVE' }, 'its lease is not over')
    await pass()
    t.match(await other.findUnfinished((await other.get(id)).identity), { id, status: 'interrupted' })
    const run = await other.hold(id)
    const ledger = run.phase('main').ledger()
    t.match(await ledger.sent(9), [{ ordinal: 1, attempts: 1 }])
    t.match(await ledger.claim(9), [{ ordinal: 2 }])
    t.equal(asked.length, 0)
    await run.release()
  })

  t.test(
    'a process that is stopped for a minute sends and settles nothing when it wakes up after a takeover',
    async t => {
      const { id, child, ended, other, pass, next, asked } = await stopped(t)
      await pass()
      const run = await other.hold(id)
      const ledger = run.phase('main').ledger()
      await ledger.settle([settlement({ ordinal: 1, key: 1, step: 0 }, 'unknown')])
      child.kill('SIGCONT')
      t.strictSame(
        [await next(), await next(), await next()],
        ['ended not-sent', 'settle LEASE_LOST', 'finish LEASE_LOST'],
      )
      await ended
      t.strictSame(asked, [], 'no request has left')
      t.match(await run.countResults(), { unknown: 1, done: 0 })
      t.match(await other.get(id), { status: 'running', worker: 'other' })
      await run.finish('done')
    },
  )

  t.test('a process that is stopped for a moment goes on', async t => {
    const { id, child, ended, other, next, asked } = await stopped(t)
    child.kill('SIGCONT')
    t.strictSame([await next(), await next()], ['ended answered', 'settled'])
    await ended
    t.equal(asked.length, 1)
    t.match(await other.get(id), { status: 'done', worker: 'stopped' })
  })
})
