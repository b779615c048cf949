import t from 'tap'
import { columnsOf } from '../../src/core/json.ts'
import { portalCaption, portalTemplates, type PortalTemplate } from '../../src/data/portal-templates.ts'
import { csvTable, type CsvTableOptions } from '../../src/formats/csv-table.ts'

const read = (lines: readonly (readonly string[])[], options: Partial<CsvTableOptions> = {}) => {
  const table = csvTable({ name: 'x.csv', header: true, ...options })
  const rows = lines.map((cells, at) => table.take({ line: at + 1, cells })).filter(row => row !== undefined)
  table.end()
  return rows
}

t.test('every template of the portal is read as downloaded, and as Excel pads it', async t => {
  for (const [name, template] of Object.entries<PortalTemplate>(portalTemplates)) {
    const width = template.columns.length
    const row = template.columns.map(({ property }) => `the ${property}`)
    const example = Array.from({ length: width }, (_, at) => template.example?.[at] ?? 'Example: something')
    const expected = Object.fromEntries(template.columns.map(({ property }) => [property, `the ${property}`]))
    const captions = template.columns.map(portalCaption)
    t.strictSame(read([['version:v1.0'], captions, example, row]), [{ line: 4, value: expected }], name)
    t.strictSame(
      read([
        ['version:v1.0', '', ''],
        [...captions, ''],
        [...row, ''],
      ]),
      [{ line: 3, value: expected }],
      `${name}, padded`,
    )
    t.strictSame(read([captions, row, example]).length, template.example ? 1 : 2, `${name}: an example further down`)
  }
})

t.test('the caption row of the create template is the documented one', async t => {
  t.equal(
    portalTemplates['create-users'].columns.map(portalCaption).join(','),
    'Name [displayName] Required,User name [userPrincipalName] Required,Initial password [passwordProfile] Required,Block sign in (Yes/No) [accountEnabled] Required,First name [givenName],Last name [surname],Job title [jobTitle],Department [department],Usage location [usageLocation],Street address [streetAddress],State or province [state],Country or region [country],Office [physicalDeliveryOfficeName],City [city],ZIP or postal code [postalCode],Office phone [telephoneNumber],Mobile phone [mobile]',
  )
})

t.test(
  'captions in other languages are read as the property in brackets; columns without one keep their name',
  async t => {
    t.strictSame(
      read([['version:v1.0'], ['Benutzername [userPrincipalName] Erforderlich', 'mailNickName', ''], ['a@x', 'a', '']]),
      [{ line: 3, value: { userPrincipalName: 'a@x', mailNickName: 'a' } }],
    )
  },
)

t.test('a word in brackets does not make a template: columns keep their captions, and all rows are rows', async t => {
  const feed = [['Employee ID', 'Note', 'Salary [EUR]'], ['1', 'Example: ask Bo first', '100'], ['3']]
  t.strictSame(read(feed), [
    { line: 2, value: { 'Employee ID': '1', Note: 'Example: ask Bo first', 'Salary [EUR]': '100' } },
    {
      line: 3,
      fault: 'has 1 cell, but the header has 3. Is a delimiter missing?',
    },
  ])
  for (const header of [
    ['Work Phone [phone]', 'Home Phone [phone]'],
    ['Mail [mail]', 'User [userPrincipalName]'],
    ['Name [displayName] Required', 'Object ID [objectId] Required'],
    ['Name [displayName] Required', 'note'],
  ])
    t.strictSame(
      read([header, ['x', 'y']]),
      [{ line: 2, value: { [header[0]!]: 'x', [header[1]!]: 'y' } }],
      'not all are captions of one template',
    )
  t.strictSame(
    read([['City [city]', 'Name [displayName] Required', ''], ['Ulm']]),
    [{ line: 2, value: { city: 'Ulm', displayName: '' } }],
    'some captions of one template, in another order',
  )
})

