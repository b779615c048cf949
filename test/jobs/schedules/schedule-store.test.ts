import { join } from 'node:path'
import t from 'tap'
import { migrate } from '../../../src/store/tables/migrate.ts'
import { sqliteTables } from '../../../src/store/tables/sqlite-tables.ts'
import { scheduleContract } from './schedule-contract.ts'

t.test('schedules in an SQLite file keep the contract of a store of schedules', t =>
  scheduleContract(t, async t => {
    const tables = sqliteTables(join(t.testdir({}), 'jobs.sqlite'))
    t.teardown(() => tables.close())
    await migrate(tables, () => 0)
    return tables
  }),
)
