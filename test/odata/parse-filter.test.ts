import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'
import { printFilter } from '../../src/odata/print-filter.ts'

const refused = (text: string): string => {
  try {
    parseFilter(text)
  } catch (error) {
    if (error instanceof EntrapipeError && error.code === 'FILTER_INVALID')
      return error.message.replace(/^\$filter, at character /, '')
    throw error
  }
  return 'nothing'
}

t.test('a filter is parsed to a tree with flat and and or', async t => {
  t.strictSame(parseFilter("a eq 'x' or (b eq 1 or c eq true) and not (d eq null)"), {
    kind: 'or',
    items: [
      { kind: 'compare', operator: 'eq', path: { names: ['a'], at: 0 }, value: { type: 'string', value: 'x' } },
      {
        kind: 'and',
        items: [
          {
            kind: 'or',
            items: [
              { kind: 'compare', operator: 'eq', path: { names: ['b'], at: 13 }, value: { type: 'number', value: 1 } },
              {
                kind: 'compare',
                operator: 'eq',
                path: { names: ['c'], at: 23 },
                value: { type: 'boolean', value: true },
              },
            ],
          },
          {
            kind: 'not',
            item: {
              kind: 'compare',
              operator: 'eq',
              path: { names: ['d'], at: 43 },
              value: { type: 'null', value: null },
            },
          },
        ],
      },
    ],
  })
  const chain = parseFilter('a eq 1 or (b eq 2 or c eq 3) or d eq 4')
  t.equal(chain.kind === 'or' && chain.items.length, 4)
})

t.test('names in a lambda belong to its variable', async t => {
  t.strictSame(parseFilter('assignedLicenses/any(x:x/skuId eq 184efa21-98c3-4e5d-95ab-d07053a96e67)'), {
    kind: 'lambda',
    quantifier: 'any',
    path: { names: ['assignedLicenses'], at: 0 },
    variable: 'x',
    item: {
      kind: 'compare',
      operator: 'eq',
      path: { names: ['skuId'], variable: 'x', at: 23 },
      value: { type: 'guid', value: '184efa21-98c3-4e5d-95ab-d07053a96e67' },
    },
  })
})

t.test('a parsed filter prints in canonical form, which parses to the same tree', async t => {
  for (const [text, printed] of [
    [
      "startswith( displayName , 'Ann' )AND ENDSWITH(mail,'@x.com')",
      "startsWith(displayName,'Ann') and endsWith(mail,'@x.com')",
    ],
    ["surname eq 'O''Brien'", "surname eq 'O''Brien'"],
    ["displayName eq '' or city eq '李四'", "displayName eq '' or city eq '李四'"],
    ["NOT groupTypes/any(c:c eq 'Unified')", "not (groupTypes/any(c:c eq 'Unified'))"],
    ['NOT (a eq 1 and b eq -2.5)', 'not (a eq 1 and b eq -2.5)'],
    ['(a eq 1 or b eq 2) and (c eq 3)', '(a eq 1 or b eq 2) and c eq 3'],
    ["companyName in (null,'Microsoft')", "companyName in (null, 'Microsoft')"],
    ['assignedLicenses/$count ne 0', 'assignedLicenses/$count ne 0'],
    ['createdDateTime ge 2024-01-01T00:00:00.1230000+02:00', 'createdDateTime ge 2024-01-01T00:00:00.1230000+02:00'],
    [
      'createdDateTime le 2024-02-29 and x lt 2024-01-01T10:00Z',
      'createdDateTime le 2024-02-29 and x lt 2024-01-01T10:00Z',
    ],
    ["isof('microsoft.graph.user')", "isof('microsoft.graph.user')"],
    ["isof(owner,'microsoft.graph.user')", "isof(owner,'microsoft.graph.user')"],
    [
      "contains(scope/microsoft.graph.accessReviewQueryScope/query, './members')",
      "contains(scope/microsoft.graph.accessReviewQueryScope/query,'./members')",
    ],
    ["scenarios has 'secureFoundation'", "scenarios has 'secureFoundation'"],
    ['a/any (x: x/b/any(y: y/c eq x/d))'.replace('x/d', '1'), 'a/any(x:x/b/any(y:y/c eq 1))'],
    ['proxyAddresses/any()', 'proxyAddresses/any()'],
    ["startsWith(a,'b') eq false", "not (startsWith(a,'b'))"],
    ["startsWith(a,'b') eq true and c/any(x:x eq 1) ne true", "startsWith(a,'b') and not (c/any(x:x eq 1))"],
    [
      "extension_0123456789abcdef0123456789abcdef_costCenter eq '7'",
      "extension_0123456789abcdef0123456789abcdef_costCenter eq '7'",
    ],
    ["@odata.type eq '#microsoft.graph.user'", "@odata.type eq '#microsoft.graph.user'"],
  ] as const) {
    t.equal(printFilter(parseFilter(text)), printed)
    t.equal(printFilter(parseFilter(printed)), printed)
  }
})