t.test('empty cells after the last column are ignored, but not in a file with secrets', async t => {
  const rows = (header: readonly string[]) => read([header, ['Ann', 'true', 'Sommer2026!x', '']])
  t.match(rows(['name', 'isOn', 'note']), [{ value: { name: 'Ann', isOn: 'true', note: 'Sommer2026!x' } }])
  t.match(rows(['name', 'password', 'isOn']), [
    { line: 2, fault: /^has 4 cells, but the header has 3\. It has a column with secrets, .* Correct the line/ },
  ])
  t.match(rows(['name', 'password', 'isOn', '']), [{ value: { password: 'true', isOn: 'Sommer2026!x' } }])
})

t.test(
  'the example of a template is no row wherever it stands, in files of changes also without a template',
  async t => {
    const rows = [
      ['displayName', 'userPrincipalName'],
      ['Ann', 'ann@contoso.com'],
      ['Beispiel: Chris Green', 'chris@contoso.com'],
    ]
    const passed: string[] = []
    const ignored = (what: string, line: number) => void passed.push(`${line} ${what}`)
    t.equal(read(rows, { captions: true, ignored }).length, 1)
    t.strictSame(passed, ['3 example row'])
    t.equal(read(rows).length, 2, 'another file has the rows that it has')
    const [header, ann] = [['Name [displayName] Required', 'User name [userPrincipalName] Required'], rows[1]!]
    t.equal(read([header, ann, ['Example: Chris Green', '']]).length, 1)
    t.equal(read([header, ann, ['Chris Green', 'chris.green@fabrikam.com']]).length, 2, 'a person may have the name')
  },
)

t.test('another example is only known in the first row, and only if its first cell says so', async t => {
  const captions = ['Name [displayName] Required', 'City [city]']
  t.strictSame(read([captions, ['', 'Example: x'], ['Ann', 'Example: y'], ['Example: z', '']]), [
    { line: 3, value: { displayName: 'Ann', city: 'Example: y' } },
    { line: 4, value: { displayName: 'Example: z', city: '' } },
  ])
})

t.test('records that are not rows are counted, with kind and line', async t => {
  const passed: string[] = []
  const ignored = (what: string, line: number) => void passed.push(`${line} ${what}`)
  const captions = ['Name [displayName] Required', 'City [city]']
  const lines = [
    ['version:v1.0', ''],
    captions,
    ['Example: Ann', 'Example: Ulm'],
    ['Ann', 'Ulm'],
    ['', ''],
    ['\ufeffversion:v1.0'],
    ['version:v1.0'],
    ['\ufeffName [displayName] Required', ' City [city]', ''],
    ['Example: Ann'],
    ['#TYPE System.Object'],
    ['Bo', ''],
  ]
  t.strictSame(read(lines, { ignored }), [
    { line: 4, value: { displayName: 'Ann', city: 'Ulm' } },
    { line: 11, value: { displayName: 'Bo', city: '' } },
  ])
  t.strictSame(passed, [
    '1 version line',
    '3 example row',
    '5 empty row',
    '6 version line',
    '7 version line',
    '8 repeated header',
    '9 example row',
    '10 type line',
  ])
})

t.test('a marker line among the rows is rejected', async t => {
  t.match(
    read([
      ['a', 'b'],
      ['sep=', ''],
      ['#TYPE x.y', ''],
    ]),
    [
      {
        line: 2,
        fault: 'looks like the separator line of another file. Delete the line, or change its first cell',
      },
      { line: 3, fault: /^looks like the type line of another file\./ },
    ],
  )
  t.match(read([['a'], ['sep=;']]), [{ fault: /^looks like the separator line/ }])
  t.strictSame(
    read([
      ['a', 'b', 'c'],
      ['sep=', ''],
      ['1', '2', '3'],
    ]).length,
    1,
  )
})

