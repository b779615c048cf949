import t from 'tap'
import { choice, day, expectParams, flag, list, number, readParams, text } from '../../src/engine/params.ts'

const params = {
  group: text('id or name'),
  limit: number('how many', { default: 10 }),
  transitive: flag('also inside'),
  layout: choice('which', ['short', 'long'], { default: 'short' }),
  columns: list('which columns', { default: [] }),
}

t.test('values are read the same way from a command line and from a JSON body', t => {
  t.strictSame(readParams(params, { group: 'x', limit: '5', columns: 'a, b', layout: 'long', transitive: true }), {
    group: 'x',
    limit: 5,
    transitive: true,
    layout: 'long',
    columns: ['a', 'b'],
  })
  t.strictSame(readParams(params, { group: 'x', limit: 5, columns: ['a'] }), {
    group: 'x',
    limit: 5,
    transitive: false,
    layout: 'short',
    columns: ['a'],
  })
  t.end()
})

t.test('a misspelt default is refused, because the parameter would be optional without a value', t => {
  t.throws(() => text('which', { defualt: 'Sales' } as unknown as { default: string }), {
    code: 'PIPELINE_INVALID',
    message: 'text("which") has no field defualt. Did you mean default?',
  })
  t.end()
})

t.test('a default must be a value of its parameter, and is read like one', t => {
  for (const [make, message] of [
    [() => choice('which', ['x', 'y'], { default: 'z' as 'x' }), 'choice("which") to be one of x, y, got "z"'],
    [() => number('many', { default: 'some' as never }), 'number("many") to be a number, got "some"'],
    [() => day('since', { default: 'monday' }), 'text("since") to be a day such as 2026-01-31, got "monday"'],
    [() => list('which', { default: [5] as never }), 'list("which") to be a list of strings, got [5]'],
  ] as const)
    t.throws(make, { code: 'OPTION_INVALID', message: `Expected the default of ${message}` })
  t.throws(() => choice('which', 'xy' as never), {
    code: 'OPTION_INVALID',
    message: 'Expected the choices of choice("which") to be a list of words, got "xy"',
  })
  const made = {
    many: number('many', { default: '5' as never }),
    which: list('which', { default: 'a, b' as never }),
    none: text('none', { default: '' }),
  }
  t.strictSame(readParams(made, {}), { many: 5, which: ['a', 'b'], none: '' })
  t.end()
})

t.test('what is not a parameter is refused by its name', t => {
  expectParams(params)
  for (const wrong of ['text', text, undefined, {}])
    t.throws(() => expectParams({ group: wrong }), {
      code: 'PIPELINE_INVALID',
      message:
        "params of the pipeline: group is not a parameter. Make each with text, day, number, flag, choice or list, such as text('department').",
    })
  for (const wrong of [null, [], 'group'])
    t.throws(() => expectParams(wrong), {
      code: 'PIPELINE_INVALID',
      message: /^params of the pipeline is not an object/,
    })
  t.end()
})

for (const [given, message] of [
  [{}, 'The parameter group is missing: id or name'],
  [{ group: '' }, 'Expected group to be text, got ""'],
  [{ group: 'x', limit: 'many' }, 'Expected limit to be a number, got "many"'],
  [{ group: 'x', layout: 'tall' }, 'Expected layout to be one of short, long, got "tall"'],
  [{ group: 'x', columns: 'a,,b' }, 'Expected columns to be a list of strings, got "a,,b"'],
  [{ group: 'x', transitive: 'yes' }, 'Expected transitive to be true or false, got "yes"'],
  [{ group: 'x', to: 'y' }, 'Unknown parameter to. Parameters: group, limit, transitive, layout, columns'],
] as const)
  t.test(`${JSON.stringify(given)} is refused in one sentence`, t => {
    t.throws(() => readParams(params, given), { code: 'OPTION_INVALID', message })
    t.end()
  })
