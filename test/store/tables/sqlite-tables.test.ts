import { statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { openTables } from '../../../src/store/tables/open-tables.ts'
import { sqliteTables } from '../../../src/store/tables/sqlite-tables.ts'
import { tablesContract } from './tables-contract.ts'

t.test('tables in an SQLite file keep the contract of tables', t => {
  const path = join(t.testdir({}), 'tables.sqlite')
  return tablesContract(t, async () => sqliteTables(path))
})

t.test('only its owner can read the file of a state folder', async t => {
  const path = t.testdir({})
  await (await openTables({ path }, systemClock)).close()
  t.equal(statSync(join(path, 'jobs.sqlite')).mode & 0o777, 0o600)
})

t.test('a file that is not of SQLite is refused with its path', async t => {
  const path = t.testdir({ 'jobs.sqlite': 'this is a text and not a database, as its first bytes show' })
  await t.rejects(openTables({ path }, systemClock), { code: 'STORE_UNUSABLE', message: /jobs\.sqlite cannot be used/ })
})