t.test('a repeated header is ignored; a header with other columns, or in another case, is an error', async t => {
  const rows = (...lines: readonly (readonly string[])[]) =>
    read([['id', 'name', 'mail'], ['1', 'Ann', 'a@x'], ...lines])
  t.equal(rows(['id', 'name', 'mail'], ['2', 'Bo', 'b@x']).length, 2)
  t.equal(
    rows(
      ['id', 'Ann', 'a@x'],
      ['id', 'name', '3 mail'].map(cell => `${cell}.`),
    ).length,
    3,
  )
  for (const header of [
    ['name', 'id', 'mail'],
    ['id', 'name', 'phone'],
    ['phone', 'id', 'name'],
    ['id', 'name'],
    ['ID', 'Name', 'Mail'],
    ['Id', 'Name', 'Phone'],
  ])
    t.throws(() => rows(header), {
      code: 'INPUT_MALFORMED',
      message:
        'Line 3 of x.csv has only column names, like a second header that differs from the first. Split the file there, or delete the line. If it is a row, set `singleHeader: true`',
      facts: { line: 3 },
    })
  t.match(read([['mail'], ['a@x'], ['mail']]), [
    { value: { mail: 'a@x' } },
    {
      fault:
        'is the same as the header. If it is a repeated header, delete the line. If it is a row, set `singleHeader: true`',
    },
  ])
  const given = { header: false, columns: ['id', 'name'] }
  t.strictSame(
    read(
      [
        ['id', 'name'],
        ['1', 'Ann'],
      ],
      given,
    ),
    [{ line: 2, value: { id: '1', name: 'Ann' } }],
  )
})

t.test('with singleHeader, lines of column names are rows, also without a header', async t => {
  const names = [
    ['name', 'id'],
    ['id', 'name'],
  ]
  const rows = [
    { line: 2, value: { id: 'name', name: 'id' } },
    { line: 3, value: { id: 'id', name: 'name' } },
  ]
  t.strictSame(read([['id', 'name'], ...names], { singleHeader: true }), rows)
  t.strictSame(read([['mail'], ['mail']], { singleHeader: true }), [{ line: 2, value: { mail: 'mail' } }])
  t.strictSame(
    read(names, { header: false, columns: ['id', 'name'], singleHeader: true }),
    rows.map(({ line, value }) => ({ line: line - 1, value })),
  )
})

t.test('text protected from a spreadsheet is read as plain text, in rows and in the header', async t => {
  const cells = ['="0012"', '="a""b"&"c"', '=""', '="x', '="x"y"', '=1', '="a"&1']
  const header = cells.map((_, at) => (at === 0 ? '="2025"' : `c${at}`))
  t.match(read([header, cells]), [
    { value: { 2025: '0012', c1: 'a"bc', c2: '', c3: '="x', c4: '="x"y"', c5: '=1', c6: '="a"&1' } },
  ])
  t.match(
    read(
      [
        ['a', 'b'],
        ['="0012"', ''],
      ],
      { excel: false },
    ),
    [{ value: { a: '="0012"' } }],
  )
})

t.test('wanted columns are matched by letters and digits; the others are ignored', async t => {
  t.strictSame(
    read(
      [
        ['DISPLAY NAME', 'x', ' user_principal-name '],
        ['Ann', '1', 'a@x'],
      ],
      { columns: ['userPrincipalName', 'displayName'] },
    ),
    [{ line: 2, value: { displayName: 'Ann', userPrincipalName: 'a@x' } }],
  )
})

t.test('an invalid header is an error with its line', async t => {
  const refused: readonly (readonly [readonly string[], RegExp, string[]?])[] = [
    [['a', 'b', 'a'], /^The header of x\.csv \(line 1\) names "a" twice, in columns 1 and 3\. Rename or delete one$/],
    [['a', ' ', 'c'], /^Column 2 of the header of x\.csv \(line 1\) has no name\. Name/],
    [['Mail', 'MAIL'], /names "mail" twice, in columns 1 and 2/, ['mail']],
    [['mail'], /^The header of x\.csv \(line 1\) lacks "id"\. It has "mail"$/, ['id', 'mail']],
    [
      ['ann@x', 'Ann'],
      /^Line 1 of x\.csv names none of "id", "mail"\. The line begins with "ann@x", "Ann"\. Add a header, or set `headerLine` if it is a later line$/,
      ['id', 'mail'],
    ],
  ]
  for (const [cells, message, columns] of refused)
    t.throws(() => read([cells], { columns }), { code: 'HEADER_INVALID', message, facts: { line: 1 } })
  t.throws(() => read([]), {
    code: 'HEADER_INVALID',
    message: 'x.csv is empty. The first line must name the columns',
  })
  t.throws(() => read([['version:v1.0']]), {
    code: 'HEADER_INVALID',
    message: 'x.csv has no header. The line after version: must name the columns',
  })
})

