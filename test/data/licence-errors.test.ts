import t from 'tap'
import { licenceError } from '../../src/data/licence-errors.ts'

t.test(
  'each error that Microsoft documents has a meaning and something to do, and others have one together',
  async t => {
    const codes = [
      ...['CountViolation', 'MutuallyExclusiveViolation', 'DependencyViolation'],
      ...['ProhibitedInUsageLocationViolation', 'UniquenessViolation', 'Other'],
    ]
    t.equal(new Set(codes.map(code => licenceError(code).meaning)).size, codes.length)
    for (const code of codes) t.match(licenceError(code), { meaning: /\.$/, fix: /\.$/ })
    t.strictSame(licenceError('Others'), licenceError('Other'))
    t.strictSame(licenceError('Whatever'), licenceError('Other'))
  },
)