t.test('a syntax error says where it is, what was expected, and suggests a correction', async t => {
  for (const [text, message] of [
    ["department = 'Sales'", "12: expected an operator such as eq, got =. Did you mean 'eq'?"],
    ["department == 'Sales'", "12: expected an operator such as eq, got ==. Did you mean 'eq'?"],
    ["department -eq 'Sales'", "12: expected an operator such as eq, got -eq. Did you mean 'eq'?"],
    ["department equals 'Sales'", "12: expected an operator such as eq, got equals. Did you mean 'eq'?"],
    [
      "department startswith 'S'",
      "12: expected an operator such as eq, got startswith. Did you mean startsWith(department,'…')?",
    ],
    [
      'department eq "Sales"',
      `15: expected a value, got "Sales". Text must be in single quotes. Did you mean 'Sales'?`,
    ],
    [
      'department eq ‘Sales’',
      "15: expected a value, got ‘Sales’. Text must be in single quotes. Did you mean 'Sales'?",
    ],
    ['department eq Sales', "15: expected a value, got Sales. Text must be in single quotes. Did you mean 'Sales'?"],
    ["department eq 'Sales", "15: expected a value, got 'Sales. The closing quote of this text is missing."],
    ["surname eq 'O'Brien'", "15: expected 'and', 'or' or the end, got Brien. Double a quote inside text: 'O''Brien'."],
    ["a eq 'b' && c eq 'd'", "10: expected 'and', 'or' or the end, got &&. Did you mean 'and'?"],
    ["a eq 'b' adn c eq 'd'", "10: expected 'and', 'or' or the end, got adn. Did you mean 'and'?"],
    ["a eq 'b' c eq 'd'", "10: expected 'and', 'or' or the end, got c."],
    ["a eq 'b')", "9: expected 'and', 'or' or the end, got )."],
    ["(a eq 'b'", "10: expected 'and', 'or' or ')', got the end."],
    [
      "startwith(a,'b')",
      "1: expected startsWith, endsWith, contains or isof, got startwith. Did you mean 'startsWith'?",
    ],
    [
      "tolower(a) eq 'b'",
      '1: expected startsWith, endsWith, contains or isof, got tolower. Text is compared case-insensitively, so the function is not needed.',
    ],
    [
      "substringof('b',a)",
      "1: expected startsWith, endsWith, contains or isof, got substringof. Did you mean contains(property,'text')?",
    ],
    ['startsWith(a,b)', "14: expected text in single quotes, got b. Text must be in single quotes. Did you mean 'b'?"],
    [
      "'Sales' eq department",
      "1: expected a property or a function, got 'Sales'. Write the property on the left and the value on the right.",
    ],
    ['accountEnabled', '15: expected an operator such as eq, got the end. Did you mean accountEnabled eq true?'],
    [
      "not a eq 'x'",
      "5: expected '(' after not, got a. 'not' must be followed by a condition in parentheses: not (…).",
    ],
    [
      'd ge 2024-01-01T00:00:00',
      '6: expected a value, got 2024-01-01T00:00:00. A time must have a time zone. Did you mean 2024-01-01T00:00:00Z?',
    ],
    [
      'd ge 2023-02-29',
      '6: expected a value, got 2023-02-29. This date does not exist. Expected a date such as 2026-01-31 or 2026-01-31T09:00:00Z.',
    ],
    [
      "d ge datetime'2024-01-01'",
      '6: expected a value, got datetime. Write dates and GUIDs without a prefix and without quotes.',
    ],
    ['assignedLicenses/any(x:skuId eq 1)', '24: expected a name that begins with x, got skuId. Did you mean x/skuId?'],
    [
      "groupTypes/any(c eq 'Unified')",
      "18: expected a variable and a colon, such as x:, got eq. Write groupTypes/any(x:x eq 'value').",
    ],
    [
      "a eq 'x%'' and b%20eq 1",
      "6: expected a value, got 'x%'' and b%20eq 1. The closing quote of this text is missing.",
    ],
    [
      'a%20eq 1',
      '2: expected an operator such as eq, got %. Write the filter without percent-encoding. It is encoded when the request is sent.',
    ],
    ['a in 1', "6: expected '(' and a list of values, got 1."],
    ['a in ()', '7: expected a value, got ).'],
    ['', '1: expected a condition, got the end.'],
  ] as const)
    t.equal(refused(text), message)
  t.match(refused(`${'('.repeat(5000)}a eq 1`), /at most 100 levels of nesting/)
  t.match(refused(`${'not '.repeat(5000)}(a eq 1)`), /at most 100 levels of nesting/)
})

t.test('the facts of a syntax error hold its position and no text of the filter', async t => {
  try {
    parseFilter("mail eq 'ann@contoso.com' nad x eq 1")
    t.fail('it was read')
  } catch (error) {
    t.strictSame(error instanceof EntrapipeError && error.facts, { option: '$filter', position: 27 })
  }
})

t.test(
  'a question mark of a column name is written twice, and is itself in brackets; another one makes it optional',
  async t => {
    const pathOf = (text: string) => {
      const filter = parseFilter(`${text} eq 1`, { ofRows: true })
      return filter.kind === 'compare' ? [filter.path.names, filter.path.optional] : undefined
    }
    t.strictSame(['x?', 'x??', 'x???', '[x?]', '[x??]', '[x?]?', '[x??]?', '[x]?', 'a/b?'].map(pathOf), [
      [['x'], true],
      [['x?'], undefined],
      [['x?'], true],
      [['x?'], undefined],
      [['x?'], undefined],
      [['x?'], true],
      [['x?'], true],
      [['x'], true],
      [['a', 'b'], true],
    ])
  },
)

t.test('a misspelt literal is advised as the literal, or as text', async t => {
  for (const [word, hint] of [
    ['flase', "Did you mean false? Text must be in single quotes: 'flase'."],
    ['nul', "Did you mean null? Text must be in single quotes: 'nul'."],
    ['Sales', "Text must be in single quotes. Did you mean 'Sales'?"],
  ] as const)
    t.throws(() => parseFilter(`a eq ${word}`), {
      code: 'FILTER_INVALID',
      message: `$filter, at character 6: expected a value, got ${word}. ${hint}`,
    })
})
