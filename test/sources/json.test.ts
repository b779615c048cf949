import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { sourceContract } from '../../src/contracts/source.ts'
import { json } from '../../src/sources/json.ts'
import { keeps } from '../contracts/keeps.ts'
import { partContext } from '../contracts/part-context.ts'

const large = JSON.stringify(
  Array.from({ length: 4000 }, (_, at) => (at % 50 === 7 ? 'no row' : { id: at, name: 'nämé '.repeat(8), list: [at] })),
)

for (const [file, bytes] of [
  ['x.json', Buffer.from(large)],
  ['x.json.gz', gzipSync(large)],
  ['graph.json', Buffer.from(`{"@odata.context":"x","value":${large}}`)],
] as const)
  t.test(`${file} keeps the contract of a source`, t =>
    keeps(t, sourceContract({ make: () => json({ from: file }), files: { [file]: bytes } })),
  )

const readText = async (text: string | Iterable<Buffer>) => {
  const { ctx, results, origins } = partContext('/')
  const rows: unknown[] = []
  const stdin = Readable.from(text === '' ? [] : typeof text === 'string' ? [Buffer.from(text)] : text)
  for await (const page of json({ from: '-', stdin }).read(ctx, { name: 'json' })) rows.push(...page.rows)
  return { rows, results, origins }
}

t.test('the key is the index, in an array or under value', async t => {
  const rows = [{ key: 1, value: { a: { value: [1] } } }]
  t.match(await readText('[1, {"a":{"value":[1]}}]'), {
    rows,
    results: [{ key: 0, outcome: 'failed', code: 'ROW_INVALID', message: 'Item 0 of stdin is not an object' }],
  })
  t.match(await readText('{"x":{"value":[3]},"value":[1,{"a":{"value":[1]}}],"y":1}'), { rows })
  t.strictSame((await readText('\ufeff [ ] ')).rows, [])
})

t.test('a truncated input is an error', async t => {
  for (const text of ['', ' ', '[', '[{"a":1},', '[{"a":1},{"b', '{"value":[{"a":1}]', '{"value":'])
    await t.rejects(readText(text), { code: 'INPUT_CUT_OFF' }, text)
})

t.test('an input in another form is an error', async t => {
  for (const text of ['{"a":1}', '{"value":{"a":[{}]}}', '{"value":5}', '"x"', 'id,name'])
    await t.rejects(
      readText(text),
      {
        code: 'INPUT_MALFORMED',
        message: 'Expected stdin to be an array of rows, or an object with the array in "value"',
      },
      text,
    )
  for (const text of ['[{"a":1}}', '[{"a":1},]', '[{a:1}]', '[] []'])
    await t.rejects(
      readText(text),
      { code: 'INPUT_MALFORMED', message: /^stdin is not valid JSON after 0 items/ },
      text,
    )
})

t.test('an integer that JavaScript cannot represent is a string of its digits', async t => {
  const items = '[{"a":12345678901234567890,"b":[9007199254740993],"c":1,"d":"x"}]'
  const value = { a: '12345678901234567890', b: ['9007199254740993'], c: 1, d: 'x' }
  for (const text of [items, `{"n":12345678901234567890,"value":${items}}`])
    t.strictSame((await readText(text)).rows, [{ key: 0, value }])
})

t.test('a property that would be lost is an error', async t => {
  for (const text of ['[{"a":1},{"__proto__":1}]', '{"value":[{"a":{"__proto__":{"b":1}}}]}'])
    await t.rejects(readText(text), {
      code: 'INPUT_MALFORMED',
      message: /^stdin has a property named __proto__, .*\. Rename it, or use JSON lines$/,
    })
})

t.test('a page with a link to the next one is unverified, wherever the link is', async t => {
  const link = '"@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=abc"'
  const complete = [
    { completeness: 'unverified', why: 'stdin is one page of a listing. Its @odata.nextLink leads to more rows' },
  ]
  for (const text of [`{${link},"value":[{"a":1}]}`, `{"value":[{"a":1}],${link}}`, `{"value":[],"x":[{}],${link}}`])
    t.strictSame((await readText(text)).origins, complete, text)
  for (const text of [
    `{"value":[{${link},"a":1}]}`,
    `{"x":{${link}},"value":[]}`,
    '{"@odata.nextLink":null,"value":[]}',
    '{"@odata.deltaLink":"x","value":[]}',
    `[{${link}}]`,
  ])
    t.strictSame((await readText(text)).origins, [], text)
})

t.test('a page whose count differs from its rows is unverified', async t => {
  t.strictSame((await readText('{"value":[{"a":1}],"@odata.count":3}')).origins, [
    { completeness: 'unverified', why: 'the @odata.count of stdin is 3, but it has 1 row' },
  ])
  t.strictSame((await readText('{"@odata.count":2,"value":[{"a":1},{}]}')).origins, [])
})

t.test('an array of Graph pages is an error that names the command to extract the rows', async t => {
  for (const page of ['{"@odata.context":"x","value":[{"id":1}]}', '{"value":[],"@odata.nextLink":"x"}'])
    await t.rejects(readText(`[{"id":0},${page}]`), {
      code: 'INPUT_MALFORMED',
      message: /^Item 1 of stdin is a Graph page with rows in "value", not a row\. .*: jq '\[\.\[\]\.value\[\]\]'$/,
    })
  t.strictSame((await readText('[{"value":[1]}]')).rows, [{ key: 0, value: { value: [1] } }])
})

t.test('an object must have exactly one value', async t => {
  await t.rejects(readText('{"value":[{"a":1}],"value":[{"a":2}]}'), {
    code: 'INPUT_MALFORMED',
    message: 'stdin has more than one "value". Expected one array of rows',
  })
  await t.rejects(readText('{"value":[{"a":1}]}{"value":[{"a":2}]}'), { code: 'INPUT_MALFORMED' })
})

t.test('a value may be nested 100 levels deep, and not deeper', async t => {
  const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  for (const around of [(item: string) => `[${item}]`, (item: string) => `{"x":${item},"value":[${item}]}`]) {
    t.equal((await readText(around(nested(100)))).rows.length, 1)
    await t.rejects(readText(around(nested(101))), {
      code: 'INPUT_MALFORMED',
      message: 'stdin has a value nested more than 100 levels deep, which is not supported',
    })
  }
  t.equal((await readText(`[${`${nested(100)},`.repeat(30)}{}]`)).rows.length, 31)
})

t.test('an endless value is an error before it fills the memory', async t => {
  function* endless(before: string) {
    yield Buffer.from(before)
    for (;;) yield Buffer.alloc(1 << 20, 'x')
  }
  for (const before of ['[{},{"a":"', '{"@odata.context":"'])
    await t.rejects(readText(endless(before)), {
      code: 'INPUT_MALFORMED',
      message: /^Item [01] of stdin is larger than 64 MiB, which is not supported$/,
    })
})

t.test('a raw line break in a string is reported, and is not a truncation', async t => {
  await t.rejects(readText('[{"a":"x\ny"}]'), {
    code: 'INPUT_MALFORMED',
    message:
      'stdin is not valid JSON after 0 items (a string has an invalid escape, or a line break or another control character, which is written as \\n, \\t or \\u0000). Correct the file, or export it again',
  })
  for (const cut of ['[{"a":"x\\', '[{"a":"x\\u00', '[{"a":"x', '[{"a":"x"'])
    await t.rejects(readText(cut), { code: 'INPUT_CUT_OFF' }, cut)
})
