import t from 'tap'
import { truthOf } from '../../src/core/truth.ts'

t.test('only a few words are booleans, ignoring case', async t => {
  for (const value of [true, 'true', ' YES ', 'y', '1', 1]) t.equal(truthOf(value), true, String(value))
  for (const value of [false, 'False', 'no', 'N', '0', 0]) t.equal(truthOf(value), false, String(value))
  for (const value of ['', 'ja', '2', 2, null, 'constructor', {}]) t.equal(truthOf(value), undefined, String(value))
})
