import t from 'tap'
import { daysWithTime } from '../../src/odata/days-with-time.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'
import { printFilter } from '../../src/odata/print-filter.ts'

t.test('a date without a time gets midnight UTC wherever the property has a time', async t => {
  for (const [given, sent, type = 'user'] of [
    ['employeeHireDate ge 2022-07-15', 'employeeHireDate ge 2022-07-15T00:00:00Z'],
    [
      "not (createdDateTime le 2024-01-31) and (department eq 'x' or createdDateTime in (2024-02-29, null))",
      "not (createdDateTime le 2024-01-31T00:00:00Z) and (department eq 'x' or createdDateTime in (2024-02-29T00:00:00Z, null))",
    ],
    [
      'assignedPlans/any(p:p/assignedDateTime ge 2022-07-15)',
      'assignedPlans/any(p:p/assignedDateTime ge 2022-07-15T00:00:00Z)',
    ],
    ['signInActivity/lastSignInDateTime le 2022-07-15', 'signInActivity/lastSignInDateTime le 2022-07-15T00:00:00Z'],
    ['registrationDateTime ge 2022-07-15', 'registrationDateTime ge 2022-07-15T00:00:00Z', 'device'],
  ] as const)
    t.equal(printFilter(daysWithTime(parseFilter(given), type)), sent)
})

t.test('a filter without such a date is returned unchanged', async t => {
  for (const [text, type] of [
    ['createdDateTime ge 2022-07-15T08:30:00+02:00', 'user'],
    ['extension_0123456789abcdef0123456789abcdef_day eq 2022-07-15', 'user'],
    ["startsWith(displayName,'a') and proxyAddresses/any() or not (city eq null)", 'user'],
    ['anything eq 2022-07-15', 'riskDetection'],
  ] as const) {
    const filter = parseFilter(text)
    t.equal(daysWithTime(filter, type), filter, text)
  }
})
