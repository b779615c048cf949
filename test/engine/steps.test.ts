import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Context } from '../../src/core/context.ts'
import type { Transform } from '../../src/core/parts.ts'
import type { Result } from '../../src/core/result.ts'
import { none } from '../../src/core/row.ts'
import { openStep, type Rows } from '../../src/engine/steps.ts'

const through = async (
  transform: Transform<never, unknown>,
  rows: Rows,
): Promise<{ rows: Rows; settled: Result[] }> => {
  const settled: Result[] = []
  const ctx = { settled: (result: Result) => void settled.push(result) } as unknown as Context
  const step = await openStep(transform as Transform<unknown, unknown>, ctx, undefined)
  return { rows: await step.page(rows), settled }
}

const three: Rows = [1, 2, 3].map(value => ({ key: `k${value}`, value }))
const step = (open: (value: number) => unknown): Transform<never, unknown> => ({
  kind: 'test',
  open: () => row => open((row as { readonly value: number }).value) as never,
})

t.test('a row passes, is dropped, or becomes several with keys of their own', async t => {
  const { rows } = await through(
    step(value => (value === 1 ? none : value === 2 ? { key: 'k2', value: 'two' } : [{ value: 'x' }, { value: 'y' }])),
    three,
  )
  t.strictSame(rows, [
    { key: 'k2', value: 'two' },
    { key: 'k3/0', value: 'x' },
    { key: 'k3/1', value: 'y' },
  ])
})

t.test('a row whose step throws is settled as failed, and the others pass', async t => {
  const { rows, settled } = await through(
    step(value => {
      if (value === 2) throw new TypeError('no name')
      return { key: value, value }
    }),
    three,
  )
  t.strictSame(
    rows.map(row => row.value),
    [1, 3],
  )
  t.strictSame(settled, [
    {
      key: 'k2',
      operation: 'test',
      outcome: 'failed',
      code: 'STEP_FAILED',
      message: 'TypeError: no name at steps.test.ts:40',
    },
  ])
})

t.test('an invalid row says its column and the reason in words', async t => {
  const { settled } = await through(
    step(() => {
      throw new EntrapipeError('ROW_INVALID', 'hired: Expected a date', { facts: { column: 'hired' }, fix: 'Mend it.' })
    }),
    three.slice(0, 1),
  )
  t.strictSame(settled, [
    {
      key: 'k1',
      operation: 'test',
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: 'hired: Expected a date',
      target: 'hired',
      fix: 'Mend it.',
    },
  ])
})

t.test('an error that is not about the row ends the run', async t => {
  const failing = step(() => {
    throw new EntrapipeError('GRAPH_THROTTLED', 'Graph asked to wait')
  })
  await t.rejects(through(failing, three), { code: 'GRAPH_THROTTLED' })
  await t.rejects(
    through(
      step(async () => {
        throw new EntrapipeError('GRAPH_THROTTLED', 'Graph asked to wait')
      }),
      three,
    ),
    { code: 'GRAPH_THROTTLED' },
  )
})

t.test('late results keep the order, fail only their own row, and are limited in number', async t => {
  let under = 0
  let most = 0
  const many: Rows = Array.from({ length: 100 }, (_, value) => ({ key: value, value }))
  const { rows, settled } = await through(
    step(async value => {
      most = Math.max(most, ++under)
      await new Promise(resolve => setImmediate(resolve))
      if (value % 3 === 0) await new Promise(resolve => setImmediate(resolve))
      under--
      if (value === 50) throw new Error('fifty')
      return value % 2 ? none : { key: value, value }
    }),
    many,
  )
  t.strictSame(
    rows.map(row => row.value),
    many.map(row => row.value as number).filter(value => value % 2 === 0 && value !== 50),
  )
  t.strictSame(
    settled.map(result => result.key),
    [50],
  )
  t.ok(most > 1 && most <= 16, `${most} at once`)
})

t.test('a step that returns some results at once and others later keeps the order', async t => {
  const { rows } = await through(
    step(value => (value === 2 ? Promise.resolve({ key: 2, value: 2 }) : { key: value, value })),
    three,
  )
  t.strictSame(
    rows.map(row => row.value),
    [1, 2, 3],
  )
})
