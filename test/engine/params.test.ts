import t from 'tap'
import { choice, flag, list, number, readParams, text } from '../../src/engine/params.ts'

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
