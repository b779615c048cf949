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

t.test("a row matches a filter by Graph's rules", async t => {
  const right: readonly string[] = [
    // Strings and GUIDs are case-insensitive.
    "department eq 'sales'",
    "displayName eq 'ANN ä. o’hara'",
    "id eq 'a1b2c3d4-0000-4000-8000-000000000001'",
    "startsWith(displayName,'ANN ä')",
    "startsWith(displayName,'')",
    "endsWith(displayName,'HARA')",
    "contains(displayName,'ä.')",
    'assignedLicenses/any(x:x/skuId eq aaaaaaaa-0000-4000-8000-000000000001)',
    // Null and missing properties.
    'jobTitle eq null',
    'nothing eq null',
    'manager/id eq null',
    'employeeOrgData/costCenter eq null',
    'department ne null',
    "jobTitle ne 'Chief'",
    "not (jobTitle eq 'Chief')",
    "not (jobTitle in ('Chief'))",
    "not (startsWith(department,'X'))",
    "not (startsWith(jobTitle,'C') and age eq 1)",
    "not not (startsWith(department,'S'))",
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
    // A function of null is null, and so is its negation.
    "not (startsWith(jobTitle,'C'))",
    "not (contains(nothing,'x'))",
    "not (startsWith(jobTitle,'C') or department eq 'x')",
    "not (endsWith(jobTitle,'C') and department eq 'sales')",
    "endsWith(jobTitle,'C') eq false",
  ]
  for (const text of wrong) t.equal(holds(text, ann), false, text)
})

const ofRows = (text: string, row: object): boolean =>
  compileFilter<object>(parseFilter(text, { ofRows: true }), { ofRows: true })(row)

t.test('in rows from files, strings are read as numbers, booleans and dates, and those as strings', async t => {
  const row = { enabled: 'True', on: 'no', age: '41', code: 7, empty: '', hired: '2026-01-31T09:00:00+0100' }
  for (const [text, expected] of [
    ['enabled eq true and age ge 41 and age lt 100', true],
    ['on eq false and on ne true', true],
    ["code eq '7' and code in ('7', '8') and startsWith(code,'7')", true],
    ["code in ('1', '2', '3', '4', '7')", true],
    ['hired ge 2026-01-01 and hired eq 2026-01-31T08:00:00Z', true],
    ['empty eq 0', false],
    ['enabled eq false', false],
    ['hired lt 2026-01-01', false],
  ] as const)
    t.equal(ofRows(text, row), expected, text)
})

t.test('whole numbers are compared digit by digit, and only decimal strings are numbers', async t => {
  const longest = '9007199254740993'
  for (const [text, n, expected] of [
    [`n eq ${longest}`, longest, true],
    [`n eq ${longest}`, 9007199254740992, false],
    [`n eq ${longest}`, '9007199254740993.0', true],
    ['n gt 9007199254740992', longest, true],
    ['n lt 9007199254740994', longest, true],
    [`n ne ${longest}`, '9007199254740992', true],
    [`n in (1, ${longest})`, '9007199254740992', false],
    ['n lt 0.5', `-${longest}`, true],
    ['n eq 100000000000000000000', '1e20', true],
    ['n eq 31', '0x1F', false],
    ['n gt 0', 'Infinity', false],
    ['n eq 5', '0b101', false],
    ['n eq 5', '+5', true],
  ] as const)
    t.equal(ofRows(text, { n }), expected, `${text} of ${n}`)
  t.throws(() => parseFilter('n eq 1e400'), { code: 'FILTER_INVALID', message: /a number up to 1\.8e308, got 1e400/ })
})

t.test('a value that cannot be compared is reported, with the expected kind', async t => {
  const told = (text: string, row: object): unknown[] => {
    const found: unknown[] = []
    const filter = parseFilter(text, { ofRows: true })
    compileFilter<object>(filter, {
      ofRows: true,
      strange: (_, path, kind) => found.push([path.names.join('/'), kind]),
    })(row)
    return found
  }
  const row = { day: '31.01.2026', n: 'many', on: 'perhaps', tags: 'a;b', list: ['a'], none: null, text: 'x' }
  for (const [text, expected] of [
    ['day ge 2026-01-01', [['day', 'a date']]],
    ['day ne 2026-01-01', [['day', 'a date']]],
    [
      'n lt 5 or on eq true',
      [
        ['n', 'a number'],
        ['on', 'a boolean'],
      ],
    ],
    ['n in (1, 2)', [['n', 'a number']]],
    ["n in (1, 'few')", []],
    [
      "list eq 'a' or list in ('a', 'b', 'c', 'd', 'e')",
      [
        ['list', 'text'],
        ['list', 'text'],
      ],
    ],
    [
      "tags/any(x:x eq 'a') or tags/$count eq 2",
      [
        ['tags', 'a list'],
        ['tags', 'a list'],
      ],
    ],
    ['list/any(x:x ge 2026-01-01)', [['', 'a date']]],
    ["none ge 2026-01-01 or nothing eq 1 or text ge 'a' or none eq null", []],
  ] as const)
    t.strictSame(told(text, row), expected, text)
})

