import t, { type Test } from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { openPostgres } from '../../../src/store/postgres/database.ts'
import { migrate } from '../../../src/store/postgres/migrations.ts'
import { openPostgresTables, postgresTables, tablesPart } from '../../../src/store/tables/postgres-tables.ts'
import { jobStoreContract } from '../../jobs/job-store-contract.ts'
import { scheduleContract } from '../../jobs/schedules/schedule-contract.ts'
import { postgres, withoutPostgres } from '../../servers/postgres.ts'
import { tablesContract } from './tables-contract.ts'

t.test('tables in PostgreSQL', { skip: withoutPostgres }, async t => {
  const server = await postgres(t)
  const opened = (url: string) => openPostgres({ url, clock: systemClock, connections: 4 })

  await t.test('they keep the contract of tables', async t => {
    const url = await server.database()
    await server.query(
      url,
      'create schema entrapipe authorization current_user; grant all on schema entrapipe to public',
    )
    await tablesContract(t, async () => {
      const database = opened(url)
      return { ...postgresTables(database), close: () => database.close() }
    })
  })

  const migrated = async (t: Test) => {
    const database = opened(await server.database())
    t.teardown(() => database.close())
    await migrate(database, [tablesPart])
    return openPostgresTables(database)
  }

  await t.test('jobs in them keep the contract of a job store', t => jobStoreContract(t, migrated))

  await t.test('schedules in them keep the contract of a store of schedules', t => scheduleContract(t, migrated))

  await t.test('a database that was not migrated is refused, with the command that does so', async t => {
    const database = opened(await server.database())
    t.teardown(() => database.close())
    await t.rejects(openPostgresTables(database), { code: 'STORE_UNUSABLE', fix: 'Run: entrapipe store migrate' })
  })
})
