import t, { type Test } from 'tap'
import type { Context } from '../../src/core/context.ts'
import type { Fields } from '../../src/core/json.ts'
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

const notesOf = async (t: Test, text: string, values: readonly Fields[]): Promise<readonly string[] | undefined> => {
  const step = await filter(text).open({} as Context)
  if (typeof step === 'function') throw new TypeError('filter has state')
  await step.page(values.map((value, at) => ({ key: at, value })))
  const again = await filter(text).open({} as Context, step.save?.())
  if (typeof again === 'function') throw new TypeError('filter has state')
  t.strictSame(again.notes?.(), step.notes?.(), 'after a resume')
  return step.notes?.()
}

t.test('an empty cell that is compared with null is counted, and the note says how to find it', async t => {
  const note = "In 2 rows, mail is empty text, which is not null. Compare it with '' to find these rows."
  const rows = [{ mail: '' }, { mail: null }, { mail: '' }, { mail: 'a@x' }]
  for (const text of ['mail eq null', 'mail ne null', 'not (mail eq null) or mail ne null'])
    t.strictSame(await notesOf(t, text, rows), [note], text)
  t.strictSame(await notesOf(t, "mail eq ''", rows), [])
  t.strictSame(await notesOf(t, "mail in ('a@x', null)", rows), [])
})

t.test('a note about values that cannot be compared names a way out', async t => {
  for (const [text, row, note] of [
    [
      'd lt 2026-01-01',
      { d: '31.01.2026' },
      'In 1 row, d is not a date. A date is written 2026-01-31. Convert the column in a pipeline (convert), or quote the date to compare text.',
    ],
    [
      'n gt 5',
      { n: '1.000,5' },
      'In 1 row, n is not a number. A number is written 1234.5. Convert the column in a pipeline (convert), or quote the number to compare text.',
    ],
    [
      'b eq true',
      { b: 'aktiv' },
      'In 1 row, b is not a boolean. Use a column of true and false, or quote the value to compare text.',
    ],
    [
      "t eq 'x'",
      { t: ['x'] },
      'In 1 row, t is not text. It is a list or an object: filter a value in it, as column/name, or with any.',
    ],
    ['t/any(x:x eq 1)', { t: 'x' }, 'In 1 row, t is not a list.'],
  ] as const)
    t.strictSame(await notesOf(t, text, [row]), [note])
})
