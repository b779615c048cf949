import t from 'tap'
import { parseSearch } from '../../src/odata/parse-search.ts'

t.test('clauses are in double quotes, and AND binds tighter than OR', async t => {
  t.strictSame(parseSearch('"displayName:One" OR "mail:one" AND ("description:x:y" OR "city:a \\"b\\\\")'), {
    kind: 'or',
    items: [
      { kind: 'clause', property: 'displayName', text: 'One', at: 0 },
      {
        kind: 'and',
        items: [
          { kind: 'clause', property: 'mail', text: 'one', at: 21 },
          {
            kind: 'or',
            items: [
              { kind: 'clause', property: 'description', text: 'x:y', at: 37 },
              { kind: 'clause', property: 'city', text: 'a "b\\', at: 58 },
            ],
          },
        ],
      },
    ],
  })
})

t.test('a syntax error says where it is', async t => {
  for (const [text, message] of [
    [
      'displayName:ann',
      '$search, at character 1: expected a clause in double quotes, got displayName:ann. Did you mean "displayName:ann"?',
    ],
    ['"ann"', '$search, at character 1: expected "property:text", got "ann". Write a clause as "displayName:word".'],
    [
      '"displayName:"',
      '$search, at character 1: expected "property:text", got "displayName:". Write a clause as "displayName:word".',
    ],
    ['"a:b" and "c:d"', "$search, at character 7: expected 'AND', 'OR' or the end, got and. Did you mean AND?"],
    ['("a:b"', "$search, at character 7: expected ')', got the end."],
    [
      '"a:b" OR',
      '$search, at character 9: expected a clause in double quotes, got the end. Write a clause as "displayName:word".',
    ],
    [
      '"a:b',
      '$search, at character 1: expected a clause in double quotes, got "a:b. Write a clause as "displayName:word".',
    ],
  ] as const)
    t.throws(() => parseSearch(text), { code: 'OPTION_INVALID', message })
})
