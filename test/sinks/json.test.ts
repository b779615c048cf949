import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { json } from '../../src/sinks/json.ts'
import { partContext } from '../contracts/part-context.ts'
import { sinkContract } from '../contracts/sink.ts'

for (const file of ['rows.json', 'rows.json.gz', 'rows.json.zst'])
  t.test(`${file} keeps the contract of a sink`, async t => sinkContract(t, () => ({ sink: json({ to: file }), file })))

t.test('the file is one JSON array, an item a line', async t => {
  const folder = t.testdir({})
  const { ctx } = partContext(folder)
  const writer = await json({ to: 'rows.json' }).open(ctx)
  await writer.write([{ key: 0, value: { a: 1 } }])
  await writer.write([{ key: 1, value: { a: 2 } }])
  await writer.finish()
  await writer.close('commit')
  t.equal(await readFile(join(folder, 'rows.json'), 'utf8'), '[\n{"a":1},\n{"a":2}\n]\n')
})

t.test('no rows are an empty array', async t => {
  const folder = t.testdir({})
  const writer = await json({ to: 'rows.json' }).open(partContext(folder).ctx)
  await writer.finish()
  await writer.close('commit')
  t.equal(await readFile(join(folder, 'rows.json'), 'utf8'), '[]\n')
})

t.test('stdout is only closed by a bracket on commit', async t => {
  const stdout = new PassThrough()
  const writer = await json({ to: '-', stdout }).open(partContext('/').ctx)
  await writer.write([{ key: 0, value: { a: 1 } }])
  t.strictSame(await writer.finish(), [{ path: '-', format: 'json', rows: 1, bytes: 12 }])
  t.equal(String(stdout.read()), '[\n{"a":1}')
  await writer.close('commit')
  t.equal(String(stdout.read()), '\n]\n')
})
