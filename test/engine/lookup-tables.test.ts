import t from 'tap'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { csv } from '../../src/sources/csv.ts'
import { json } from '../../src/sources/json.ts'
import { lookup, type LookupOptions } from '../../src/transforms/lookup.ts'
import { bed } from './plan-bed.ts'

const people = 'name,site\nAda,BER\nBob,LON\nCleo,PAR\n'
const page = { '@odata.nextLink': 'https://graph.microsoft.com/v1.0/x', value: [{ code: 'BER', city: 'Berlin' }] }
const files = {
  'people.csv': people,
  'sites.csv': 'code,city\nBER,Berlin\nLON,London\nPAR,Paris\n',
  'odd.csv': 'code,city\nBER,Berlin\nLON\nPAR,Paris\n',
  'page.json': JSON.stringify(page),
}
const planOf = (from: LookupOptions['from'], missing?: 'drop' | 'reject') => ({
  source: csv({ from: 'people.csv' }),
  transforms: [lookup({ from, key: 'code', by: 'site', take: { city: 'city' }, ...(missing && { missing }) })],
  sink: toCsv({ to: 'out/people.csv' }),
})

t.test('a run with a whole lookup table is complete', async t => {
  const { run, text } = bed(t, files)
  for (const missing of [undefined, 'drop', 'reject'] as const) {
    const { manifest } = await run(planOf(csv({ from: 'sites.csv' }), missing), { fresh: true })
    t.match(manifest, { completeness: 'complete', counts: { written: 3, failed: 0 } })
    t.equal(text('out/people.csv'), 'name,site,city\nAda,BER,Berlin\nBob,LON,London\nCleo,PAR,Paris\n')
  }
})

t.test('a run is no more complete than the table of its lookup', async t => {
  const { run, text } = bed(t, files)
  const saved = await run(planOf(json({ from: 'page.json' })))
  t.match(saved.manifest, { completeness: 'unverified', why: /^lookup: of json, / })
  const odd = await run(planOf(csv({ from: 'odd.csv' })), { fresh: true })
  t.match(odd.manifest, { completeness: 'unverified', why: /^lookup: csv rejected a row, the first because: / })
  t.equal(text('out/people.csv'), 'name,site,city\nAda,BER,Berlin\nBob,LON,\nCleo,PAR,Paris\n')
})

t.test('a row is not dropped or rejected because the table lacks rows', async t => {
  const { run, has } = bed(t, files)
  for (const [from, missing] of [
    [json({ from: 'page.json' }), 'drop'],
    [json({ from: 'page.json' }), 'reject'],
    [csv({ from: 'odd.csv' }), 'drop'],
  ] as const)
    await t.rejects(run(planOf(from, missing), { fresh: true }), {
      code: 'INPUT_CUT_OFF',
      message: /^The table of a lookup is incomplete\. lookup: /,
    })
  t.notOk(has('out/people.csv'))
})

t.test('rows that need a row that the table rejected are rejected, and say so', async t => {
  const { run } = bed(t, files)
  const { manifest } = await run(planOf(csv({ from: 'odd.csv' }), 'reject'))
  t.match(manifest, { completeness: 'complete', counts: { written: 2, failed: 1 } })
})

t.test('a table from Graph is counted', async t => {
  const { run } = bed(t, files)
  const sites = (count: number) => ({
    kind: 'sites',
    usesGraph: true as const,
    count: async () => count,
    async *read() {
      yield { rows: [{ key: 1, value: { code: 'BER', city: 'Berlin' } }] }
    },
  })
  const endOf = async (count: number) => (await run(planOf(sites(count)), { fresh: true })).manifest?.completeness
  t.equal(await endOf(1), 'complete')
  t.equal(await endOf(2), 'short')
})

t.test('rows of a table that Graph returns again do not hide rows that are missing', async t => {
  const { run } = bed(t, files)
  const [ber, lon] = [
    { key: 'a', value: { code: 'BER', city: 'Berlin' } },
    { key: 'b', value: { code: 'LON', city: 'London' } },
  ]
  const sites = (count: number) => ({
    kind: 'sites',
    usesGraph: true as const,
    keys: 'unique' as const,
    count: async () => count,
    async *read() {
      yield { rows: [ber!, lon!, ber!] }
      yield { rows: [ber!, lon!] }
    },
  })
  const endOf = async (count: number) => (await run(planOf(sites(count)), { fresh: true })).manifest?.completeness
  t.equal(await endOf(2), 'complete')
  t.equal(await endOf(5), 'short')
})

t.test('a table that was read in part by a run that failed is read again as a whole', async t => {
  const { run } = bed(t, files)
  let reads = 0
  const sites = {
    kind: 'sites',
    usesGraph: true as const,
    keys: 'unique' as const,
    count: async () => 2,
    async *read() {
      reads++
      yield { rows: [{ key: 'a', value: { code: 'BER', city: 'Berlin' } }] }
      if (reads === 1) throw new Error('cut')
      yield { rows: [{ key: 'b', value: { code: 'LON', city: 'London' } }] }
    },
  }
  await t.rejects(run(planOf(sites)), { message: 'cut' })
  const { manifest } = await run(planOf(sites))
  t.match(manifest, { completeness: 'complete', counts: { written: 3 } })
  t.equal(reads, 2)
})
