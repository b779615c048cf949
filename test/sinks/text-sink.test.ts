import { existsSync } from 'node:fs'
import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { RowEncoder } from '../../src/core/encoder.ts'
import type { Fields, Json } from '../../src/core/json.ts'
import type { Mark, Sink, Writer } from '../../src/core/parts.ts'
import { sampleManifest } from '../../src/contracts/sample-manifest.ts'
import { sinkContract } from '../../src/contracts/sink.ts'
import { decompress } from '../../src/formats/decompress.ts'
import { compressionOf } from '../../src/formats/format-of.ts'
import { inputOf } from '../../src/places/input.ts'
import { textSink, type TextSinkOptions } from '../../src/sinks/text-sink.ts'
import { partContext } from '../contracts/part-context.ts'
import { keeps } from '../contracts/keeps.ts'
import { blobStore, memoryPlace } from '../places/memory-place.ts'

/** One row per line, as bytes. */
const lines = (saved?: Json): RowEncoder<Uint8Array> => {
  let written = typeof saved === 'number' ? saved : 0
  return {
    rows(rows) {
      written += rows.length
      return Buffer.from(rows.map(({ value }) => `${JSON.stringify(value)}\n`).join(''))
    },
    end: () => Buffer.from(`${written}\n`),
    get written() {
      return written
    },
    columns: undefined,
    save: () => written,
  }
}

/** Groups of at least 100 rows that end only at a checkpoint. Before that, nothing of a group can be saved. */
const groups = (saved?: Json): RowEncoder => {
  let written = typeof saved === 'number' ? saved : 0
  let held: unknown[] = []
  return {
    rows(rows) {
      written += rows.length
      held.push(...rows.map(row => row.value))
      return ''
    },
    flush() {
      if (held.length < 100) return ''
      const group = held
      held = []
      return `${JSON.stringify(group)}\n`
    },
    end: () => `${JSON.stringify(held)} of ${written}\n`,
    get written() {
      return written
    },
    columns: undefined,
    save: () => (held.length > 0 ? undefined : written),
  }
}

const to = { kind: 'lines', to: 'x.txt', format: 'txt' } as const
const sinkOf = (more: Partial<TextSinkOptions> & Pick<TextSinkOptions, 'encoder'>): Sink<Fields> =>
  textSink({ ...to, ...more })

for (const file of ['x.txt', 'x.txt.gz', 'x.txt.zst'])
  t.test(`bytes of an encoder, as ${file}, keep the contract of a sink`, t =>
    keeps(
      t,
      sinkContract({
        make: () => sinkOf({ encoder: lines, to: file }),
        read: async folder => {
          if (!existsSync(join(folder, file))) return undefined
          const texts: string[] = []
          const { ctx } = partContext(folder)
          for await (const chunk of decompress(inputOf(file).bytes(ctx), compressionOf(file), file))
            texts.push(Buffer.from(chunk).toString('latin1'))
          const found = Buffer.from(texts.join(''), 'latin1').toString('utf8').trimEnd().split('\n')
          return found.slice(0, -1).map(line => JSON.parse(line) as unknown)
        },
      }),
    ),
  )

for (const [name, encoder, valuesOf] of [
  ['lines', lines, (line: string) => (/^\d+$/.test(line) ? [] : [JSON.parse(line) as unknown])],
  ['groups', groups, (line: string) => JSON.parse(line.replace(/ of \d+$/, '')) as readonly unknown[]],
] as const)
  t.test(`${name} to blocks in memory, whose marks are mostly of an older cut, keep the contract of a sink`, t => {
    const stores = new Map<string, ReturnType<typeof blobStore>>()
    const storeOf = (folder: string) => {
      const found = stores.get(folder) ?? blobStore()
      stores.set(folder, found)
      return found
    }
    return keeps(
      t,
      sinkContract({
        make: folder => sinkOf({ encoder, place: memoryPlace(storeOf(folder), 'x') }),
        read: async folder => {
          const text = storeOf(folder).published.get('x')?.bytes.toString('utf8')
          return text?.trimEnd().split('\n').flatMap(valuesOf)
        },
      }),
    )
  })

