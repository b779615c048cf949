import t from 'tap'
import { mark, member, settlement } from '../../contracts/ledger-rows.ts'
import { openPostgres } from '../../../src/store/postgres/database.ts'
import { postgresRuns } from '../../../src/store/postgres/postgres-runs.ts'
import { postgres, withoutPostgres } from '../../servers/postgres.ts'
import { handClock } from '../fixtures.ts'
import { runsDatabase } from './shared-runs.ts'

t.test('pages of runs in PostgreSQL', { skip: withoutPostgres }, async t => {
  const server = await postgres(t)

  t.test('a page reads no more than its rows, also before the server has statistics of a table', async t => {
    const clock = handClock()
    // One connection, so that its own numbers are complete.
    const database = openPostgres({ url: await runsDatabase(server), clock, connections: 1 })
    const runs = postgresRuns({ database, clock, worker: 'test' })
    t.teardown(async () => {
      await runs.close()
      await database.close()
    })
    const work = { pipeline: 'add members', params: {}, codeHash: 'c', resumable: true, writes: true }
    const run = await runs.create(work)
    const main = run.phase('main')
    const ledger = main.ledger()
    const rows = 6_000
    await ledger.add(Array.from({ length: rows }, (_, at) => member(at + 1, `g${at % 50}`)))
    await ledger.arrange()
    await main.appendResults(
      0,
      Array.from({ length: rows }, (_, at) => ({
        key: rows + at,
        operation: 'csv',
        outcome: at % 2 ? ('failed' as const) : ('skipped' as const),
      })),
    )
    const readSoFar = async () => {
      await database.rows('select pg_stat_force_next_flush()')
      const [found] = await database.rows<{ n: number }>(
        `select (select sum(idx_tup_read) from pg_stat_user_indexes where schemaname = 'entrapipe')
           + (select sum(seq_tup_read) from pg_stat_user_tables where relname in ('results', 'ledger', 'work', 'attempts')) as n`,
      )
      return found!.n
    }
    const page = await ledger.claim(20)
    const end = { ordinal: rows - 10, key: rows - 10, step: 0 }
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      claim: () => ledger.claim(20, { lock: page.at(-1)!.locks[0]!, ordinal: page.at(-1)!.ordinal }),
      'mark and withdraw': async () => {
        await ledger.markSent(page.map(({ ordinal }) => mark(ordinal)))
        await ledger.withdraw(page.map(({ ordinal }) => mark(ordinal)))
      },
      'mark and settle': async () => {
        await ledger.markSent(page.map(({ ordinal }) => mark(ordinal)))
        await ledger.settle(page.map(row => settlement(row, 'done')))
      },
      'wait and release': async () => {
        await ledger.wait([{ ordinal: 1000, for: 2000, waits: 'after' }])
        await ledger.waitingFor([2000])
        await ledger.release([1000])
      },
      entries: () => ledger.entries({ limit: 20, after: rows - 100 }),
      find: () => ledger.find(end),
      'sealed secrets': () => ledger.sealedOf(rows - 10, 0),
      'rows that need another': () => ledger.neededBy({ key: 5, step: 0 }),
      'rows about things': () =>
        ledger.waitingAbout(
          page.map(({ about }) => about),
          0,
        ),
      sent: () => ledger.sent(20),
      'failed results': () => main.readResults({ outcomes: ['failed'], after: rows, limit: 20 }),
      'failures with inputs': () => main.readFailures({ limit: 20 }),
      'results in the order of rows': () => run.readRows({ limit: 20 }),
      'pending rows': () => run.readPending({ after: rows - 100, limit: 20 }),
      'results that replace others': () =>
        main.appendResults(
          0,
          Array.from({ length: 20 }, (_, at) => ({ key: rows + at, operation: 'csv', outcome: 'done' as const })),
        ),
    }
    for (const [what, call] of Object.entries(calls)) {
      const before = await readSoFar()
      await call()
      const read = (await readSoFar()) - before
      t.ok(read < 1_000, `${what}: ${read} rows`)
    }
    await run.release()
  })
})
