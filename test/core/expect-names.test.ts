import t from 'tap'
import { expectNames, strangeIn } from '../../src/core/expect-names.ts'

const names = ['source', 'transforms', 'sink']

t.test('a field that nothing reads is refused, with the name that was probably meant', async t => {
  t.throws(() => expectNames('plan', { source: 1, transfroms: [] }, names), {
    code: 'PIPELINE_INVALID',
    message: 'plan has no field transfroms. Did you mean transforms?',
  })
})

t.test('a name that resembles none is refused with all names', async t => {
  t.strictSame(strangeIn({ zzz: 1 }, names), {
    name: 'zzz',
    near: undefined,
    hint: 'It has source, transforms, sink',
  })
})

t.test('known names are accepted, also if some are absent', async t => {
  t.equal(strangeIn({ sink: 1 }, names), undefined)
  t.doesNotThrow(() => expectNames('plan', {}, names))
})
