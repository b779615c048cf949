import t from 'tap'
import { filter } from '../../src/transforms/filter.ts'
import { through } from './through.ts'

const people = [
  { name: 'Ann', age: 30 },
  { name: 'bo', age: 7 },
  { name: null, age: null },
]

t.test('rows are kept if a function returns true, also asynchronously', async t => {
  const adult = (person: { age: number | null }) => (person.age ?? 0) > 17
  t.strictSame((await through(t, filter(adult), people)).values, [people[0]])
  t.strictSame(
    (
      await through(
        t,
        filter(async (person: { age: number | null }) => adult(person)),
        people,
      )
    ).values,
    [people[0]],
  )
})

t.test('a function gets the key', async t => {
  t.strictSame(
    (
      await through(
        t,
        filter((_: unknown, key) => key === 2),
        people,
      )
    ).values,
    [people[1]],
  )
})

t.test('a row for which the function throws is rejected', async t => {
  const { values, settled } = await through(
    t,
    filter((person: { name: string | null }) => person.name!.length > 2),
    people,
  )
  t.strictSame(values, [people[0]])
  t.match(settled, [{ key: 3, operation: 'filter', outcome: 'failed', code: 'STEP_FAILED', message: /^TypeError: / }])
})

t.test("a filter follows Graph's rules: text is case-insensitive, and a missing value is null", async t => {
  t.strictSame((await through(t, filter("startswith(name,'B') or age ge 30"), people)).values, people.slice(0, 2))
  t.strictSame((await through(t, filter('name eq null'), people)).values, [people[2]])
  t.strictSame((await through(t, filter('city eq null'), people)).values, people)
})

t.test('numbers and booleans in text, as in CSV, are compared as numbers and booleans', async t => {
  const rows = [
    { age: '9', on: 'true' },
    { age: '10', on: 'false' },
  ]
  t.strictSame((await through(t, filter('age gt 9'), rows)).values, [rows[1]])
  t.strictSame((await through(t, filter('on eq true'), rows)).values, [rows[0]])
})

t.test('an invalid filter is an error at once, with the position', async t => {
  t.throws(() => filter("name eq 'Ann"), { code: 'FILTER_INVALID' })
  t.throws(() => filter('name equals 1'), { code: 'FILTER_INVALID' })
})

t.test("the filter is part of the run's identity", async t => {
  t.strictSame(await filter('age gt 1').describe?.(undefined as never), { filter: 'age gt 1' })
})
