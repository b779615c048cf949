import t from 'tap'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { runIn, storedContext, through, throughIn } from './through.ts'

t.test('the first row with each key is kept, within a page and across pages', async t => {
  const { rows, settled } = await through(
    t,
    dedupe({ by: 'id' }),
    [{ id: 'a', n: 1 }, { id: 'b' }, { id: 'a', n: 2 }],
    [{ id: 'b' }, { id: 'c' }],
  )
  t.strictSame(rows, [
    { key: 1, value: { id: 'a', n: 1 } },
    { key: 2, value: { id: 'b' } },
    { key: 5, value: { id: 'c' } },
  ])
  t.strictSame(settled, [])
})

t.test('surrounding blanks are ignored, and case is compared only with ignoreCase: false', async t => {
  const page = [{ id: 'Ann@x' }, { id: ' ann@X\u00a0' }, { id: 'bo@x' }]
  t.strictSame((await through(t, dedupe({ by: 'id' }), page)).values, [{ id: 'Ann@x' }, { id: 'bo@x' }])
  t.strictSame((await through(t, dedupe({ by: 'id', ignoreCase: false }), page)).values, page)
})

t.test('rows are duplicates only if all columns are equal', async t => {
  const page = [{ a: 'x', b: 'y z' }, { a: 'x y', b: 'z' }, { a: 'x', b: null }, { a: 'X', b: 'Y Z' }, { a: 'x' }]
  t.strictSame((await through(t, dedupe({ by: ['a', 'b'] }), page)).values, page.slice(0, 3))
})

t.test('rows without a key are always kept', async t => {
  const page = [{ id: '' }, { id: null }, { n: 1 }, { id: ' ' }, { id: 'a' }, { id: 'a' }, {}]
  for (const later of ['drop', 'reject'] as const)
    t.strictSame((await through(t, dedupe({ by: 'id', later }), page)).values, [...page.slice(0, 5), {}])
})

t.test('numbers, booleans and objects are compared as text', async t => {
  const page = [{ id: 1 }, { id: '1' }, { id: true }, { id: { a: 1 } }, { id: { a: 1 } }, { id: 0 }]
  t.strictSame((await through(t, dedupe({ by: 'id' }), page)).values, [
    { id: 1 },
    { id: true },
    { id: { a: 1 } },
    { id: 0 },
  ])
})

t.test('a later row can be rejected, with the key of the first one', async t => {
  const { values, settled } = await through(
    t,
    dedupe({ by: 'id', later: 'reject' }),
    [{ id: 'E1' }, { id: 'e1 ' }],
    [{ id: 'E2' }, { id: 'E1' }],
  )
  t.strictSame(values, [{ id: 'E1' }, { id: 'E2' }])
  const rejected = {
    operation: 'dedupe',
    target: 'id',
    outcome: 'failed',
    code: 'ROW_INVALID',
    fix: 'Keep one of the two rows.',
  }
  t.strictSame(settled, [
    { ...rejected, key: 2, message: 'id "e1 " already appeared in row 1' },
    { ...rejected, key: 4, message: 'id "E1" already appeared in row 1' },
  ])
})

t.test('a resumed run knows the rows before its checkpoint, and none after it', async t => {
  for (const later of ['drop', 'reject'] as const) {
    const run = await runIn(t)
    const step = dedupe({ by: 'id', later })
    await throughIn(storedContext(run), step, [[{ id: 'a' }]])
    run.scope('0.tested').advance(1)
    await run.saveCheckpoint({ cut: 1, positions: {}, states: {}, mark: 1, counters: {} })
    await throughIn(storedContext(run), step, [[{ id: 'b' }]], 2)
    await run.rewind()
    const { values } = await throughIn(storedContext(run), step, [[{ id: 'b' }, { id: 'a' }]], 2)
    t.strictSame(values, [{ id: 'b' }], later)
  }
})

t.test('two plans with different options are different runs', async t => {
  const described = (later: 'drop' | 'reject') => dedupe({ by: 'id', later }).describe!(undefined as never)
  t.notSame(await described('drop'), await described('reject'))
})

t.test('rows that lack a column are not equal by an inherited property', async t => {
  const page: readonly object[] = [{ a: 1 }, { a: 2 }, { a: 3, constructor: 'x' }, { a: 4, constructor: 'x' }]
  t.strictSame((await through(t, dedupe({ by: 'constructor' }), page)).values, page.slice(0, 3))
})

t.test('a value that is no key counts as empty, and its rows are kept', async t => {
  const rows = [{ id: 'n/a' }, { id: 'E1' }, { id: 'n/a' }, { id: 'e1' }, { id: '' }]
  const { values } = await through(t, dedupe({ by: 'id', isKey: text => text !== 'n/a' }), rows)
  t.strictSame(values, [{ id: 'n/a' }, { id: 'E1' }, { id: 'n/a' }, { id: '' }])
  t.throws(() => dedupe({ by: 'id', isKey: true as never }), { code: 'OPTION_INVALID' })
})
