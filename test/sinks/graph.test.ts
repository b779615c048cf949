import t from 'tap'
import { graph } from '../../src/sinks/graph.ts'

t.test('a sink for changes needs a function, and has no other options than its own', async t => {
  t.throws(() => graph('add-member' as never), {
    code: 'OPTION_INVALID',
    message: 'graph needs a function that returns the changes of a value, got "add-member"',
  })
  t.throws(() => graph(() => [], { folow: () => ({}) } as never), {
    code: 'OPTION_INVALID',
    message: 'graph has no option folow. Did you mean follow?',
  })
})

t.test('a value may make one change or several; what is undefined is left out', async t => {
  const one = graph((value: { readonly id: string }) => ({
    kind: 'add-member',
    value: { group: 'g', member: value.id, note: undefined },
  }))
  t.strictSame(one.changes({ key: 1, value: { id: 'm' } }), [
    { kind: 'add-member', value: { group: 'g', member: 'm' } },
  ])
  t.strictSame(graph(() => []).changes({ key: 1, value: {} }), [])
})
