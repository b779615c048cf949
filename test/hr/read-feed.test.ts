import { join } from 'node:path'
import t from 'tap'
import { readFeed } from '../../src/hr/read-feed.ts'
import { runTables } from '../../src/hr/tables.ts'
import { csv } from '../../src/sources/csv.ts'
import { openDatabase } from '../../src/store/database.ts'
import { partContext } from '../contracts/part-context.ts'
import { row, sample } from './sample.ts'

t.test('rows are counted with their filled cells, and a last line that is torn is known', async t => {
  const lines = ['1', '2', ''].map(EmpNo => Object.values(row({ EmpNo })).join(','))
  const header = Object.keys(row()).join(',')
  const read = async (text: string) => {
    const folder = t.testdir({ 'feed.csv': text })
    const tables = openDatabase(join(folder, 'run.sqlite'), { versions: runTables })
    const moment = { nowMs: 0, timeZone: 'UTC' }
    const facts = await readFeed(tables, sample(), csv({ from: 'feed.csv' }), partContext(folder).ctx, moment)
    const faults = tables.sql.prepare('select line, fault from feed where fault is not null').all()
    tables.close()
    return { facts, faults: faults.map(({ line }) => line) }
  }
  const whole = await read([header, ...lines, ''].join('\n'))
  t.match(whole, { facts: { rows: 3, nameless: 1, columns: { EmpNo: 2, Type: 3, Mobile: 0 } }, faults: [4] })
  t.equal(whole.facts.torn, undefined)
  const torn = await read([header, ...lines, '3,Employee'].join('\n'))
  t.match(torn, { facts: { rows: 4, nameless: 2, torn: /^Line 5 of / }, faults: [4, 5] })
  // One in the middle is a wrong row.
  t.equal((await read([header, '3,Employee', ...lines].join('\n'))).facts.torn, undefined)
})
