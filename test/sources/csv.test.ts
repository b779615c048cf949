import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import iconv from 'iconv-lite'
import t from 'tap'
import { portalCaption, portalTemplates } from '../../src/data/portal-templates.ts'
import { sourceContract } from '../../src/contracts/source.ts'
import { csv, type CsvSourceOptions } from '../../src/sources/csv.ts'
import { keeps } from '../contracts/keeps.ts'
import { partContext } from '../contracts/part-context.ts'
import { readAll } from './read-all.ts'

/** 6,000 rows, some on two lines, some invalid: more than four chunks of 64 KiB. */
const large = `id,name,note\n${Array.from({ length: 6000 }, (_, at) =>
  at % 50 === 7
    ? `${at},too,many,cells`
    : at % 9 === 0
      ? `${at},"Smith, Ann","two\nlines"`
      : `${at},${'n'.repeat(40)},`,
).join('\n')}`

for (const [file, bytes] of [
  ['x.csv', Buffer.from(large)],
  ['x.csv.gz', gzipSync(large)],
  ['x.csv.zst', zstdCompressSync(large)],
  ['utf16.csv', iconv.encode(large, 'utf-16le', { addBOM: true })],
] as const)
  t.test(`${file} keeps the contract of a source`, t =>
    keeps(t, sourceContract({ make: () => csv({ from: file }), files: { [file]: bytes } })),
  )

const readText = async (bytes: string | Buffer, options: Omit<CsvSourceOptions, 'from'> = {}) => {
  const { ctx, results, origins } = partContext('/')
  const source = csv({ from: '-', stdin: Readable.from([Buffer.from(bytes)]), ...options })
  const rows: unknown[] = []
  for await (const page of source.read(ctx, { name: 'csv' })) rows.push(...page.rows)
  return { rows, results, origins }
}

t.test('the key is the line, also for an invalid row', async t => {
  const { rows, results } = await readText('id;name\n1;"two\nlines"\n2\n3;c\n')
  t.strictSame(rows, [
    { key: 2, value: { id: '1', name: 'two\nlines' } },
    { key: 5, value: { id: '3', name: 'c' } },
  ])
  t.strictSame(results, [
    {
      key: 4,
      operation: 'csv',
      target: 'stdin',
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: 'Line 4 of stdin has 1 cell, but the header has 2. Is a delimiter missing?',
      fix: 'Correct the line in the file',
      isUnread: true,
    },
  ])
})

t.test("the portal's template is read as downloaded, and as saved by Excel", async t => {
  const excel =
    '\ufeffversion:v1.0;;\r\nBenutzername [userPrincipalName] Erforderlich;Name [displayName] Required;\r\nExample: chris@contoso.com;Example: Chris;\r\nänn@contoso.com;Änn;\r\n;;\r\n'
  t.strictSame((await readText(excel)).rows, [
    { key: 4, value: { userPrincipalName: 'änn@contoso.com', displayName: 'Änn' } },
  ])
})

t.test('a template row lacks only optional cells, and none where the file may be cut off', async t => {
  const header = portalTemplates['create-users'].columns.map(portalCaption).join(',')
  const read = async (rows: string) => {
    const { ctx, results } = partContext(t.testdir({ 'x.csv': `version:v1.0\n${header}\n${rows}` }))
    for await (const _ of csv({ from: 'x.csv' }).read(ctx, { name: 'csv' })) void _
    return results.map(({ message }) => message)
  }
  t.strictSame(await read('Ann,ann@contoso.com,secret,No\nBob,bob@contoso.com,secret,No,Bob\n'), [])
  t.match(await read('Ann,ann@contoso.com,secret\nBob,bob@contoso.com,secret,No\n'), [
    /has 3 cells, but the header has 17\. Only the last 13 cells may be missing\. Is a delimiter missing\?$/,
  ])
  for (const end of ['Bob,bob@contoso.com,secr', 'Bob,bob@contoso.com,secret,No,Bo'])
    t.match(await read(`Ann,ann@contoso.com,secret,No\n${end}`), [
      /without a line end, so the file seems to be cut off/,
    ])
})

