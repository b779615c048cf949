import t from 'tap'
import { z } from 'zod'
import { validate, type StandardSchema } from '../../src/transforms/validate.ts'
import { through } from './through.ts'

const person = z.object({
  id: z.string('needs a text').transform(id => id.toUpperCase()),
  age: z.number('needs a number'),
  home: z.object({ rooms: z.array(z.string('needs a text')) }).optional(),
})

t.test("a valid row becomes the schema's output", async t => {
  const { rows, settled } = await through(t, validate(person), [{ id: 'a', age: 1, other: true }])
  t.strictSame(rows, [{ key: 1, value: { id: 'A', age: 1 } }])
  t.strictSame(settled, [])
})

t.test('an invalid row is rejected with every column, the first one as the target', async t => {
  const { values, settled } = await through(t, validate(person), [
    { id: 1, age: '2' },
    { id: 'a', age: 2, home: { rooms: ['x', 7] } },
    { id: 'b', age: 3 },
  ])
  t.strictSame(values, [{ id: 'B', age: 3 }])
  const failed = { operation: 'validate', outcome: 'failed', code: 'ROW_INVALID' }
  t.strictSame(settled, [
    { key: 1, ...failed, message: 'id: needs a text; age: needs a number', target: 'id' },
    { key: 2, ...failed, message: 'home.rooms.1: needs a text', target: 'home.rooms.1' },
  ])
})

t.test('an issue with the whole row has no target column', async t => {
  const { settled } = await through(t, validate(z.object({}).refine(() => false, 'Nobody passes.')), [{}])
  t.strictSame(settled, [
    { key: 1, operation: 'validate', outcome: 'failed', code: 'ROW_INVALID', message: 'Nobody passes.' },
  ])
})

t.test('any Standard Schema is supported, also one that is asynchronous and has objects in paths', async t => {
  const later: StandardSchema<unknown, unknown> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: async value =>
        value === 2 ? { issues: [{ message: 'is two', path: [{ key: 'a' }, 0] }] } : { value: Number(value) * 10 },
    },
  }
  const { rows, settled } = await through(t, validate(later), [1, 2, 3])
  t.strictSame(rows, [
    { key: 1, value: 10 },
    { key: 3, value: 30 },
  ])
  t.match(settled, [{ key: 2, message: 'a.0: is two', target: 'a.0' }])
})

t.test('a row for which the schema throws is rejected', async t => {
  const torn = z.object({}).refine(() => {
    throw new TypeError('torn')
  })
  t.match((await through(t, validate(torn), [{}])).settled, [
    { key: 1, code: 'STEP_FAILED', message: 'TypeError: torn' },
  ])
})
