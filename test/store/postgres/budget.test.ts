import t from 'tap'
import type { Budget } from '../../../src/core/budget.ts'
import { budgetTables, postgresBudget } from '../../../src/store/postgres/budget.ts'
import { openPostgres, type Postgres } from '../../../src/store/postgres/database.ts'
import { migrate } from '../../../src/store/postgres/migrations.ts'
import { budgetContract } from '../../contracts/budget.ts'
import { postgres, withoutPostgres } from '../../servers/postgres.ts'
import { handClock } from '../fixtures.ts'

const bucket = { name: 'read/app/tenant', capacity: 1000, windowMs: 10_000 }
type Ends = { teardown(end: () => Promise<void>): void }

t.test('a budget in PostgreSQL', { skip: withoutPostgres }, async t => {
  const server = await postgres(t)
  const databaseOf = async (t: Ends) => {
    const database = openPostgres({ url: await server.database(), clock: handClock(), connections: 4 })
    t.teardown(() => database.close())
    await migrate(database, [budgetTables])
    return database
  }
  // Each rule of the contract has one of its own, which it asks for at once.
  const databases = await Promise.all(Array.from({ length: 12 }, () => databaseOf(t)))

  t.test('keeps the contract of a budget', async t =>
    budgetContract(t, (_, clock) => postgresBudget({ database: databases.pop()!, clock, databaseNow: clock.now })),
  )

  const one = (budget: Budget, units: number, of = bucket) => budget.take([{ bucket: of, units }])
  /** The budget of one of several processes. */
  const given = async (t: Ends) => {
    const clock = handClock()
    const database = await databaseOf(t)
    return { clock, database, process: () => postgresBudget({ database, clock, databaseNow: clock.now }) }
  }

  t.test('processes that ask at once together get at most the units of the bucket', async t => {
    const { process } = await given(t)
    const all = [process(), process(), process(), process()]
    const taken = await Promise.all(
      all.flatMap(budget => Array.from({ length: 400 }, async () => (await one(budget, 1)) === 0)),
    )
    const count = taken.filter(Boolean).length
    t.ok(count <= 1000 && count >= 850, `${count}: at most some leases are unavailable`)
    await Promise.all(all.map(budget => budget.close()))
    t.equal(await one(process(), 1000 - count), 0, 'what they return is available')
  })

  t.test('what a dead process had leased is available when its lease ends', async t => {
    const { process, clock } = await given(t)
    const [dead, living] = [process(), process()]
    await one(dead, 1)
    t.equal(await one(living, 949), 0, 'one spent and fifty leased')
    t.ok((await one(living, 1)) > 0)
    clock.move(10_000 + 1000)
    t.equal(await one(living, 1000), 0)
  })

  t.test('a hundred requests ask the database once', async t => {
    const { clock, database } = await given(t)
    let asked = 0
    const counted: Postgres = {
      ...database,
      transaction(...of) {
        asked++
        return database.transaction(...of)
      },
    }
    const budget = postgresBudget({ database: counted, clock, databaseNow: clock.now })
    const large = { name: 'write/app/tenant', capacity: 3000, windowMs: 150_000 }
    await Promise.all(Array.from({ length: 505 }, () => one(budget, 1, large)))
    t.equal(asked, 5)
    await budget.close()
  })

  t.test('a pause reaches another process with its next lease', async t => {
    const { process, clock } = await given(t)
    const [first, second] = [process(), process()]
    await one(first, 1)
    await second.pause(bucket, clock.now() + 9000)
    t.equal(await one(first, 50), 0, 'units that it has leased')
    t.equal(await one(first, 1), 9000)
  })

  t.test('time is that of the database, whatever the clocks of the machines say', async t => {
    const database = await databaseOf(t)
    const [behind, ahead] = [handClock(Date.UTC(2020, 0, 1)), handClock(Date.UTC(2040, 0, 1))]
    const first = postgresBudget({ database, clock: behind })
    const second = postgresBudget({ database, clock: ahead })
    const slow = { name: 'slow', capacity: 10, windowMs: 3_600_000 }
    t.equal(await one(first, 10, slow), 0)
    t.ok((await one(second, 1, slow)) > 300_000, 'a clock that is ahead refills nothing')
    await second.pause(slow, ahead.now() + 1_000_000)
    t.ok((await one(first, 1, slow)) > 900_000)
  })
})