/** 40 rows per page and a cut after each page: too early for groups and for blocks. */
const write = async (writer: Writer<Fields>, from: number, until: number) => {
  const cuts: { readonly asked: number; readonly cut: number; readonly mark: Mark }[] = []
  for (let cut = from + 1; cut <= until; cut++) {
    await writer.write(Array.from({ length: 40 }, (_, at) => ({ key: at, value: { id: `${cut}.${at}` } })))
    const reached = await writer.checkpoint(cut)
    cuts.push({ asked: cut, cut: reached.cut, mark: JSON.parse(JSON.stringify(reached.mark)) as Mark })
  }
  return cuts
}

t.test('while rows are held back, the checkpoint stays at the last cut without any', async t => {
  const { ctx } = partContext(t.testdir({}))
  const writer = await sinkOf({ encoder: groups }).open(ctx)
  const cuts = await write(writer, 0, 7)
  t.strictSame(
    cuts.map(({ cut }) => cut),
    [0, 0, 3, 3, 3, 6, 6],
  )
  await writer.close('abort')
})

for (const [name, encoder] of [
  ['bytes', lines],
  ['groups', groups],
] as const)
  t.test(`${name} to a place that lags behind: a resume at the cut it returned gives the same bytes`, async t => {
    const { ctx } = partContext(t.testdir({}))
    const finished = async (stop: number) => {
      const store = blobStore()
      const sink = () => sinkOf({ encoder, place: memoryPlace(store, 'x') })
      const first = await sink().open(ctx)
      const reached = (await write(first, 0, stop)).filter(({ cut }) => cut > 0).at(-1)
      if (stop < 12) await first.close('keep')
      const second = stop < 12 ? await sink().open(ctx, reached?.mark) : first
      await write(second, stop < 12 ? (reached?.cut ?? 0) : 12, 12)
      const files = await second.finish()
      await second.close('commit', sampleManifest(files))
      return { text: String(store.published.get('x')!.bytes), behind: stop - (reached?.cut ?? 0), files }
    }
    const expected = await finished(12)
    t.match(expected.files, [{ path: 'x', format: 'txt', rows: 480, bytes: expected.text.length }])
    const stopped = []
    for (let stop = 1; stop < 12; stop++) stopped.push(await finished(stop))
    for (const { text } of stopped) t.equal(text, expected.text)
    t.ok(
      stopped.some(({ behind }) => behind > 1),
      'the place lagged behind',
    )
  })

t.test('a mark with other settings is an error that names --fresh', async t => {
  const { ctx } = partContext(t.testdir({}))
  const open = (mark?: Mark) => sinkOf({ encoder: lines, to: 'x.txt.zst' }).open(ctx, mark)
  const writer = await open()
  const [first] = await write(writer, 0, 1)
  await writer.close('keep')
  const { compression, ...without } = first!.mark as { readonly compression: string }
  t.equal(compression, 'checksum')
  const refusal = { code: 'PARTIAL_CHANGED', fix: 'Start over with --fresh.' }
  await t.rejects(open(without), {
    ...refusal,
    message: 'An earlier version of entrapipe wrote x.txt.zst without checksums, so the run cannot be resumed',
  })
  await t.rejects(open({ bytes: 1, sha256: '', encoder: 1 }), {
    ...refusal,
    message: 'An earlier version of entrapipe wrote x.txt.zst, so the run cannot be resumed',
  })
})

t.test('a file name with another extension is an error, in upper and lower case', async t => {
  t.throws(() => sinkOf({ encoder: lines, to: 'x.csv' }), { code: 'OPTION_INVALID', message: /ends in \.txt/ })
  t.doesNotThrow(() => sinkOf({ encoder: lines, to: 'x.TXT.GZ' }))
})

t.test(
  'a file with rows of an input file is never more readable than that file',
  { skip: process.platform === 'win32' && 'Windows has no modes' },
  async t => {
    const folder = t.testdir({ 'in.csv': 'secret' })
    await chmod(join(folder, 'in.csv'), 0o600)
    const { ctx } = partContext(folder)
    const writer = await sinkOf({ encoder: lines }).open(ctx, undefined, join(folder, 'in.csv'))
    await write(writer, 0, 1)
    const files = await writer.finish()
    await writer.close('commit', sampleManifest(files))
    for (const name of ['x.txt', 'x.txt.manifest.json'])
      t.equal((await stat(join(folder, name))).mode & 0o777, 0o600, name)
    t.match(String(await readFile(join(folder, 'x.txt'))), /^\{"id":"1\.0"\}/)
  },
)
