import t from 'tap'
import { parseQuery, printQuery } from '../../src/odata/parse-query.ts'

t.test('query options are decoded and separated from other parameters', async t => {
  t.strictSame(
    parseQuery(
      "$select=id,mail&$filter=startsWith(mail,'a%23b')+and+x%20eq%20'%2B1'&$top=5&$count=True&orderBy=mail&api=1",
    ),
    {
      select: 'id,mail',
      filter: "startsWith(mail,'a#b') and x eq '+1'",
      top: 5,
      count: true,
      orderby: 'mail',
      others: { api: '1' },
    },
  )
  t.strictSame(parseQuery('?$skiptoken=a=b%3D'), { skiptoken: 'a=b=', others: {} })
  t.strictSame(parseQuery(''), { others: {} })
})

t.test('an invalid query option is an error', async t => {
  for (const [query, message] of [
    ['$top=5&$top=6', "Query option '$top' was given more than once."],
    ['$top=-1', "Expected a whole number for $top, got '-1'."],
    ['$top=5.5', "Expected a whole number for $top, got '5.5'."],
    ['$count=yes', "Expected true or false for $count, got 'yes'."],
    ['$selct=id', "Query option '$selct' does not exist. Did you mean '$select'?"],
    ['$filter=', 'Expected a value for $filter, got nothing.'],
    ['$filter=%zz', "The URL has invalid percent-encoding in '%zz'."],
  ] as const)
    t.throws(() => parseQuery(query), { code: 'OPTION_INVALID', message })
})

t.test('printed options parse to the same options', async t => {
  const query = printQuery({
    $select: 'id,mail',
    $filter: "mail eq 'a+b#c&d'",
    $top: 999,
    $count: true,
    $search: undefined,
  })
  t.equal(query, "$select=id,mail&$filter=mail%20eq%20'a%2Bb%23c%26d'&$top=999&$count=true")
  t.strictSame(parseQuery(query), { select: 'id,mail', filter: "mail eq 'a+b#c&d'", top: 999, count: true, others: {} })
})
