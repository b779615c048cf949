import { createHash } from 'node:crypto'
import { appendFile, lstat, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Test } from 'tap'
import type { Fields } from '../../src/core/json.ts'
import type { FileFacts, Manifest } from '../../src/core/manifest.ts'
import type { Mark, Sink, Writer } from '../../src/core/parts.ts'
import { noOutcomes } from '../../src/core/result.ts'
import type { Row } from '../../src/core/row.ts'
import { targetAt } from '../../src/core/targets.ts'
import { partContext } from './part-context.ts'

interface MadeSink {
  readonly sink: Sink<Fields>
  /** Where the file will be, inside the folder. */
  readonly file: string
}

export const manifestOf = (files: readonly FileFacts[], more: Partial<Manifest> = {}): Manifest => ({
  entrapipe: '0.0.0',
  run: 'run-1',
  pipeline: 'a-test',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:01:00.000Z',
  resumed: 0,
  source: null,
  transforms: [],
  completeness: 'complete',
  counts: { ...noOutcomes, read: 0, repeated: 0, dropped: 0, written: 0 },
  files,
  ...more,
})

const rowAt = (at: number): Row<Fields> => ({
  key: at,
  value: {
    id: `id-${at}`,
    displayName: at % 3 === 0 ? `Ännö, "${at}"` : `User ${at}`,
    enabled: at % 2 === 0,
    mail: at % 5 === 0 ? null : `user${at}@contoso.com`,
    plans: at % 4 === 0 ? ['E3', 'P1'] : [],
    note: at % 7 === 0 ? 'two\r\nlines' : '',
  },
})

/** Pages of 40 rows, a checkpoint after each fifth: 600 rows, 3 cuts. */
const pages = Array.from({ length: 15 }, (_, page) => Array.from({ length: 40 }, (_, at) => rowAt(page * 40 + at)))
const pagesPerCut = 5

const write = async (writer: Writer<Fields>, from: number, to: number): Promise<Mark[]> => {
  const marks: Mark[] = []
  for (let page = from; page < to; page++) {
    await writer.write(pages[page]!)
    if ((page + 1) % pagesPerCut === 0) {
      const { mark, cut } = await writer.checkpoint((page + 1) / pagesPerCut)
      if (cut === (page + 1) / pagesPerCut) marks.push(JSON.parse(JSON.stringify(mark)) as Mark)
    }
  }
  return marks
}

const commit = async (writer: Writer<Fields>): Promise<readonly FileFacts[]> => {
  const files = await writer.finish()
  await writer.close('commit', manifestOf(files))
  return files
}

/**
 * What every sink that writes a file must do.
 *
 * @param make the sink anew, as another process would make it, for a folder
 */
