import { join } from 'node:path'
import t from 'tap'
import { lastingDatabases, runDatabases } from '../../src/store/part-databases.ts'

const tables = (column: string): readonly string[] => [`create table feed (n integer primary key, ${column} text)`]

t.test('a table with a column of secrets is refused, each time it is opened, and another one is not', t => {
  const folder = t.testdir({})
  const run = runDatabases(join(folder, 'run'))
  const lasting = lastingDatabases(join(folder, 'lasting'))
  t.teardown(() => {
    run.close()
    lasting.close()
  })
  for (const column of ['password', 'apiKey', 'userPin'])
    for (const open of [
      () => run.open('main', true, 'mine', tables(column)),
      () => lasting.open('tenant', 'mine', tables(column)),
    ])
      for (let nth = 1; nth <= 2; nth++)
        t.throws(
          open,
          { code: 'PIPELINE_INVALID', message: /The table feed of the database "mine" has a column / },
          column,
        )
  t.doesNotThrow(() => run.open('main', true, 'other', tables('employeeId')))
  t.end()
})
