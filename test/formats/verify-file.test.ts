import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Fields } from '../../src/core/json.ts'
import type { Sink } from '../../src/core/parts.ts'
import { verifyFile } from '../../src/formats/verify-file.ts'
import { csv } from '../../src/sinks/csv.ts'
import { json } from '../../src/sinks/json.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { partContext } from '../contracts/part-context.ts'
import { sampleManifest } from '../../src/contracts/sample-manifest.ts'

const rows = Array.from({ length: 300 }, (_, key) => ({
  key,
  value: { id: key, name: `A "${key}",\r\nb;c`, none: null },
}))

const written = async (t: Test, sink: Sink<Fields>, count = rows.length): Promise<string> => {
  const folder = t.testdir({})
  const writer = await sink.open(partContext(folder).ctx)
  await writer.write(rows.slice(0, count))
  await writer.close('commit', sampleManifest(await writer.finish()))
  return folder
}

/** A pattern `[]` would fit any list. */
const isFine = async (t: Test, file: string, cwd: string, count: number): Promise<void> => {
  const { path, rows, differences } = await verifyFile(file, { environment: { cwd, home: cwd } })
  t.strictSame({ path, rows, differences }, { path: file, rows: count, differences: [] })
}

const sinks: readonly (readonly [string, Sink<Fields>])[] = [
  ['x.csv', csv({ to: 'x.csv' })],
  ['x.csv.gz', csv({ to: 'x.csv.gz', columns: ['name'], delimiter: '||', bom: true })],
  ['x.csv.zst', csv({ to: 'x.csv.zst', header: false, eol: 'crlf', quotes: 'all' })],
  ['x.jsonl', jsonl({ to: 'x.jsonl' })],
  ['x.jsonl.zst', jsonl({ to: 'x.jsonl.zst' })],
  ['x.json.gz', json({ to: 'x.json.gz' })],
]

for (const [file, sink] of sinks)
  t.test(`${file}: an unchanged file verifies, with its rows counted`, async t => {
    for (const count of [300, 1, 0]) {
      const cwd = await written(t, sink, count)
      await isFine(t, file, cwd, count)
    }
  })

t.test('a changed file is reported with each difference', async t => {
  const cwd = await written(t, csv({ to: 'x.csv', columns: ['id', 'none'] }), 2)
  await appendFile(join(cwd, 'x.csv'), '2,\n')
  const { differences, rows } = await verifyFile('x.csv', { environment: { cwd, home: cwd } })
  t.equal(rows, 3)
  t.match(differences, [
    'it has 17 bytes, but 14 were written',
    /^its SHA-256 is [0-9a-f]{64}, but [0-9a-f]{64} was written$/,
    'it has 3 rows, but 2 were written',
  ])
})

t.test('a truncated file is reported as a difference, not thrown', async t => {
  const cwd = await written(t, jsonl({ to: 'x.jsonl.zst' }))
  const file = join(cwd, 'x.jsonl.zst')
  await writeFile(file, (await readFile(file)).subarray(0, -20))
  t.match(
    (await verifyFile('x.jsonl.zst', { environment: { cwd, home: cwd } })).differences.at(-1),
    /^x\.jsonl\.zst is truncated\. Get/,
  )
})

t.test('a missing or invalid file or manifest is an error', async t => {
  const cwd = await written(t, jsonl({ to: 'x.jsonl' }))
  await t.rejects(verifyFile('y.jsonl', { environment: { cwd, home: cwd } }), {
    code: 'FILE_MISSING',
    message: /y\.jsonl was not found$/,
  })
  await writeFile(join(cwd, 'y.jsonl'), '{}\n')
  await t.rejects(verifyFile('y.jsonl', { environment: { cwd, home: cwd } }), {
    code: 'FILE_MISSING',
    message: /y\.jsonl has no manifest \(.*y\.jsonl\.manifest\.json\)/,
  })
  await writeFile(join(cwd, 'y.jsonl.manifest.json'), await readFile(join(cwd, 'x.jsonl.manifest.json')))
  await t.rejects(verifyFile('y.jsonl', { environment: { cwd, home: cwd } }), {
    code: 'INPUT_MALFORMED',
    message: /does not list y\.jsonl/,
  })
  await writeFile(join(cwd, 'y.jsonl.manifest.json'), 'no')
  await t.rejects(verifyFile('y.jsonl', { environment: { cwd, home: cwd } }), {
    code: 'INPUT_MALFORMED',
    message: /is not valid JSON/,
  })
  await rm(join(cwd, 'x.jsonl'))
  await t.rejects(verifyFile('x.jsonl', { environment: { cwd, home: cwd } }), {
    code: 'FILE_MISSING',
    message: /was not found, but its manifest exists/,
  })
})

t.test('two files with the same name are each verified against their own entry, wherever they are moved', async t => {
  const folder = t.testdir({ here: {} })
  const cwd = join(folder, 'here')
  const { ctx } = partContext(cwd)
  const paths = ['good/users.csv', join(cwd, 'bad/users.csv'), 'users.csv']
  const writers = await Promise.all(paths.map(to => csv({ to }).open(ctx)))
  for (const [at, writer] of writers.entries()) await writer.write(rows.slice(0, at + 1))
  const files = (await Promise.all(writers.map(writer => writer.finish()))).flat()
  for (const writer of writers) await writer.close('commit', sampleManifest(files))
  for (const [at, path] of paths.entries()) await isFine(t, path, cwd, at + 1)
  await isFine(t, 'users.csv', join(cwd, 'bad'), 2)
  await rename(cwd, join(folder, 'there'))
  for (const [at, path] of ['good/users.csv', 'bad/users.csv', 'users.csv'].entries())
    await isFine(t, path, join(folder, 'there'), at + 1)
})

t.test('a file is found through a link, also through the link that it was written to', async t => {
  const cwd = t.testdir({})
  await mkdir(join(cwd, 'real'))
  await symlink(join(cwd, 'real/data.csv'), join(cwd, 'x.csv'))
  const writer = await csv({ to: 'x.csv' }).open(partContext(cwd).ctx)
  await writer.write(rows)
  await writer.close('commit', sampleManifest(await writer.finish()))
  for (const path of ['x.csv', 'real/data.csv']) await isFine(t, path, cwd, 300)
})

t.test('a first row is not read as a header, whatever its values', async t => {
  for (const header of [false, true]) {
    const cwd = t.testdir({})
    const writer = await csv({ to: 'x.csv', columns: ['id'], header }).open(partContext(cwd).ctx)
    await writer.write(['david', 'id'].map((id, key) => ({ key, value: { id } })))
    await writer.close('commit', sampleManifest(await writer.finish()))
    await isFine(t, 'x.csv', cwd, 2)
  }
})
