import t from 'tap'
import { z } from 'zod'
import type { Origin, Context } from '../../src/core/context.ts'
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

const notesFor = async (schema: StandardSchema<unknown, unknown>, ...values: readonly unknown[]) => {
  const origins: Origin[] = []
  const step = await validate(schema).open({ origin: (origin: Origin) => origins.push(origin) } as unknown as Context)
  if (typeof step !== 'function') throw new TypeError('validate is a function of a row')
  for (const value of values)
    try {
      await step({ key: 1, value })
    } catch {
      // An invalid row is not the first that is made.
    }
  return origins
}

t.test('a note names the columns of the first valid row that the schema does not have', async t => {
  const schema = z.object({ id: z.string() })
  t.strictSame(
    await notesFor(schema, { id: 1, bad: 1 }, { id: 'a', mail: 'b', 'Cost Center': 7 }, { id: 'b', more: 1 }),
    [{ note: 'validate drops the columns mail, Cost Center, which the output of its schema does not have.' }],
  )
  t.strictSame(await notesFor(schema, { id: 'a' }), [])
  t.strictSame(await notesFor(z.looseObject({ id: z.string() }), { id: 'a', mail: 'b' }), [])
  t.strictSame(await notesFor(z.array(z.string()), ['a']), [])
})
