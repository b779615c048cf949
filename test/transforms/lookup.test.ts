import t from 'tap'
import type { Context } from '../../src/core/context.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Source } from '../../src/core/parts.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { pagesOf, runIn, storedContext, through, throughIn } from './through.ts'

const sites = pagesOf<Fields>(
  'sites',
  [
    { code: 'BER', city: 'Berlin', n: 1 },
    { code: ' ber ', city: 'Bern' },
  ],
  [
    { code: 'LON', city: null },
    { code: '', city: 'Nowhere' },
    { code: 'BER', city: 'Bergen' },
  ],
)
const options = { from: sites, key: 'code', by: 'site', take: { city: 'city', n: 'number' } }

t.test('columns of the first row with the key are added; case and blanks are ignored', async t => {
  const { rows } = await through(t, lookup(options), [{ site: 'ber', a: 1 }], [{ site: 'LON\u00a0' }])
  t.strictSame(rows, [
    { key: 1, value: { site: 'ber', a: 1, city: 'Berlin', number: 1 } },
    { key: 2, value: { site: 'LON\u00a0', city: null, number: null } },
  ])
})

t.test('a row whose key is not found is kept with nulls, dropped, or rejected', async t => {
  const page = [{ site: 'PAR' }, { site: 'BER' }]
  const berlin = { site: 'BER', city: 'Berlin', number: 1 }
  t.strictSame((await through(t, lookup(options), page)).values, [{ site: 'PAR', city: null, number: null }, berlin])
  t.strictSame(await through(t, lookup({ ...options, missing: 'drop' }), page), {
    rows: [{ key: 2, value: berlin }],
    values: [berlin],
    settled: [],
  })
  const { values, settled } = await through(t, lookup({ ...options, missing: 'reject' }), page)
  t.strictSame(values, [berlin])
  t.strictSame(settled, [
    {
      key: 1,
      operation: 'lookup',
      target: 'site',
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: 'site "PAR" was not found in column code',
      fix: 'Correct site, or leave it empty.',
    },
  ])
})

t.test(
  'a row that already has the new name of a column is rejected, found or not, since its value would be lost',
  async t => {
    const rows = [{ site: 'BER', city: 'Bonn' }, { site: 'PAR', city: null }, { site: 'BER' }]
    const { values, settled } = await through(t, lookup({ ...options, take: { city: 'city' } }), rows)
    t.strictSame(values, [{ site: 'BER', city: 'Berlin' }])
    const told = {
      operation: 'lookup',
      target: 'city',
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: 'city cannot be added as city, because there is already a column city',
      fix: 'Use another new name, or rename or remove the existing column first.',
    }
    t.strictSame(settled, [
      { key: 1, ...told },
      { key: 2, ...told },
    ])
  },
)

t.test('a new name that rows are known to have is refused at once, and so are two equal ones', async t => {
  const { columns } = lookup({ ...options, take: { city: 'office' } })
  t.throws(() => columns?.({ names: ['site', 'office'], closed: true }), {
    code: 'OPTION_INVALID',
    message: 'city cannot be added as office, because there is already a column office',
  })
  t.strictSame(columns?.({ names: ['site'], closed: true }), { names: ['site', 'office'], closed: true })
  t.throws(() => lookup({ ...options, take: { city: 'x', n: 'x' } }), {
    code: 'OPTION_INVALID',
    message: 'Expected unique new names, got "x" twice',
  })
})

t.test('a row with an empty key is always kept, with nulls', async t => {
  for (const missing of ['keep', 'drop', 'reject'] as const) {
    const { values, settled } = await through(t, lookup({ ...options, missing }), [{ site: ' ' }, { site: null }, {}])
    t.strictSame(values, [
      { site: ' ', city: null, number: null },
      { site: null, city: null, number: null },
      { city: null, number: null },
    ])
    t.strictSame(settled, [])
  }
})

t.test('no key collides with an internal mark', async t => {
  const { values } = await through(t, lookup({ ...options, missing: 'drop' }), [
    { site: 'loaded' },
    { site: '$loaded' },
    { site: 'constructor' },
  ])
  t.strictSame(values, [])
})

t.test('a column that the other source lacks is an error with the nearest name, before the first row', async t => {
  const refused = async (more: object, message: string) => {
    await t.rejects(through(t, lookup({ ...options, ...more }), [{ site: 'BER' }]), {
      code: 'COLUMN_UNKNOWN',
      message,
    })
  }
  await refused({ key: 'cod' }, 'lookup names the column cod, which no row of sites has. Did you mean code?')
  await refused(
    { take: { citty: 'city' } },
    'lookup names the column citty, which no row of sites has. Did you mean city?',
  )
  await refused(
    { take: { siteCity: 'city' } },
    'lookup names the column siteCity, which no row of sites has. The name in the source comes first. Did you mean take: { "city": "siteCity" }?',
  )
  const { values } = await through(t, lookup({ ...options, take: { 'gone?': 'gone' } }), [{ site: 'BER' }])
  t.strictSame(values, [{ site: 'BER', gone: null }])
  const none = pagesOf<Fields>('none')
  t.strictSame((await through(t, lookup({ ...options, from: none }), [{ site: 'BER' }])).values, [
    { site: 'BER', city: null, number: null },
  ])
})

