import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { wordsOf } from '../../src/core/thrown.ts'

t.test('a code that does not exist has exit status 1', async t => {
  for (const code of ['NOPE', 'constructor', undefined]) {
    const { exit, retryable } = new EntrapipeError(code as 'INTERNAL', 'bad')
    t.strictSame([exit, retryable], [1, false])
  }
})

t.test('anything that was thrown can be described', async t => {
  t.equal(wordsOf(new Error('oh no')), 'oh no')
  t.equal(wordsOf(5), '5')
  t.equal(wordsOf(Object.create(null)), 'a value that cannot be shown')
  const mute = Object.defineProperty(new Error(), 'message', {
    get() {
      throw new Error('no')
    },
  })
  t.equal(wordsOf(mute), 'a value that cannot be shown')
})
