import t from 'tap'
import { judge } from '../../src/core/completeness.ts'
import { doubtOf } from '../../src/core/doubt.ts'

t.test('a file that was written from a pipe without an end is doubted as the pipe is', t => {
  const judged = judge({
    ...{ read: 3, limited: false, live: false, before: undefined, after: undefined, drift: undefined },
    upstream: 'unverified',
  })
  const pipe = doubtOf({ completeness: 'unverified' })
  t.match(pipe?.because, 'came through a pipe')
  t.strictSame(doubtOf(judged), pipe)
  t.strictSame(doubtOf({ ...judged, why: `of the users, ${judged.why}` }), pipe)
  t.end()
})

t.test('a listing that names another reason has all rows that it showed', t => {
  t.equal(doubtOf({ completeness: 'unverified', why: 'the service has no count of this listing' }), undefined)
  t.equal(doubtOf({ completeness: 'drifted' }), undefined)
  t.match(doubtOf({ completeness: 'short', why: 'of the users, 3 are missing' })?.because, 'incompletely')
  t.match(doubtOf({ completeness: 'complete', limit: 1 })?.because, 'limited to 1 row')
  t.end()
})
