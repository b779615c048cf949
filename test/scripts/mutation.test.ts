import t from 'tap'
import { mutantsOf, mutated } from '../../scripts/mutation/mutants.ts'
import { sampleOf } from '../../scripts/mutation/sample.ts'
import { testsFor } from '../../scripts/mutation/tests-for.ts'

const changed = (source: string): readonly string[] => mutantsOf('a.ts', source).map(mutant => mutated(source, mutant))

t.test('each mutant has one mistake in otherwise unchanged source', async t => {
  t.strictSame(changed('if (a < 2 && b) await save()'), [
    'if (!(a < 2 && b)) await save()',
    'if (a < 2) await save()',
    'if (b) await save()',
    'if (a <= 2 && b) await save()',
    'if (a < 3 && b) await save()',
    'if (a < 2 || b) await save()',
    'if (a < 2 && b) ;',
    'if (a < 2 && b) save()',
  ])
  t.strictSame(changed('const f = () => list.filter(one)'), ['const f = () => list', 'const f = () => undefined'])
})

t.test('types, joined texts and the wording of errors have no mutants', async t => {
  t.strictSame(changed('type A = 1 | true'), [])
  t.strictSame(changed("const s = 'a' + b"), [])
  t.strictSame(changed("throw new EntrapipeError('ROW_INVALID', a && b)"), [';'])
})

t.test('a seed always chooses the same sample, and every line once before any line twice', async t => {
  const mutants = mutantsOf('a.ts', 'f(1, 2, 3)\ng(4, 5, 6)\nh(7)')
  const sample = sampleOf(mutants, 3, 1)
  t.strictSame(sampleOf(mutants, 3, 1), sample)
  t.strictSame(sample.map(({ line }) => line).sort(), [1, 2, 3])
})

t.test('the test of the same name comes first, and tests that start the program come with the others', async t => {
  const tests = testsFor('src/engine/merge.ts')
  t.equal(tests[0], 'test/engine/merge.test.ts')
  t.ok(tests.includes('test/e2e/resume-kills.test.ts'))
})
