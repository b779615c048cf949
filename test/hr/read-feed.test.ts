import { join } from 'node:path'
import t from 'tap'
import { readFeed } from '../../src/hr/read-feed.ts'
import { runTables } from '../../src/hr/tables.ts'
import { json } from '../../src/sources/json.ts'
import { jsonl } from '../../src/sources/jsonl.ts'
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

t.test('a source that says that rows are missing is not the whole feed', async t => {
  const doubtOf = async (name: string, text: string, make: typeof json | typeof jsonl) => {
    const folder = t.testdir({ [name]: text })
    const tables = openDatabase(join(folder, 'run.sqlite'), { versions: runTables })
    const { ctx } = partContext(folder)
    const facts = await readFeed(tables, sample(), make({ from: name }), ctx, { nowMs: 0, timeZone: 'UTC' })
    tables.close()
    return facts.doubt
  }
  const one = row({ EmpNo: '1' })
  const page = { '@odata.nextLink': 'https://graph.microsoft.com/v1.0/users?page=2', value: [one] }
  t.match(
    await doubtOf('a.json', JSON.stringify(page), json),
    /^Rows of the feed may be missing: a\.json is one page of/,
  )
  t.equal(await doubtOf('b.json', JSON.stringify({ value: [one] }), json), undefined)
  const ended = (trailer: object): string =>
    `${JSON.stringify(one)}\n${JSON.stringify({ $end: { rows: 1, ...trailer } })}\n`
  for (const [trailer, doubt] of [
    [{ complete: true, outcome: 'complete' }, undefined],
    [{ complete: true, outcome: 'drifted' }, undefined],
    [{ complete: true, outcome: 'complete', limit: 1 }, 'The feed was limited to 1 row.'],
    [{ complete: false, outcome: 'short' }, 'The feed was exported incompletely.'],
  ] as const)
    t.equal(await doubtOf('c.jsonl', ended(trailer), jsonl), doubt)
})

t.test('a secret in a column that the mapping does not read is not kept', async t => {
  const secret = 'Quiet-Harbour-71!'
  const rows = [row({ EmpNo: '1' }), row({ EmpNo: '' })].map(one => ({
    ...one,
    'Initial Password': secret,
    login: { password: secret, name: 'quiet' },
  }))
  const folder = t.testdir({ 'feed.json': JSON.stringify(rows) })
  const tables = openDatabase(join(folder, 'run.sqlite'), { versions: runTables })
  const { ctx } = partContext(folder)
  const facts = await readFeed(tables, sample(), json({ from: 'feed.json' }), ctx, { nowMs: 0, timeZone: 'UTC' })
  const kept = tables.sql.prepare('select row from feed').all() as unknown as readonly { readonly row: string }[]
  tables.close()
  t.match(facts, { rows: 2, columns: { 'Initial Password': 2 } })
  t.strictSame(
    kept.map(one => [one.row.includes(secret), (JSON.parse(one.row) as { readonly login: object }).login]),
    [
      [false, { name: 'quiet' }],
      [false, { name: 'quiet' }],
    ],
  )
})