t.test('a column named like a path takes precedence over the path', async t => {
  const row = {
    'a/b': 'flat',
    a: { b: 'in', c: 'c' },
    'x/y': { z: 'deep' },
    'address.city': 'Bonn',
    'Employee ID': '7',
  }
  for (const text of [
    "a/b eq 'flat'",
    "a/c eq 'c'",
    "[a]/b eq 'in'",
    "[a/b] eq 'flat'",
    '[a/c] eq null',
    "x/y/z eq 'deep'",
    "address.city eq 'bonn'",
    '[Employee ID] eq 7',
    '[Employee ID]? eq 7 and gone? eq null and a/gone? eq null',
  ])
    t.equal(ofRows(text, row), true, text)
  t.equal(ofRows("['s] eq 'x'".replace("'s", 'a]]b'), { 'a]b': 'x' }), true)
  t.equal(ofRows('[not] eq 1 and [2024] eq 2', { not: 1, 2024: 2 }), true)
  t.equal(ofRows("microsoft.graph.user/mail eq 'm'", { '@odata.type': '#microsoft.graph.user', mail: 'm' }), true)
})

t.test('a name with blanks or a digit at its start is to be written in brackets, in a filter of rows only', async t => {
  for (const [text, position, expected, name] of [
    ['Employee ID eq 7', 10, 'an operator such as eq, got ID', 'Employee ID'],
    ["First name of person in ('x')", 7, 'an operator such as eq, got name', 'First name of person'],
    ['mail ne null and Employee ID eq 7', 27, 'an operator such as eq, got ID', 'Employee ID'],
    ['2024 eq 7', 1, 'a property or a function, got 2024', '2024'],
  ] as const) {
    t.throws(() => parseFilter(text, { ofRows: true }), {
      code: 'FILTER_INVALID',
      message: `$filter, at character ${position}: expected ${expected}. In a filter of rows, write such a name in brackets: [${name}].`,
    })
    t.throws(() => parseFilter(text), { code: 'FILTER_INVALID', message: /^(?!.*brackets)/ }, text)
  }
  t.throws(() => parseFilter("name like 'x'", { ofRows: true }), {
    code: 'FILTER_INVALID',
    message: /Did you mean contains\(name,'…'\)\?$/,
  })
})

t.test('a path without its last name is refused: a shell replaces $count in double quotes', async t => {
  for (const text of ['assignedLicenses/ eq 0', 'assignedLicenses/'])
    t.throws(() => parseFilter(text), {
      code: 'FILTER_INVALID',
      message: /expected a property after '\/', got (eq|the end)/,
    })
  t.throws(() => parseFilter('assignedLicenses/ eq 0'), {
    code: 'FILTER_INVALID',
    message: /If it was \$count, write the filter in single quotes/,
  })
})

t.test('brackets and question marks are syntax errors in a filter for Graph', async t => {
  t.throws(() => parseFilter("[Employee ID] eq '7'"), { code: 'FILTER_INVALID' })
  t.throws(() => parseFilter("mail? eq '7'"), { code: 'FILTER_INVALID' })
})

t.test('nested variables each refer to an item of their own list', async t => {
  const row = {
    teams: [
      { name: 'A', lead: 'x', people: ['x', 'y'] },
      { name: 'B', lead: 'y', people: ['y', 'x'] },
    ],
  }
  t.equal(holds("teams/any(t:t/people/any(p:p eq 'y') and t/lead eq 'x')", row), true)
  t.equal(holds("teams/all(t:t/people/any(p:p eq 'x' and t/name ne 'C'))", row), true)
  t.equal(holds("teams/any(t:t/people/all(p:t/lead eq 'z'))", row), false)
})

t.test('a cast to another type is null', async t => {
  const row = { manager: { '@odata.type': '#microsoft.graph.user', mail: 'm' } }
  t.equal(holds("manager/microsoft.graph.user/mail eq 'm'", row), true)
  t.equal(holds('manager/microsoft.graph.orgContact/mail eq null', row), true)
})

t.test('comparison is case-insensitive, even if the lower-case string is longer', async t => {
  const row = { city: 'İzmir', flags: 'a, B' }
  for (const text of ["city eq 'İZMIR'", "startsWith(city,'İz')", "city in ('a','b','c','d','İzmir')"])
    t.equal(holds(text, row), true, text)
  for (const text of ["flags has 'b'", "flags has 'a, b'", "flags has 'b,a'"]) t.equal(holds(text, row), true, text)
  t.equal(holds("flags has 'a, c'", row), false)
})

t.test('rows of any shape can be filtered through a reader, which reads only the properties in the filter', async t => {
  const asked: string[] = []
  const test = compileFilter<number>(parseFilter("name eq 'r7' and flags/on eq true"), {
    read: (row, name) => (asked.push(name), name === 'name' ? `R${row}` : { on: row > 5 }),
  })
  t.equal(test(7), true)
  t.equal(test(6), false)
  t.strictSame(asked, ['name', 'flags', 'name'])
})

t.test('propertiesOf lists every property that a filter reads', async t => {
  const filter = parseFilter(
    "a eq 1 and (b/c eq 2 or not (a eq 3)) and d/any(x:x/e eq 1 and x/f/any(y:y eq x/g)) and isof('t.u')".replace(
      'x/g',
      '1',
    ),
  )
  t.strictSame(propertiesOf(filter), ['a', 'b', 'd', '@odata.type'])
})
