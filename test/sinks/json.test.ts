import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { json } from '../../src/sinks/json.ts'
import { partContext } from '../contracts/part-context.ts'
import { sinkContract } from '../../src/contracts/sink.ts'
import { json as jsonSource } from '../../src/sources/json.ts'
import { keeps } from '../contracts/keeps.ts'
import { readBack, toStream, unwritable } from './read-back.ts'

for (const file of ['rows.json', 'rows.json.gz', 'rows.json.zst'])
  t.test(`${file} keeps the contract of a sink`, t =>
    keeps(
      t,
      sinkContract({
        make: () => json({ to: file }),
        read: readBack(file, () => jsonSource({ from: file })),
        refused: [unwritable.cycle],
      }),
    ),
  )

t.test('a JSON array to stdout keeps the contract of a sink', t =>
  keeps(
    t,
    sinkContract({
      ...toStream(
        stdout => json({ to: '-', stdout }),
        text => JSON.parse(text.endsWith(']\n') ? text : '[]') as readonly unknown[],
      ),
      refused: [unwritable.cycle],
    }),
  ),
)

t.test('the file is one JSON array with one item per line', async t => {
  const folder = t.testdir({})
  const { ctx } = partContext(folder)
  const writer = await json({ to: 'rows.json' }).open(ctx)
  await writer.write([{ key: 0, value: { a: 1 } }])
  await writer.write([{ key: 1, value: { a: 2 } }])
  await writer.finish()
  await writer.close('commit')
  t.equal(await readFile(join(folder, 'rows.json'), 'utf8'), '[\n{"a":1},\n{"a":2}\n]\n')
})

t.test('a file without rows is an empty array', async t => {
  const folder = t.testdir({})
  const writer = await json({ to: 'rows.json' }).open(partContext(folder).ctx)
  await writer.finish()
  await writer.close('commit')
  t.equal(await readFile(join(folder, 'rows.json'), 'utf8'), '[]\n')
})

t.test('the closing bracket is written to stdout only on commit', async t => {
  const stdout = new PassThrough()
  const writer = await json({ to: '-', stdout }).open(partContext('/').ctx)
  await writer.write([{ key: 0, value: { a: 1 } }])
  t.strictSame(await writer.finish(), [{ path: '-', format: 'json', rows: 1, bytes: 12 }])
  t.equal(String(stdout.read()), '[\n{"a":1}')
  await writer.close('commit')
  t.equal(String(stdout.read()), '\n]\n')
})
