import t from 'tap'
import { countingAny } from '../../src/odata/counting-any.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'
import { printFilter } from '../../src/odata/print-filter.ts'

const written = (filter: string, type = 'user'): string => printFilter(countingAny(parseFilter(filter), type))

t.test('any() without a condition is written as a count, negated too, wherever it stands', async t => {
  t.equal(written('assignedLicenses/any()'), 'assignedLicenses/$count ne 0')
  t.equal(written('not assignedLicenses/any()'), 'assignedLicenses/$count eq 0')
  t.equal(written('not(assignedLicenses/any())'), 'assignedLicenses/$count eq 0')
  t.equal(
    written("department eq 'IT' and (proxyAddresses/any() or not otherMails/any())"),
    "department eq 'IT' and (proxyAddresses/$count ne 0 or otherMails/$count eq 0)",
  )
  t.equal(
    written('not (assignedLicenses/any() or accountEnabled eq true)'),
    'not (assignedLicenses/$count ne 0 or accountEnabled eq true)',
  )
})

t.test('what has a condition, cannot be counted, or is documented with any() stays, as the same filter', async t => {
  for (const [filter, type] of [
    ['assignedLicenses/any(l:l/skuId eq 05e9a617-0261-4cee-bb44-138d3ef5d965)', 'user'],
    ['businessPhones/any()', 'user'],
    ['assignedLicenses/any()', 'group'],
    ['not (accountEnabled eq true)', 'user'],
  ] as const) {
    const parsed = parseFilter(filter)
    t.equal(countingAny(parsed, type), parsed, filter)
  }
})
