import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { sampleManifest } from '../../src/contracts/sample-manifest.ts'
import { sinkContract } from '../../src/contracts/sink.ts'
import type { ColumnTypes } from '../../src/core/column-type.ts'
import type { Context } from '../../src/core/context.ts'
import type { Manifest } from '../../src/core/manifest.ts'
import type { ObjectStore } from '../../src/core/object-store.ts'
import type { End } from '../../src/core/place.ts'
import { folderObjects } from '../../src/places/folder-objects.ts'
import { parts, type PartsSinkOptions } from '../../src/sinks/parts.ts'
import { keeps } from '../contracts/keeps.ts'
import { partContext } from '../contracts/part-context.ts'
import { readParquet } from '../formats/parquet/read-parquet.ts'
import { unwritable } from './read-back.ts'

const types: ColumnTypes = {
  id: 'text',
  displayName: 'text',
  enabled: 'boolean',
  mail: 'text',
  plans: 'texts',
  note: 'text',
}
const columns = Object.keys(types)
const to = 'lake/users/'

/** Reads the parts that the manifest names, in order. */
const readParts =
  (readPart: (path: string) => Promise<readonly unknown[]>) =>
  async (folder: string): Promise<readonly unknown[] | undefined> => {
    const text = await readFile(join(folder, to, '_manifest.json'), 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    const { files } = JSON.parse(text) as Manifest
    const rows: unknown[] = []
    for (const { name } of files) rows.push(...(await readPart(join(folder, to, name!))))
    return rows
  }

const readJsonl = async (path: string): Promise<readonly unknown[]> =>
  gunzipSync(await readFile(path))
    .toString()
    .split('\n')
    .flatMap(line => (line === '' ? [] : [JSON.parse(line) as unknown]))

const parquetParts: PartsSinkOptions = { to, format: 'parquet', columns, types, partRows: 130 }

t.test('Parquet parts, which end at some of the cuts, keep the contract of a sink', t =>
  keeps(
    t,
    sinkContract({
      make: () => parts(parquetParts),
      read: readParts(async path => (await readParquet(path))!),
      refused: [unwritable.cycle, unwritable.text, { id: 'a', enabled: 'yes' }],
    }),
  ),
)

t.test('compressed parts of JSON lines, which end between cuts, keep it, too', t =>
  keeps(
    t,
    sinkContract({
      make: () => parts({ to, format: 'jsonl', compress: 'gzip', partRows: 30 }),
      read: readParts(readJsonl),
      refused: [unwritable.cycle],
    }),
  ),
)

/** One run after the other writes the same folder. */
const lake = async (t: Test, wrap: (store: ObjectStore) => ObjectStore = store => store) => {
  const folder = t.testdir({})
  const store = wrap(folderObjects(to))
  const contextOf = (run: string): Context => {
    const { ctx } = partContext(folder)
    return Object.create(ctx, { run: { value: run } }) as Context
  }
  const sinkOf = (options: Partial<PartsSinkOptions> = {}) =>
    parts({ to, format: 'jsonl', columns: ['id'], partRows: 2, store, ...options })
  return {
    folder,
    contextOf,
    sinkOf,
    names: async () => (await readdir(join(folder, to))).toSorted(),
    /** Writes rows and ends as asked. */
    async load(run: string, ids: readonly string[], end: End = 'commit', options?: Partial<PartsSinkOptions>) {
      const ctx = contextOf(run)
      const writer = await sinkOf(options).open(ctx)
      await writer.write(ids.map((id, key) => ({ key, value: { id } })))
      const files = await writer.finish()
      await writer.close(end, sampleManifest(files, { run }))
      return files
    },
  }
}

t.test('a load replaces the one before: its manifest first, then the parts', async t => {
  const { load, names } = await lake(t)
  await load('one', ['a', 'b', 'c'])
  t.strictSame(await names(), ['_manifest.json', 'part-one-00001.jsonl', 'part-one-00002.jsonl'])
  await load('two', ['a'])
  t.strictSame(await names(), ['_manifest.json', 'part-two-00001.jsonl'])
})

t.test('a run that was killed leaves the load before whole, and the next load removes what it left', async t => {
  const { load, names, contextOf, sinkOf } = await lake(t)
  await load('one', ['a'])
  await load('killed', ['b', 'c', 'd'], 'keep')
  const left = ['part-killed-00001.jsonl', 'part-killed-00002.jsonl']
  t.strictSame(await names(), ['_manifest.json', ...left, 'part-one-00001.jsonl'])
  t.equal(await sinkOf().place?.leftover(contextOf('another')), `${to}${left[0]}`)
  await load('three', ['a'])
  t.strictSame(await names(), ['_manifest.json', 'part-three-00001.jsonl'])
})

t.test('a run that died after its manifest was replaced is complete, and discard removes the parts before', async t => {
  let isDying = false
  const { load, names, contextOf, sinkOf } = await lake(t, store => ({
    ...store,
    async remove(...of) {
      if (isDying) throw new Error('killed')
      await store.remove(...of)
    },
  }))
  const files = await load('one', ['a'])
  // An open run removes nothing before its commit.
  const ctx = contextOf('two')
  const writer = await sinkOf().open(ctx)
  await writer.write([{ key: 1, value: { id: 'b' } }])
  const two = await writer.finish()
  isDying = true
  await t.rejects(writer.close('commit', sampleManifest(two, { run: 'two' })), { message: 'killed' })
  isDying = false
  const { place } = sinkOf()
  t.equal(await place?.published(ctx, two), true)
  t.strictSame(await place?.discard(ctx), [files[0]!.path])
  t.strictSame(await names(), ['_manifest.json', 'part-two-00001.jsonl'])
})

t.test('a load is not published if another machine has removed one of its parts', async t => {
  const { folder, contextOf, sinkOf, names } = await lake(t)
  const writer = await sinkOf().open(contextOf('one'))
  await writer.write(['a', 'b', 'c'].map((id, key) => ({ key, value: { id } })))
  const files = await writer.finish()
  await rm(join(folder, files[0]!.path))
  await t.rejects(writer.close('commit', sampleManifest(files, { run: 'one' })), { code: 'PARTIAL_CHANGED' })
  t.strictSame(await names(), ['part-one-00002.jsonl'])
})

t.test('a manifest that is none stops a run before it writes', async t => {
  const { folder, contextOf, sinkOf } = await lake(t)
  await mkdir(join(folder, to), { recursive: true })
  for (const text of ['{', '[]', '{"files":1}']) {
    await writeFile(join(folder, to, '_manifest.json'), text)
    await t.rejects(sinkOf().check!(contextOf('one')), { code: 'INPUT_MALFORMED', message: /lake\/users\/_manifest/ })
  }
})

t.test('each part of CSV has the header; the manifest has rows, bytes, columns and types of each', async t => {
  const { folder, load } = await lake(t)
  const files = await load('one', ['a', 'b', 'c'], 'commit', { format: 'csv' })
  t.match(files, [
    { name: 'part-one-00001.csv', format: 'csv', rows: 2, columns: ['id'] },
    { name: 'part-one-00002.csv', format: 'csv', rows: 1, bytes: 5, columns: ['id'] },
  ])
  t.equal(await readFile(join(folder, files[1]!.path), 'utf8'), 'id\nc\n')
  t.match(await load('two', ['a'], 'commit', { format: 'parquet', types: { id: 'text' } }), [
    { format: 'parquet', types: ['text'] },
  ])
})

t.test('a part ends once it has so many bytes', async t => {
  const { load } = await lake(t)
  const ids = Array.from({ length: 5_000 }, (_, at) => `${at}`.repeat(40))
  const files = await load('one', ids, 'commit', { partRows: 1_000_000, partBytes: 200_000 })
  t.ok(files.length > 1 && files.every(({ rows }) => rows % 1_000 === 0), `${files.length} parts`)
})

t.test('options that do not fit are refused', async t => {
  for (const wrong of [
    { to: 'lake', format: 'jsonl' },
    { to: '/', format: 'jsonl' },
    { to, format: 'json' },
    { to, format: 'jsonl', partRows: 0 },
    { to, format: 'parquet', compress: 'gzip' },
  ])
    t.throws(() => parts(wrong as PartsSinkOptions), { code: 'OPTION_INVALID' })
  const { load } = await lake(t)
  await t.rejects(load('one', ['a'], 'commit', { format: 'csv', columns: undefined as never }), {
    code: 'OPTION_INVALID',
    fix: /--select/,
  })
})
