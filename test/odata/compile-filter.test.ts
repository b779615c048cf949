import t from 'tap'
import { propertiesOf } from '../../src/odata/ast.ts'
import { compileFilter } from '../../src/odata/compile-filter.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'

const holds = (text: string, row: object): boolean => compileFilter<object>(parseFilter(text))(row)

const ann = {
  '@odata.type': '#microsoft.graph.user',
  id: 'A1B2C3D4-0000-4000-8000-000000000001',
  displayName: 'Ann Ä. O’Hara',
  department: 'SALES',
  accountEnabled: true,
  jobTitle: null,
  createdDateTime: '2024-03-01T10:00:00Z',
  employeeOrgData: { division: 'North', costCenter: null },
  proxyAddresses: ['SMTP:ann@contoso.com', 'smtp:a@contoso.com'],
  otherMails: [],
  assignedLicenses: [
    { skuId: 'AAAAAAAA-0000-4000-8000-000000000001', disabledPlans: ['p1', 'p2'] },
    { skuId: 'bbbbbbbb-0000-4000-8000-000000000002', disabledPlans: [] },
  ],
  age: 41,
}

t.test('a filter holds for a row by the rules of Graph', async t => {
  const right: readonly string[] = [
    // Case of texts and GUIDs does not matter.
    "department eq 'sales'",
    "displayName eq 'ANN ä. o’hara'",
    "id eq 'a1b2c3d4-0000-4000-8000-000000000001'",
    "startsWith(displayName,'ANN ä')",
    "startsWith(displayName,'')",
    "endsWith(displayName,'HARA')",
    "contains(displayName,'ä.')",
    'assignedLicenses/any(x:x/skuId eq aaaaaaaa-0000-4000-8000-000000000001)',
    // Null, and what is not there.
    'jobTitle eq null',
    'nothing eq null',
    'manager/id eq null',
    'employeeOrgData/costCenter eq null',
    'department ne null',
    "jobTitle ne 'Chief'",
    "not (startsWith(jobTitle,'C'))",
    "jobTitle in (null, 'Chief')",
    'constructor eq null',
    // Instants.
    'createdDateTime eq 2024-03-01T10:00:00.000Z',
    'createdDateTime eq 2024-03-01T12:00:00+02:00',
    'createdDateTime ge 2024-03-01',
    'createdDateTime lt 2024-03-01T10:00:00.0000001Z',
    'createdDateTime gt 2024-02-29T23:59:59Z',
    // Numbers, booleans, lists.
    'age ge 41 and age lt 42 and age ne 40',
    'accountEnabled eq true and accountEnabled ne false',
    "department in ('x', 'Sales')",
    "department in ('a','b','c','d','e','sales')",
    // Collections.
    'assignedLicenses/$count eq 2',
    'otherMails/$count eq 0',
    'nothing/$count eq 0',
    'proxyAddresses/any()',
    'not (otherMails/any())',
    "proxyAddresses/any(p:startsWith(p,'SMTP:a@'))",
    "proxyAddresses/all(p:endsWith(p,'@contoso.com'))",
    "otherMails/all(m:m eq 'x')",
    "assignedLicenses/any(x:x/disabledPlans/any(y:y eq 'P2') and x/disabledPlans/$count eq 2)",
    "assignedLicenses/any(x:proxyAddresses/any(p:p eq 'x') or x/skuId ne null)".replace(
      'proxyAddresses/any(p:p eq',
      'x/disabledPlans/any(p:p eq',
    ),
    // Types.
    "isof('microsoft.graph.user')",
    "microsoft.graph.user/department eq 'Sales'",
    'microsoft.graph.group/department eq null',
    "employeeOrgData/division eq 'north' or age eq 1",
  ]
  for (const text of right) t.equal(holds(text, ann), true, text)

  const wrong: readonly string[] = [
    "department eq 'Sale'",
    "startsWith(jobTitle,'')",
    'jobTitle gt null',
    "jobTitle ge 'a'",
    "createdDateTime eq '2024-03-01'",
    'department eq 2024-03-01T10:00:00Z',
    "age eq '41'",
    "accountEnabled eq 'true'",
    'jobTitle eq false',
    "proxyAddresses eq 'SMTP:ann@contoso.com'",
    "proxyAddresses/any(p:p eq 'x')",
    "department/any(p:p eq 'SALES')",
    "not (department eq 'sales')",
    "isof('microsoft.graph.group')",
    'displayName eq null and age eq 41',
  ]
  for (const text of wrong) t.equal(holds(text, ann), false, text)
})

t.test('where all is text, numbers and booleans are read from it', async t => {
  const row = { enabled: 'True', age: '41', code: 7, empty: '' }
  const test = (text: string): boolean => compileFilter<object>(parseFilter(text), { readsText: true })(row)
  t.equal(test('enabled eq true and age ge 41 and age lt 100'), true)
  t.equal(test("code eq '7' and code in ('7', '8')"), true)
  t.equal(test('empty eq 0'), false)
  t.equal(test('enabled eq false'), false)
})

t.test('a row of any kind can be filtered through a reader, which is asked only for what the filter names', async t => {
  const asked: string[] = []
  const test = compileFilter<number>(parseFilter("name eq 'r7' and flags/on eq true"), {
    read: (row, name) => (asked.push(name), name === 'name' ? `R${row}` : { on: row > 5 }),
  })
  t.equal(test(7), true)
  t.equal(test(6), false)
  t.strictSame(asked, ['name', 'flags', 'name'])
})

t.test('the properties that a filter reads are known beforehand', async t => {
  const filter = parseFilter(
    "a eq 1 and (b/c eq 2 or not (a eq 3)) and d/any(x:x/e eq 1 and x/f/any(y:y eq x/g)) and isof('t.u')".replace(
      'x/g',
      '1',
    ),
  )
  t.strictSame(propertiesOf(filter), ['a', 'b', 'd', '@odata.type'])
})