t.test('the encoding is found by byte order mark, by zero bytes, or by option', async t => {
  const value = [{ key: 2, value: { Näme: 'Änne' } }]
  const text = 'Näme\nÄnne\n'
  t.strictSame((await readText(iconv.encode(text, 'utf-16be'))).rows, value)
  t.strictSame((await readText(iconv.encode(text, 'windows-1252'), { encoding: 'windows-1252' })).rows, value)
  await t.rejects(readText(iconv.encode(text, 'windows-1252')), {
    code: 'INPUT_MALFORMED',
    message: /^Line 1 of stdin is not valid UTF-8/,
  })
})

t.test('an invalid row before the position is not reported again after a resume', async t => {
  const folder = t.testdir({ 'x.csv': 'a,b\n1\n2,2\n3\n4,4\n' })
  const { ctx, results } = partContext(folder)
  const rows = []
  for await (const page of csv({ from: 'x.csv' }).read(ctx, { name: 'csv' }, { rows: 2 })) rows.push(...page.rows)
  t.strictSame(rows, [{ key: 5, value: { a: '4', b: '4' } }])
  t.match(results, [{ key: 4 }])
})

t.test('stdin is not resumable, and its rows are unverified', async t => {
  const source = csv({ from: '-', stdin: Readable.from([Buffer.from('a\n1\n')]) })
  t.equal(source.resumable, false)
  const { pages } = await readAll(source, '/')
  t.strictSame(pages, [{ rows: [{ key: 2, value: { a: '1' } }] }])
  t.strictSame((await readText('a\n1\n')).origins, [{ completeness: 'unverified' }])
})

t.test('rows of a pipe are read before it ends', async t => {
  const stdin = new PassThrough()
  stdin.write('a\n1\nsome more\nof it')
  const reading = csv({ from: '-', stdin }).read(partContext('/').ctx, { name: 'csv' })[Symbol.asyncIterator]()
  t.match(await reading.next(), { value: { rows: [{ key: 2 }, { key: 3 }] } })
  await reading.return?.()
  t.equal(stdin.destroyed, true)
})

t.test('the description has the hash of the file, so that a changed file is detected', async t => {
  const folder = t.testdir({ 'x.csv': 'a\n1\n' })
  const { ctx } = partContext(folder)
  t.strictSame(await csv({ from: 'x.csv', delimiter: ',' }).describe!(ctx), {
    kind: 'csv',
    from: 'x.csv',
    delimiter: ',',
    bytes: 4,
    sha256: createHash('sha256').update('a\n1\n').digest('hex'),
  })
  await writeFile(join(folder, 'x.csv'), 'a\n2\n')
  t.match(await csv({ from: 'x.csv' }).describe!(ctx), { sha256: createHash('sha256').update('a\n2\n').digest('hex') })
})

t.test('an empty file is an error before the run', async t => {
  for (const text of ['', '\n\n', '\ufeff']) {
    const { ctx } = partContext(t.testdir({ 'x.csv': text }))
    await t.rejects(Promise.resolve(csv({ from: 'x.csv' }).columns!(ctx)), {
      code: 'HEADER_INVALID',
      message: 'x.csv is empty. The first line must name the columns',
    })
  }
})

t.test('an unreadable file or an invalid option is an error before the run', async t => {
  const { ctx } = partContext(t.testdir({ folder: {} }))
  const check = (options: CsvSourceOptions) => csv(options).check!(ctx)
  await t.rejects(check({ from: 'nix.csv' }), {
    code: 'FILE_MISSING',
    message: /^File .*nix\.csv was not found; check its name/,
  })
  await t.rejects(check({ from: 'folder' }), { code: 'FILE_UNREADABLE', message: /is a folder; name a file in it$/ })
  await t.rejects(check({ from: 'x', encoding: 'klingon' }), { code: 'OPTION_INVALID' })
  await t.rejects(check({ from: 'x', delimiter: '"' }), { code: 'OPTION_INVALID' })
  await t.rejects(check({ from: 'x', header: false }), {
    code: 'OPTION_INVALID',
    message: /^`header: false` requires `columns`/,
  })
  await t.rejects(readAll(csv({ from: 'nix.csv' }), '/nowhere'), { code: 'FILE_MISSING' })
})