export const sinkContract = (t: Test, make: (folder: string) => MadeSink): void => {
  const begin = (t: Test) => {
    const folder = t.testdir({})
    const { file } = make(folder)
    const { ctx, results } = partContext(folder)
    const open = (mark?: Mark) => make(folder).sink.open(ctx, mark)
    const bytes = () => readFile(join(folder, file))
    const names = async () => (await readdir(folder)).sort()
    return { folder, file, ctx, results, open, bytes, names, partial: join(folder, `${file}.partial`) }
  }

  const whole = async (t: Test): Promise<Buffer> => {
    const { open, bytes } = begin(t)
    const writer = await open()
    await write(writer, 0, pages.length)
    await commit(writer)
    return bytes()
  }

  t.test('nothing has the name that was asked for until commit, and nothing else is left after it', async t => {
    const { open, names, file } = begin(t)
    const writer = await open()
    await write(writer, 0, 7)
    t.strictSame(await names(), [`${file}.partial`])
    const files = await writer.finish()
    t.strictSame(await names(), [`${file}.partial`])
    await writer.close('commit', manifestOf(files))
    t.strictSame(await names(), [file, `${file}.manifest.json`])
  })

  t.test('what finish says is what stands in the file, and the manifest beside it says the same', async t => {
    const { open, bytes, folder, file, ctx } = begin(t)
    const writer = await open()
    await write(writer, 0, pages.length)
    const files = await commit(writer)
    const found = await bytes()
    t.match(files, [
      { path: file, rows: 600, bytes: found.length, sha256: createHash('sha256').update(found).digest('hex') },
    ])
    const manifest = JSON.parse(await readFile(join(folder, `${file}.manifest.json`), 'utf8')) as Manifest
    t.strictSame(manifest.files, JSON.parse(JSON.stringify(files)))
    t.equal(await make(folder).sink.place!.published(ctx, files), true)
    const place = join(folder, `${file}.manifest.json`)
    await writeFile(place, JSON.stringify({ ...manifest, run: 'run-2' }))
    t.equal(await make(folder).sink.place!.published(ctx, files), false, 'the same bytes, by another run')
    await writeFile(place, JSON.stringify(manifest))
    await appendFile(join(folder, file), 'x')
    t.equal(await make(folder).sink.place!.published(ctx, files), false)
  })

  t.test('a file that was never committed is not published', async t => {
    const { open, ctx, folder } = begin(t)
    const writer = await open()
    await write(writer, 0, 7)
    const files = await writer.finish()
    await writer.close('keep')
    t.equal(await make(folder).sink.place!.published(ctx, files), false)
  })

  t.test('abort leaves nothing behind, and does not touch what stood there', async t => {
    const { open, names, bytes, folder, file } = begin(t)
    await writeFile(join(folder, file), 'of yesterday')
    const writer = await open()
    await write(writer, 0, 7)
    await writer.close('abort')
    t.strictSame(await names(), [file])
    t.equal(String(await bytes()), 'of yesterday')
  })

  t.test('an interrupted run, gone on with from any of its marks, gives the bytes of an undisturbed one', async t => {
    const expected = await whole(t)
    for (const cut of [1, 2, 3]) {
      const { open, bytes } = begin(t)
      const first = await open()
      const marks = await write(first, 0, cut * pagesPerCut)
      // Written after the mark and lost with the process: it must not be there in the end.
      await first.write([rowAt(9999)])
      await first.close('keep')
      const second = await open(marks.at(-1))
      await write(second, cut * pagesPerCut, pages.length)
      await commit(second)
      t.ok((await bytes()).equals(expected), `after cut ${cut}`)
    }
  })

  t.test('a run interrupted twice at the same mark gives the same bytes', async t => {
    const expected = await whole(t)
    const { open, bytes, partial } = begin(t)
    const first = await open()
    const [mark] = await write(first, 0, pagesPerCut)
    await first.close('keep')
    // As after kill -9 in the middle of a write: half of something stands behind the mark.
    await appendFile(partial, Buffer.alloc(5000, 0xff))
    const second = await open(mark)
    await write(second, pagesPerCut, pagesPerCut + 2)
    await second.close('keep')
    const third = await open(mark)
    await write(third, pagesPerCut, pages.length)
    await commit(third)
    t.ok((await bytes()).equals(expected))
  })

  t.test('a partial that is gone, shorter or different is refused', async t => {
    for (const [how, harm] of [
      ['gone', (partial: string) => rm(partial)],
      ['shorter', (partial: string) => truncate(partial, 10)],
      ['different', async (partial: string) => writeFile(partial, (await readFile(partial)).fill(0x41, 3, 9))],
    ] as const) {
      const { open, partial } = begin(t)
      const writer = await open()
      const [mark] = await write(writer, 0, pagesPerCut)
      await writer.close('keep')
      await harm(partial)
      await t.rejects(open(mark), { code: 'PARTIAL_CHANGED' }, how)
    }
  })

  t.test('a run without rows gives a file that says so', async t => {
    const { open, bytes, results } = begin(t)
    const writer = await open()
    await writer.write([])
    const files = await commit(writer)
    t.match(files, [{ rows: 0, bytes: (await bytes()).length }])
    t.strictSame(results, [])
  })

  t.test('discard removes what an interrupted run left, and is content when there is nothing', async t => {
    const { open, names, folder, ctx } = begin(t)
    const writer = await open()
    await write(writer, 0, 7)
    await writer.close('keep')
    await make(folder).sink.place!.discard(ctx)
    t.strictSame(await names(), [])
    await make(folder).sink.place!.discard(ctx)
  })

  t.test('two sinks for one file have one target, which is absolute', async t => {
    const { folder, file, ctx } = begin(t)
    t.equal(make(folder).sink.place!.target(ctx), targetAt(join(folder, file)))
  })

  t.test('a link to the file stays a link: the file it leads to is replaced, and is the target', async t => {
    const { folder, file, ctx, open, bytes, names } = begin(t)
    const real = join(folder, 'real')
    await mkdir(real)
    await writeFile(join(real, 'of-yesterday'), '')
    await symlink(join(real, 'of-yesterday'), join(folder, file))
    const writer = await open()
    await write(writer, 0, 7)
    const files = await commit(writer)
    t.ok((await lstat(join(folder, file))).isSymbolicLink())
    t.equal((await bytes()).length, files[0]!.bytes)
    t.strictSame(await names(), [file, 'real'].sort())
    t.strictSame((await readdir(real)).sort(), ['of-yesterday', 'of-yesterday.manifest.json'])
    t.equal(make(folder).sink.place!.target(ctx), targetAt(join(real, 'of-yesterday')))
    t.equal(await make(folder).sink.place!.published(ctx, files), true)
    await make(folder).sink.place!.clear(ctx)
    t.strictSame(await readdir(real), [])
  })
}
