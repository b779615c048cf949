import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../core/context.ts'
import { isCode } from '../core/errors.ts'
import { sourceOf } from './given-rows.ts'
import { interruptedInto } from './interrupted.ts'
import type { Rule } from './rule.ts'
import { inScene, type Scene } from './scene.ts'
import type { SinkCase } from './sink-case.ts'
import { beginSink, cutsInAll, filesIn, oddValues, type SinkRun } from './sink-scene.ts'

const harms: Readonly<Record<string, (path: string) => Promise<void>>> = {
  missing: path => rm(path),
  shorter: path => truncate(path, 10),
  changed: async path => writeFile(path, (await readFile(path)).fill(0x41, 3, 9)),
}

/**
 * The rules for resumable sinks. Other sinks pass them.
 *
 * @param expected the values that `read` returns for all values
 */
export const sinkResumes = (given: SinkCase, expected: readonly unknown[]): readonly Rule[] => {
  const { values = oddValues } = given
  const inRun = (work: (run: SinkRun, scene: Scene) => Promise<void>) =>
    inScene(given, async scene => work(await beginSink(scene, given), scene))
  const rule = (name: string, work: (run: SinkRun, scene: Scene) => Promise<void>): Rule => ({
    name,
    check: () => inRun(async (run, scene) => (run.sink().resumable === false ? undefined : work(run, scene))),
  })

  /** The output of an uninterrupted run. */
  const undisturbed = async () => {
    let left: Awaited<ReturnType<SinkRun['left']>> | undefined
    await inRun(async run => {
      const writer = await run.open()
      await run.write(writer, 0, cutsInAll)
      await run.commit(writer)
      left = await run.left()
    })
    return left!
  }

  return [
    rule('nothing is published before the commit, and no partial is left after it', async run => {
      const { sink, ctx, open, write, read } = run
      const writer = await open()
      await write(writer, 0, 1)
      strictEqual(await read(), undefined)
      if (sink().place) strictEqual(typeof (await sink().place?.leftover(ctx)), 'string')
      const files = await writer.finish()
      strictEqual(await read(), undefined)
      if (sink().place) strictEqual(await sink().place?.published(ctx, files), false)
      await run.commit({ ...writer, finish: async () => files })
      ok((await read()) !== undefined, 'it is published')
      strictEqual(await sink().place?.leftover(ctx), undefined)
    }),

    rule('only the output that this run committed counts as published', async (run, { folder }) => {
      const { ctx, open, write, commit } = run
      const { place } = run.sink()
      if (!place) return
      const writer = await open()
      await write(writer, 0, cutsInAll)
      const files = await commit(writer)
      strictEqual(await place.published(ctx, files), true)
      const another = Object.create(ctx, { run: { value: 'another' } }) as Context
      strictEqual(await place.published(another, files), false, 'the same content, from another run')
      const there = await filesIn(folder)
      for (const { path } of files.filter(file => Object.hasOwn(there, file.path))) {
        await writeFile(join(folder, path), 'x', { flag: 'a' })
        strictEqual(await place.published(ctx, files), false, `${path} was changed`)
      }
    }),

    rule('an aborted run leaves nothing behind, and keeps the output of an earlier run', async run => {
      const { sink, ctx, open, write, commit, left } = run
      const nothing = await left()
      for (const before of [nothing, undefined]) {
        if (!before) {
          const earlier = await open()
          await write(earlier, 0, 1)
          await commit(earlier)
        }
        const kept = before ?? (await left())
        const writer = await open()
        await write(writer, 0, 2)
        await writer.close('abort')
        deepStrictEqual(await left(), kept)
        strictEqual(await sink().place?.leftover(ctx), undefined)
      }
    }),

    rule('resumed at any mark, it writes the same output as an uninterrupted run', async () => {
      const whole = await undisturbed()
      for (let cuts = 1; cuts <= cutsInAll; cuts++)
        await inRun(async ({ open, write, commit, left }) => {
          const first = await open()
          const { safe } = await write(first, 0, cuts)
          // Written after the mark and lost in the crash.
          await first.write([{ key: 9999, value: values[0] }])
          await first.close('keep')
          const second = await open(safe?.mark)
          await write(second, safe?.cut ?? 0, cutsInAll)
          await commit(second)
          deepStrictEqual(await left(), whole, `after cut ${cuts}`)
        })
    }),

    rule('resumed twice at the same mark, it writes the same output', async ({ open, write, commit, left }) => {
      const whole = await undisturbed()
      const first = await open()
      const { safe } = await write(first, 0, 2)
      await first.close('keep')
      const second = await open(safe?.mark)
      await second.write([{ key: 9999, value: values[0] }])
      await second.close('keep')
      const third = await open(safe?.mark)
      await write(third, safe?.cut ?? 0, cutsInAll)
      await commit(third)
      deepStrictEqual(await left(), whole)
    }),

    rule('a mark is rejected if its data is missing or was changed', async () => {
      for (const [how, harm] of Object.entries(harms))
        await inRun(async ({ sink, ctx, open, write }, { folder }) => {
          const writer = await open()
          const { safe } = await write(writer, 0, cutsInAll)
          await writer.close('keep')
          if (!safe) return
          const files = Object.keys(await filesIn(folder))
          for (const file of files) await harm(join(folder, file))
          if (files.length === 0) await sink().place?.discard(ctx)
          await rejects(open(safe.mark), error => isCode(error, 'PARTIAL_CHANGED'), how)
        })
    }),

    rule('discard removes the partial of an interrupted run and names it, and can be repeated', async run => {
      const { ctx, open, write, left } = run
      const { place } = run.sink()
      if (!place) return
      const nothing = await left()
      const writer = await open()
      await write(writer, 0, 2)
      await writer.close('keep')
      const leftover = await place.leftover(ctx)
      ok((await place.discard(ctx)).includes(leftover!))
      deepStrictEqual(await left(), nothing)
      strictEqual(await place.leftover(ctx), undefined)
      deepStrictEqual(await place.discard(ctx), [])
    }),

    rule(
      'clear removes the published output, and discard does not',
      async ({ sink, ctx, open, write, commit, left }) => {
        const { place } = sink()
        if (!place) return
        const nothing = await left()
        const writer = await open()
        await write(writer, 0, cutsInAll)
        await commit(writer)
        const published = await left()
        await place.discard(ctx)
        deepStrictEqual(await left(), published)
        await place.clear(ctx)
        deepStrictEqual(await left(), nothing)
        await place.clear(ctx)
      },
    ),

    rule('a run interrupted twice and resumed writes each row once', async ({ read }, scene) => {
      const rows = values.map((value, at) => ({ key: at + 1, value }))
      const plan = { source: sourceOf(rows), rowsPerCut: Math.ceil(rows.length / 7) }
      const stops = [0.4, 0.4].map(part => Math.max(1, Math.floor(rows.length * part)))
      await interruptedInto(scene, { plan, stops }, () => given.make(scene.folder))
      deepStrictEqual(await read(), expected)
    }),
  ]
}
