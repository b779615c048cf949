import t, { type Test } from 'tap'
import { openPostgres } from '../../../src/store/postgres/database.ts'
import { migrate } from '../../../src/store/postgres/migrations.ts'
import { postgresRuns } from '../../../src/store/postgres/postgres-runs.ts'
import { runTables } from '../../../src/store/postgres/run-tables.ts'
import { ledgerContract } from '../../contracts/ledger.ts'
import { runStoreContract } from '../../contracts/run-store.ts'
import { writeRunContract } from '../../contracts/write-run.ts'
import { postgres, withoutPostgres } from '../../servers/postgres.ts'
import { handClock } from '../fixtures.ts'

t.test('runs kept in PostgreSQL', { skip: withoutPostgres }, async t => {
  const server = await postgres(t)
  const given = async (t: Test) => {
    const clock = handClock()
    const url = await server.database()
    const [store, other] = [1, 2].map(number => {
      const database = openPostgres({ url, clock, connections: 2 })
      const runs = postgresRuns({ database, clock, worker: `worker ${number}` })
      t.teardown(async () => {
        await runs.close()
        await database.close()
      })
      return { ...runs, database }
    }) as [
      ReturnType<typeof postgresRuns> & { database: Parameters<typeof migrate>[0] },
      ReturnType<typeof postgresRuns>,
    ]
    await migrate(store.database, [runTables])
    return { store, other, move: clock.move }
  }

  t.test('are a run store', async t => runStoreContract(t, given))
  t.test('have a ledger', async t => ledgerContract(t, given))
  t.test('change the directory', async t => writeRunContract(t, given))
})
