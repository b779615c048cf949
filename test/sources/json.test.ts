import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { json } from '../../src/sources/json.ts'
import { partContext } from '../contracts/part-context.ts'
import { sourceContract } from '../contracts/source.ts'

const large = JSON.stringify(
  Array.from({ length: 4000 }, (_, at) => (at % 50 === 7 ? 'no row' : { id: at, name: 'nämé '.repeat(8), list: [at] })),
)

for (const [file, bytes] of [
  ['x.json', Buffer.from(large)],
  ['x.json.gz', gzipSync(large)],
  ['graph.json', Buffer.from(`{"@odata.context":"x","value":${large}}`)],
] as const)
  t.test(`${file} keeps the contract of a source`, async t =>
    sourceContract(t, t => ({ source: () => json({ from: file }), folder: t.testdir({ [file]: bytes }) })),
  )

const readText = async (text: string) => {
  const { ctx, results } = partContext('/')
  const rows: unknown[] = []
  const stdin = Readable.from(text === '' ? [] : [Buffer.from(text)])
  for await (const page of json({ from: '-', stdin }).read(ctx, { name: 'json' })) rows.push(...page.rows)
  return { rows, results }
}

t.test('rows are named by their index, in an array or under value', async t => {
  const rows = [{ key: 1, value: { a: { value: [1] } } }]
  t.match(await readText('[1, {"a":{"value":[1]}}]'), {
    rows,
    results: [{ key: 0, outcome: 'failed', code: 'ROW_INVALID', message: 'Item 0 of stdin is not an object' }],
  })
  t.match(await readText('{"x":{"value":[3]},"value":[1,{"a":{"value":[1]}}],"y":1}'), { rows })
  t.strictSame((await readText('\ufeff [ ] ')).rows, [])
})

t.test('what breaks off is cut off', async t => {
  for (const text of ['', ' ', '[', '[{"a":1},', '[{"a":1},{"b', '{"value":[{"a":1}]', '{"value":'])
    await t.rejects(readText(text), { code: 'INPUT_CUT_OFF' }, text)
})

t.test('what is another thing is told', async t => {
  for (const text of ['{"a":1}', '{"value":{"a":[{}]}}', '{"value":5}', '"x"', 'id,name'])
    await t.rejects(
      readText(text),
      {
        code: 'INPUT_MALFORMED',
        message:
          'Expected stdin to hold an array of rows, or an object with the array in "value"; it holds something else',
      },
      text,
    )
  for (const text of ['[{"a":1}}', '[{"a":1},]', '[{a:1}]', '[] []'])
    await t.rejects(
      readText(text),
      { code: 'INPUT_MALFORMED', message: /^stdin is not JSON any more, somewhere after 0 items/ },
      text,
    )
})

t.test('a whole number that JavaScript cannot hold keeps its digits as a text', async t => {
  const items = '[{"a":12345678901234567890,"b":[9007199254740993],"c":1,"d":"x"}]'
  const value = { a: '12345678901234567890', b: ['9007199254740993'], c: 1, d: 'x' }
  for (const text of [items, `{"n":12345678901234567890,"value":${items}}`])
    t.strictSame((await readText(text)).rows, [{ key: 0, value }])
})

t.test('a property that would be lost ends the run', async t => {
  for (const text of ['[{"a":1},{"__proto__":1}]', '{"value":[{"a":{"__proto__":{"b":1}}}]}'])
    await t.rejects(readText(text), {
      code: 'INPUT_MALFORMED',
      message: /^stdin has a property called __proto__, .*; rename it, or write the rows as JSON lines$/,
    })
})