t.test('if the columns of the other source are known, a wrong one is an error before anything is read', async t => {
  const known: Source<Fields> = { ...sites, columns: () => ({ names: ['code', 'city'], closed: true }) }
  const check = lookup({ ...options, from: known }).check!
  await t.rejects(check(undefined as never), {
    code: 'COLUMN_UNKNOWN',
    message: 'lookup names the column n, which sites does not have. Rows have code, city.',
  })
})

t.test('a row whose key is a list or an object is rejected', async t => {
  const { values, settled } = await through(t, lookup(options), [
    { site: ['BER'] },
    { site: { a: 1 } },
    { site: 'ber' },
  ])
  t.strictSame(values, [{ site: 'ber', city: 'Berlin', number: 1 }])
  t.strictSame(
    settled.map(({ key, code, message }) => [key, code, message]),
    [
      [1, 'ROW_INVALID', 'Expected site to be a key, got a list or an object'],
      [2, 'ROW_INVALID', 'Expected site to be a key, got a list or an object'],
    ],
  )
  const listed = pagesOf<Fields>('listed', [
    { code: 'x', city: 'X' },
    { code: ['BER'], city: 'Berlin' },
  ])
  await t.rejects(through(t, lookup({ ...options, from: listed, take: { city: 'city' } }), [{ site: 'BER' }]), {
    code: 'INPUT_MALFORMED',
    message: 'lookup: expected code in row 2 of listed to be a key, got a list or an object',
  })
})

t.test('the key column may have another name in the rows', async t => {
  const { values } = await through(t, lookup({ ...options, by: 'org/site', take: { city: 'city' } }), [
    { org: { site: 'LON' } },
    { 'org/site': 'ber' },
  ])
  t.strictSame(values, [
    { org: { site: 'LON' }, city: null },
    { 'org/site': 'ber', city: 'Berlin' },
  ])
})

t.test('rows that the other source rejects are not results of this run', async t => {
  const refusing: Source<Fields> = {
    kind: 'refusing',
    async *read(ctx: Context) {
      ctx.settled({ key: 1, operation: 'refusing', outcome: 'failed', message: 'broken' })
      yield { rows: [{ key: 2, value: { code: 'BER', city: 'Berlin', n: null } }] }
    },
  }
  const { values, settled } = await through(t, lookup({ ...options, from: refusing }), [{ site: 'BER' }])
  t.strictSame(values, [{ site: 'BER', city: 'Berlin', number: null }])
  t.strictSame(settled, [])
})

t.test('all shards of the other source are read before the first row', async t => {
  const sharded: Source<Fields> = {
    kind: 'sharded',
    split: async () => [{ name: 'a' }, { name: 'b' }],
    async *read(_ctx, shard) {
      yield { rows: [{ key: shard.name, value: { code: shard.name, city: shard.name.toUpperCase() } }] }
    },
  }
  const { values } = await through(t, lookup({ ...options, from: sharded, take: { city: 'city' } }), [
    { site: 'b' },
    { site: 'a' },
  ])
  t.strictSame(values, [
    { site: 'b', city: 'B' },
    { site: 'a', city: 'A' },
  ])
})

t.test('a resumed run does not read the other source again, unless it has no checkpoint', async t => {
  let reads = 0
  const counting: Source<Fields> = {
    kind: 'counting',
    async *read() {
      reads++
      yield { rows: [{ key: 1, value: { code: 'BER', city: `read ${reads}` } }] }
    },
  }
  const run = await runIn(t)
  const step = lookup({ ...options, from: counting, take: { city: 'city' } })
  const look = async () => (await throughIn(storedContext(run), step, [[{ site: 'BER' }]])).values
  t.strictSame(await look(), [{ site: 'BER', city: 'read 1' }])
  await run.rewind()
  t.strictSame(await look(), [{ site: 'BER', city: 'read 2' }])
  run.scope('0.tested').advance(1)
  await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, mark: 1, counters: {} })
  await run.rewind()
  t.strictSame(await look(), [{ site: 'BER', city: 'read 2' }])
})

t.test('it uses Graph if the other source does, and checks the other source', async t => {
  const checked: string[] = []
  const asking: Source<Fields> = { ...sites, usesGraph: true, check: async () => void checked.push('checked') }
  t.equal(lookup({ ...options, from: asking }).usesGraph, true)
  t.equal(lookup(options).usesGraph, undefined)
  await lookup({ ...options, from: asking }).check!(undefined as never)
  t.strictSame(checked, ['checked'])
})

t.test('the shards that remain of a shard of the other source are read too', async t => {
  const split: Source<Fields> = {
    kind: 'split',
    async *read(_ctx, { name }) {
      const row = (id: number) => ({ key: id, value: { code: `c${id}`, city: `city ${id}` } })
      if (name === 'split') yield { rows: [row(1)], rest: [{ name: 'second' }, { name: 'third' }] }
      else yield { rows: [row(name === 'second' ? 2 : 3)] }
    },
  }
  const given = lookup({ from: split, key: 'code', by: 'site', take: { city: 'city' }, missing: 'reject' })
  t.strictSame((await through(t, given, [{ site: 'c1' }, { site: 'c2' }, { site: 'c3' }])).values, [
    { site: 'c1', city: 'city 1' },
    { site: 'c2', city: 'city 2' },
    { site: 'c3', city: 'city 3' },
  ])
})
