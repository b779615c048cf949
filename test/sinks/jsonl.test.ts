import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import type { Manifest } from '../../src/core/manifest.ts'
import { jsonl, type JsonlSinkOptions } from '../../src/sinks/jsonl.ts'
import { partContext } from '../contracts/part-context.ts'
import { sinkContract } from '../../src/contracts/sink.ts'
import { sampleManifest } from '../../src/contracts/sample-manifest.ts'
import type { Fields } from '../../src/core/json.ts'
import { jsonl as jsonlSource } from '../../src/sources/jsonl.ts'
import { keeps } from '../contracts/keeps.ts'
import { readBack, toStream, unwritable } from './read-back.ts'

for (const file of ['rows.jsonl', 'rows.jsonl.gz', 'rows.jsonl.zst'])
  t.test(`${file} keeps the contract of a sink`, async t =>
    keeps(
      t,
      sinkContract({
        make: () => jsonl({ to: file }),
        read: readBack(file, () => jsonlSource({ from: file })),
        refused: [unwritable.cycle],
      }),
    ),
  )

t.test('JSON lines to stdout keep the contract of a sink', t =>
  keeps(
    t,
    sinkContract({
      ...toStream(
        stdout => jsonl({ to: '-', stdout }),
        text =>
          text
            .trimEnd()
            .split('\n')
            .map(line => JSON.parse(line) as Fields)
            .filter(value => !('$end' in value)),
      ),
      refused: [unwritable.cycle],
    }),
  ),
)

t.test('each row is a line of JSON; a file has no trailer', async t => {
  const folder = t.testdir({})
  const { ctx, results } = partContext(folder)
  const writer = await jsonl({ to: 'rows.jsonl' }).open(ctx)
  const day = new Date(0)
  await writer.write([{ a: 'ö\n', b: [1, null] }, 7, undefined, { day }].map((value, key) => ({ key, value })))
  await writer.finish()
  await writer.close('commit')
  t.equal(
    await readFile(join(folder, 'rows.jsonl'), 'utf8'),
    '{"a":"ö\\n","b":[1,null]}\n7\n{"day":"1970-01-01T00:00:00.000Z"}\n',
  )
  t.match(results, [
    { key: 2, code: 'ROW_INVALID', message: 'The row cannot be written as JSON: it is not a JSON value' },
  ])
})

t.test('with columns, a row has only those, in order', async t => {
  const folder = t.testdir({})
  const writer = await jsonl({ to: 'rows.jsonl', columns: ['b', 'a'], eol: 'crlf' }).open(partContext(folder).ctx)
  await writer.write([{ key: 0, value: { a: 1, c: 2 } }])
  t.match(await writer.finish(), [{ columns: ['b', 'a'] }])
  await writer.close('commit')
  t.equal(await readFile(join(folder, 'rows.jsonl'), 'utf8'), '{"b":null,"a":1}\r\n')
})

const piped = async (options: Omit<JsonlSinkOptions, 'to'>, end: 'commit' | 'abort', manifest?: Partial<Manifest>) => {
  const stdout = options.stdout ?? new PassThrough()
  const writer = await jsonl({ to: '-', ...options, stdout }).open(partContext('/').ctx)
  await writer.write([{ key: 0, value: { a: 1 } }])
  const files = await writer.finish()
  await writer.close(end, manifest && sampleManifest(files, manifest))
  return String((stdout as PassThrough).read())
}

t.test('a pipe ends with a trailer with the number of rows, the tenant and the completeness', async t => {
  const tenant = { name: 'contoso', id: '0000' }
  t.equal(
    await piped({}, 'commit', { completeness: 'complete', tenant }),
    '{"a":1}\n{"$end":{"rows":1,"complete":true,"outcome":"complete","tenant":"0000"}}\n',
  )
  t.equal(
    await piped({}, 'commit', { completeness: 'unverified' }),
    '{"a":1}\n{"$end":{"rows":1,"complete":false,"outcome":"unverified"}}\n',
  )
})

t.test('no trailer is written after an abort, to a terminal, or with trailer: false', async t => {
  t.equal(await piped({}, 'abort'), '{"a":1}\n')
  t.equal(await piped({ stdout: Object.assign(new PassThrough(), { isTTY: true }) }, 'commit', {}), '{"a":1}\n')
  t.equal(await piped({ trailer: false }, 'commit', {}), '{"a":1}\n')
})
