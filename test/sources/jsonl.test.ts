import { Readable } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import t from 'tap'
import { sourceContract } from '../../src/contracts/source.ts'
import { jsonl, type JsonlSourceOptions } from '../../src/sources/jsonl.ts'
import { keeps } from '../contracts/keeps.ts'
import { partContext } from '../contracts/part-context.ts'
import { readAll } from './read-all.ts'

const large = Array.from({ length: 5000 }, (_, at) =>
  at % 50 === 7 ? '"no row"' : JSON.stringify({ id: at, name: 'nämé '.repeat(8) }),
).join('\r\n')

for (const [file, bytes] of [
  ['x.jsonl', Buffer.from(large)],
  ['x.jsonl.gz', gzipSync(large)],
  ['x.jsonl.zst', zstdCompressSync(`${large}\n{"$end":{"rows":5000,"complete":true}}\n`)],
] as const)
  t.test(`${file} keeps the contract of a source`, t =>
    keeps(t, sourceContract({ make: () => jsonl({ from: file }), files: { [file]: bytes } })),
  )

const readText = async (text: string, options: Partial<JsonlSourceOptions> = {}) => {
  const { ctx, results, origins } = partContext('/')
  const source = jsonl({ from: '-', stdin: Readable.from([Buffer.from(text)]), ...options })
  const rows: unknown[] = []
  for await (const page of source.read(ctx, { name: 'jsonl' })) rows.push(...page.rows)
  return { rows, results, origins }
}

const end = (rows: number): string => `{"$end":{"rows":${rows},"complete":true,"tenant":"0000"}}\n`

t.test('the key is the line; the trailer is not a row, and its content is passed on', async t => {
  const { rows, results, origins } = await readText(`{"a":1}\n\n7\n{"a":2}\n${end(3)}`)
  t.strictSame(rows, [
    { key: 1, value: { a: 1 } },
    { key: 4, value: { a: 2 } },
  ])
  t.match(results, [{ key: 3, outcome: 'failed', code: 'ROW_INVALID', message: 'Line 3 of stdin is not an object' }])
  t.strictSame(origins, [{ completeness: 'complete', tenant: '0000' }])
})

t.test('a pipe that ends without a trailer is an error', async t => {
  await t.rejects(readText('{"a":1}\n'), {
    code: 'INPUT_CUT_OFF',
    message: /without a trailer \(rows read: 1\)\. /,
    fix: /use --no-trailer/,
  })
  await t.rejects(readText(''), { code: 'INPUT_CUT_OFF' })
  await t.rejects(readText('{"a":1}\n{"a":'), {
    code: 'INPUT_CUT_OFF',
    message: /^stdin is truncated in the middle of line 2\. /,
  })
  await t.rejects(readText(`{"a":1}\n${end(2)}`), {
    code: 'INPUT_CUT_OFF',
    message: 'The trailer of stdin states 2 rows, got 1',
  })
})

t.test('rows of other programs are read with trailer: none, as unverified', async t => {
  t.match(await readText('{"a":1}\n', { trailer: 'none' }), {
    rows: [{ key: 1 }],
    origins: [{ completeness: 'unverified' }],
  })
  t.match(await readText(`{"a":1}\n${end(9)}`, { trailer: 'none' }), {
    rows: [{ key: 1 }],
    origins: [{ completeness: 'unverified' }],
  })
})

t.test('a file may have a trailer, which is then checked', async t => {
  const folder = t.testdir({ 'x.jsonl': `{"a":1}\n${end(1)}`, 'y.jsonl': `{"a":1}\n${end(2)}`, 'z.jsonl': '{"a":1}' })
  t.match((await readAll(jsonl({ from: 'x.jsonl' }), folder)).rows, [{ key: 1 }])
  await t.rejects(readAll(jsonl({ from: 'y.jsonl' }), folder), { code: 'INPUT_CUT_OFF' })
  t.match((await readAll(jsonl({ from: 'z.jsonl' }), folder)).rows, [{ key: 1 }])
  await t.rejects(readAll(jsonl({ from: 'z.jsonl', trailer: 'required' }), folder), { code: 'INPUT_CUT_OFF' })
})

t.test('an invalid line is an error with its number, and so is a row after the trailer', async t => {
  await t.rejects(readText('{"a":1}\nid,name\n'), {
    code: 'INPUT_MALFORMED',
    message: /^Line 2 of stdin is not valid JSON\. /,
    facts: { line: 2 },
  })
  await t.rejects(readText(`${end(0)}{"a":1}\n`), {
    code: 'INPUT_MALFORMED',
    message: /^Line 2 of stdin comes after the trailer/,
  })
})

t.test('a row that only resembles a trailer is a row', async t => {
  const { rows } = await readText('{"$end":1}\n{"$end":{"rows":1,"complete":true},"a":1}\n{"$end":{}}\n' + end(3))
  t.equal(rows.length, 3)
})

t.test('stdin is not resumable', async t => {
  t.equal(jsonl({ from: '-' }).resumable, false)
  await t.rejects(
    jsonl({ from: '-', stdin: Object.assign(Readable.from([]), { isTTY: true }) }).check!(partContext('/').ctx),
    { code: 'USAGE' },
  )
  t.throws(() => jsonl({ from: '-', trailer: 'maybe' as 'none' }), {
    code: 'OPTION_INVALID',
  })
})

t.test('an integer that JavaScript cannot represent is a string of its digits', async t => {
  const { rows } = await readText('{"a":12345678901234567890,"b":[9007199254740993],"c":1}\n', { trailer: 'none' })
  t.strictSame(rows, [{ key: 1, value: { a: '12345678901234567890', b: ['9007199254740993'], c: 1 } }])
})

t.test('a Graph page on a line is an error that names the command to extract the rows', async t => {
  await t.rejects(readText('{"a":1}\n{"@odata.context":"x","value":[{"id":1}]}\n', { trailer: 'none' }), {
    code: 'INPUT_MALFORMED',
    message: /^Line 2 of stdin is a Graph page with rows in "value", not a row\. .*: jq -c '\.value\[\]'$/,
    facts: { line: 2 },
  })
})

t.test('a line may be nested 100 levels deep, and not deeper; brackets in strings do not count', async t => {
  const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}\n`
  const row = `{"a":"\\"${'['.repeat(200)}","b":[${'[],'.repeat(200)}[]]}\n`
  t.equal((await readText(nested(100) + row, { trailer: 'none' })).rows.length, 2)
  await t.rejects(readText(row + nested(101), { trailer: 'none' }), {
    code: 'INPUT_MALFORMED',
    message: 'Line 2 of stdin has a value nested more than 100 levels deep, which is not supported',
  })
})

t.test(
  'the error for a line that is not JSON says why: line ends of \\r alone, or a raw line break in a string',
  async t => {
    const none = { trailer: 'none' } as const
    await t.rejects(readText('{"a":1}\r{"a":2}\r', none), {
      code: 'INPUT_MALFORMED',
      message:
        'Line 1 of stdin has several values, separated by \\r alone. Separate them by \\n, for example with tr "\\r" "\\n"',
    })
    await t.rejects(readText('{"a":"x\ny"}\n', none), {
      code: 'INPUT_MALFORMED',
      message:
        'Line 1 of stdin ends inside a string. Write a line break in a string as \\n. Each line must be one JSON value',
    })
  },
)
