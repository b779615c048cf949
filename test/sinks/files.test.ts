import { appendFile, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { sampleManifest } from '../../src/contracts/sample-manifest.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Manifest } from '../../src/core/manifest.ts'
import type { Mark, Sink, Writer } from '../../src/core/parts.ts'
import { targetAt } from '../../src/core/targets.ts'
import { csv } from '../../src/sinks/csv.ts'
import { json } from '../../src/sinks/json.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { partContext } from '../contracts/part-context.ts'

const sinks: Readonly<Record<string, (to: string) => Sink<Fields>>> = {
  'rows.csv': to => csv({ to, columns: ['id'] }),
  'rows.csv.gz': to => csv({ to, columns: ['id'] }),
  'rows.jsonl.zst': to => jsonl({ to }),
  'rows.json': to => json({ to }),
}

const write = (writer: Writer<Fields>, from: number): Promise<void> =>
  writer.write(Array.from({ length: 500 }, (_, at) => ({ key: from + at, value: { id: `id-${from + at}` } })))

const begin = (t: Test, file: string) => {
  const folder = t.testdir({})
  const { ctx } = partContext(folder)
  const sink = () => sinks[file]!(file)
  return {
    folder,
    ctx,
    sink,
    open: (mark?: Mark) => sink().open(ctx, mark),
    names: async () => (await readdir(folder)).sort(),
    async commit(writer: Writer<Fields>) {
      const files = await writer.finish()
      await writer.close('commit', sampleManifest(files))
      return files
    },
  }
}

for (const file of Object.keys(sinks)) {
  t.test(`${file} is a partial until its commit, and has a manifest beside it afterwards`, async t => {
    const { folder, open, names, commit } = begin(t, file)
    const writer = await open()
    await write(writer, 0)
    t.strictSame(await names(), [`${file}.partial`])
    const files = await commit(writer)
    t.strictSame(await names(), [file, `${file}.manifest.json`])
    const manifest = JSON.parse(await readFile(join(folder, `${file}.manifest.json`), 'utf8')) as Manifest
    t.strictSame(manifest.files, JSON.parse(JSON.stringify(files)))
    t.match(files, [{ path: file, rows: 500, bytes: (await readFile(join(folder, file))).length }])
  })

  t.test(`${file} is not published by a run when another run wrote its manifest`, async t => {
    const { folder, open, sink, ctx, commit } = begin(t, file)
    const writer = await open()
    await write(writer, 0)
    const files = await commit(writer)
    t.equal(await sink().place!.published(ctx, files), true)
    await writeFile(join(folder, `${file}.manifest.json`), JSON.stringify(sampleManifest(files, { run: 'run-2' })))
    t.equal(await sink().place!.published(ctx, files), false)
  })

  t.test(`half a write behind the mark of ${file}, as after kill -9, is cut off`, async t => {
    const { folder, open, commit } = begin(t, file)
    const written = async (harm: () => Promise<void>) => {
      const first = await open()
      await write(first, 0)
      const { mark } = await first.checkpoint(1)
      await first.close('keep')
      await harm()
      const second = await open(JSON.parse(JSON.stringify(mark)) as Mark)
      await write(second, 500)
      await commit(second)
      return readFile(join(folder, file))
    }
    const expected = await written(async () => {})
    const found = await written(() => appendFile(join(folder, `${file}.partial`), Buffer.alloc(5000, 0xff)))
    t.ok(found.equals(expected))
  })

  t.test(`a link to ${file} stays a link: the file it leads to is replaced, and is the target`, async t => {
    const { folder, ctx, open, sink, names, commit } = begin(t, file)
    const real = join(folder, 'real')
    await mkdir(real)
    await writeFile(join(real, 'of-yesterday'), '')
    await symlink(join(real, 'of-yesterday'), join(folder, file))
    const writer = await open()
    await write(writer, 0)
    const files = await commit(writer)
    t.ok((await lstat(join(folder, file))).isSymbolicLink())
    t.equal((await readFile(join(folder, file))).length, files[0]!.bytes)
    t.strictSame(await names(), ['real', file])
    t.strictSame((await readdir(real)).sort(), ['of-yesterday', 'of-yesterday.manifest.json'])
    t.equal(sink().place!.target(ctx), targetAt(join(real, 'of-yesterday')))
    t.equal(await sink().place!.published(ctx, files), true)
    await sink().place!.clear(ctx)
    t.strictSame(await readdir(real), [])
  })
}