t.test('a row with too few or too many cells is rejected; surplus empty cells are not counted', async t => {
  t.strictSame(read([['a', 'b'], ['1'], ['1', '2', '3'], ['1', '2', ' ', ''], ['', ''], ['', '2']]), [
    { line: 2, fault: 'has 1 cell, but the header has 2. Is a delimiter missing?' },
    {
      line: 3,
      fault: 'has 3 cells, but the header has 2. Does a cell that contains a delimiter lack quotes?',
    },
    { line: 4, value: { a: '1', b: '2' } },
    { line: 6, value: { a: '', b: '2' } },
  ])
})

t.test('without a header the columns are those given, and every line is a row', async t => {
  t.strictSame(read([['1', '2']], { header: false, columns: ['a', 'b'] }), [{ line: 1, value: { a: '1', b: '2' } }])
  t.strictSame(read([['1']], { header: false, columns: ['a', 'b'] }), [
    {
      line: 1,
      fault: 'has 1 cell, but 2 columns were given. Is a delimiter missing?',
    },
  ])
})

t.test('rows keep the order of the header, whatever the column names', async t => {
  const header = ['name', '2025', '__proto__', '2024']
  for (const options of [{}, { columns: header }, { columns: header, header: false }]) {
    const [row] = read([...('header' in options ? [] : [header]), ['a', 'b', 'c', 'd']], options)
    const value = row && 'value' in row ? row.value : {}
    t.strictSame(columnsOf(value), header)
    t.strictSame(
      header.map(name => value[name]),
      ['a', 'b', 'c', 'd'],
    )
  }
  const table = csvTable({ name: 'x.csv', header: true })
  table.take({ line: 1, cells: header })
  t.strictSame(columnsOf(table.cellsOf({ line: 2, cells: ['a', 'b', 'c', 'd', 'e'] })), [...header, 'cell 5'])
})

t.test('a zero byte is reported with its column, in a row and in the header', async t => {
  const table = csvTable({ name: 'x.csv', header: true })
  table.take({ line: 1, cells: ['a', 'b'] })
  t.strictSame(table.take({ line: 2, cells: ['1', '\0'], zeroIn: 1 }), {
    line: 2,
    fault: 'has a zero byte in column 2 (b). Remove it, or get another copy of the file',
  })
  t.throws(() => csvTable({ name: 'x.csv', header: true }).take({ line: 1, cells: ['a', '\0b'], zeroIn: 1 }), {
    code: 'HEADER_INVALID',
    message:
      /^The header of x\.csv \(line 1\) has a zero byte in column 2\. The file may be UTF-16 or UTF-32\. Save it as UTF-8/,
    facts: { line: 1, column: 2 },
  })
})

t.test('an example row is ignored in other languages of the portal', async t => {
  const upn = ['Benutzername [userPrincipalName] Erforderlich']
  for (const cell of [
    'Beispiel: chris@contoso.com',
    'Exemple : chris@contoso.com',
    '例：chris@contoso.com',
    'Ukázka: chris@contoso.com',
  ])
    t.strictSame(
      read([upn, [cell], ['ann@contoso.com']]),
      [{ line: 3, value: { userPrincipalName: 'ann@contoso.com' } }],
      cell,
    )
  for (const cell of ['chris@contoso.com', 'Ann: ann@contoso.com'])
    t.equal(read([upn, [cell]]).length, 1, `${cell} is a row`)
})

t.test('with `captions`, columns of a template keep them, and added columns do not make it another file', async t => {
  const captions = ['User name [userPrincipalName] Required', 'Note']
  t.strictSame(read([captions, ['Example: chris@contoso.com'], ['ann@contoso.com']], { captions: true }), [
    { line: 3, value: { 'User name [userPrincipalName] Required': 'ann@contoso.com', Note: '' } },
  ])
  t.strictSame(
    read(
      [
        ['User [userPrincipalName]', 'Salary [EUR]'],
        ['Example: x', '1'],
      ],
      { captions: true },
    ),
    [{ line: 2, value: { 'User [userPrincipalName]': 'Example: x', 'Salary [EUR]': '1' } }],
    'a unit in brackets does not make a template',
  )
})
