import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { columnsOf, isFields, type Fields } from '../core/json.ts'
import type { Projected } from '../core/projection.ts'
import { frozen } from './given-rows.ts'
import type { Rule } from './rule.ts'
import { inScene, type Scene } from './scene.ts'
import type { SinkCase } from './sink-case.ts'
import { sinkResumes } from './sink-resumes.ts'
import { beginSink, cutsInAll, filesIn, oddValues, type SinkRun } from './sink-scene.ts'

/** The rules for every sink. */
export const sinkContract = (given: SinkCase): readonly Rule[] => {
  const { values = oddValues, refused = [], asRead = (value: never) => value } = given
  const expected = (from: readonly unknown[] = values): readonly unknown[] => from.map(value => asRead(value as never))
  const inRun = (work: (run: SinkRun, scene: Scene) => Promise<void>) =>
    inScene(given, async scene => work(await beginSink(scene, given), scene))
  const rule = (name: string, work: (run: SinkRun, scene: Scene) => Promise<void>): Rule => ({
    name,
    check: () => inRun(work),
  })

  return [
    rule('its options pass its own check, which creates nothing', async ({ sink, ctx, left }) => {
      const before = await left()
      await sink().check?.(ctx)
      deepStrictEqual(await left(), before)
      strictEqual(before.read, undefined, 'there is nothing to read yet')
      strictEqual(await sink().place?.leftover(ctx), undefined)
    }),

    rule('it describes itself as JSON, the same each time', async ({ sink, ctx }) => {
      const described = await sink().describe?.(ctx)
      if (described !== undefined) deepStrictEqual(JSON.parse(JSON.stringify(described)), described)
      deepStrictEqual(await sink().describe?.(ctx), described)
    }),

    rule('it has one target, which is a URL', async ({ sink, ctx }) => {
      const target = sink().place?.target(ctx)
      strictEqual(sink().place?.target(ctx), target)
      if (target !== undefined) ok(URL.canParse(target), target)
    }),

    rule('rows are read back as written, in order', async ({ open, write, commit, read }, { results }) => {
      const writer = await open()
      await write(writer, 0, cutsInAll)
      await commit(writer)
      deepStrictEqual(await read(), expected())
      deepStrictEqual(results, [])
    }),

    rule('the files it reports have these rows, bytes and hash', async ({ open, write, commit }, { folder }) => {
      const writer = await open()
      await write(writer, 0, cutsInAll)
      const files = await commit(writer)
      deepStrictEqual(JSON.parse(JSON.stringify(files)), files)
      strictEqual(
        files.reduce((sum, { rows }) => sum + rows, 0),
        values.length,
      )
      const there = await filesIn(folder)
      for (const { path, bytes, sha256 } of files.filter(file => Object.hasOwn(there, file.path))) {
        const content = await readFile(join(folder, path))
        strictEqual(bytes, content.length)
        if (sha256 !== undefined) strictEqual(sha256, createHash('sha256').update(content).digest('hex'))
      }
    }),

    rule('it returns a cut that was requested, and never an older one than before', async ({ open, write }) => {
      const writer = await open()
      const { answered } = await write(writer, 0, cutsInAll)
      await writer.close('abort')
      for (const [at, cut] of answered.entries()) ok(cut <= at + 1 && cut >= (answered[at - 1] ?? 0), `cut ${cut}`)
    }),

    rule('a run without rows is committed', async ({ sink, open, commit, read }, { results }) => {
      const writer = await open()
      await writer.write([])
      const files = await commit(writer)
      strictEqual(
        files.reduce((sum, { rows }) => sum + rows, 0),
        0,
      )
      const found = await read()
      deepStrictEqual(sink().resumable === false ? (found ?? []) : found, [])
      deepStrictEqual(results, [])
    }),

    rule('an unwritable row fails once, and the others are written', async ({ open, commit, read }, scene) => {
      const fine = values.slice(0, 5)
      const mixed = refused.flatMap((value, at) => [value, fine[at % 5]])
      const writer = await open()
      const page = [...fine, ...mixed].map((value, at) => ({ key: at + 1, value }))
      await writer.write(page)
      const files = await commit(writer)
      const written = [...fine, ...refused.map((_, at) => fine[at % 5])]
      deepStrictEqual(await read(), expected(written))
      strictEqual(
        files.reduce((sum, { rows }) => sum + rows, 0),
        written.length,
      )
      deepStrictEqual(
        scene.results.map(({ key, outcome }) => ({ key, outcome })).sort((a, b) => Number(a.key) - Number(b.key)),
        refused.map((_, at) => ({ key: fine.length + 1 + 2 * at, outcome: 'failed' })),
      )
    }),

    rule('it does not change its input rows', async ({ open, commit, read }) => {
      const writer = await open()
      await writer.write(values.map((value, at) => ({ key: at + 1, value: frozen(structuredClone(value)) })))
      await commit(writer)
      deepStrictEqual(await read(), expected())
    }),

    rule('the size of pages makes no difference', async () => {
      const some = values.slice(0, 60)
      const lefts: unknown[] = []
      for (const size of [some.length, 1, 7])
        await inRun(async ({ open, commit, left }) => {
          const writer = await open()
          for (let at = 0; at < some.length; at += size)
            await writer.write(some.slice(at, at + size).map((value, place) => ({ key: at + place + 1, value })))
          await commit(writer)
          lefts.push(await left())
        })
      deepStrictEqual(lefts, [lefts[0], lefts[0], lefts[0]])
    }),

    rule('columns that it reads itself give the same output as rows', async () => {
      const some = values.filter(isFields).slice(0, 60)
      if (some.length === 0) return
      const columns = columnsOf(some[0]!)
      // The column of one row cannot be read, so the rows of its page are made, without it.
      for (const broken of [undefined, 7]) {
        const lefts: unknown[] = []
        for (const isProjected of [false, true])
          await inRun(async ({ open, commit, left }, { results }) => {
            const writer = await open()
            if (isProjected && !writer.project) return
            const whole = some.flatMap((value, at) => (at === broken ? [] : [{ key: at + 1, value }]))
            if (isProjected) writer.project!(projected(columns))
            const inner = some.map((value, at) => ({ key: at + 1, value: { inner: value, isBroken: at === broken } }))
            const rows = isProjected ? inner : whole
            for (let at = 0; at < rows.length; at += 7) await writer.write(rows.slice(at, at + 7))
            await commit(writer)
            lefts.push([await left(), results])
          })
        if (lefts.length > 1) deepStrictEqual(lefts[1], lefts[0])
      }
    }),

    ...sinkResumes(given, expected()),
  ]
}

interface Wrapped {
  readonly inner: Fields
  readonly isBroken: boolean
}

/** Columns of rows that are inside the given ones, and how those rows are made. */
const projected = (columns: readonly string[]): Projected => ({
  columns: columns.map(name => ({
    name,
    read(row) {
      const { inner, isBroken } = row as unknown as Wrapped
      if (isBroken) throw new TypeError('The column cannot be read.')
      return inner[name]
    },
  })),
  rows: rows =>
    rows.flatMap(({ key, value }) => {
      const { inner, isBroken } = value as Wrapped
      return isBroken ? [] : [{ key, value: inner }]
    }),
})
