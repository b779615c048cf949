import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { isCode } from '../core/errors.ts'
import type { FileFacts } from '../core/manifest.ts'
import type { Place, PlacedFile, PlaceMark, PlaceWriter } from '../core/place.ts'
import type { Rule } from './rule.ts'
import { inScene, type World } from './scene.ts'

/** A place to check, and how to read its bytes. */
export interface PlaceCase extends World {
  /** Makes a new place, as another process would. It works in the folder. */
  readonly make: (folder: string) => Place
  /**
   * Reads the published bytes. For a place that is not resumable: the bytes so far. Undefined if there are none.
   */
  readonly read: (folder: string) => Promise<Uint8Array | undefined>
}

/** Twelve pieces of 700 bytes, with a cut after every second one. */
const stretches = Array.from({ length: 12 }, (_, at) => Buffer.alloc(700, 65 + at))
const whole = Buffer.concat([...stretches, Buffer.from('the end')])
const last = [Buffer.from('the '), Buffer.from('end')]

/** Appends the bytes between two cuts. Returns the last mark with its cut, after a JSON round trip. */
const write = async (writer: PlaceWriter, from: number, to: number) => {
  let safe: { mark: PlaceMark; cut: number } | undefined
  const answered: number[] = []
  for (let at = from * 2; at < to * 2; at++) {
    // The bytes may be reused.
    const bytes = Uint8Array.from(stretches[at]!)
    await writer.append(bytes)
    bytes.fill(0)
    if (at % 2 === 0) continue
    const cut = (at + 1) / 2
    const { mark, cut: reached } = await writer.mark(cut, at + 1)
    answered.push(reached)
    if (reached > from) safe = { mark: JSON.parse(JSON.stringify(mark)) as PlaceMark, cut: reached }
  }
  return { safe, answered }
}

const manifestFor = (ctx: Context) => ({ manifest: JSON.stringify({ run: ctx.run }), trailer: 'trailer' })

const commit = async (writer: PlaceWriter, ctx: Context): Promise<readonly PlacedFile[]> => {
  const placed = await writer.finish(last, 12)
  await writer.close('commit', manifestFor(ctx))
  return placed
}

const factsOf = (placed: readonly PlacedFile[]): readonly FileFacts[] =>
  placed.map(file => ({ format: 'txt', ...file }))

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

interface Setting {
  readonly ctx: Context
  readonly place: () => Place
  /** The published bytes as text. */
  readonly read: () => Promise<string | undefined>
}

/** The rules for every place. */
export const placeContract = ({ make, read, ...world }: PlaceCase): readonly Rule[] => {
  const inPlace = (work: (setting: Setting) => Promise<void>) =>
    inScene(world, async scene =>
      work({
        ctx: scene.contextOf(await scene.newRun(), 'sink'),
        place: () => make(scene.folder),
        read: async () => {
          const found = await read(scene.folder)
          return found && Buffer.from(found).toString('latin1')
        },
      }),
    )
  const rule = (name: string, work: (setting: Setting) => Promise<void>): Rule => ({
    name,
    check: () => inPlace(work),
  })
  /** A rule for resumable places. Other places pass it. */
  const resumed = (name: string, work: (setting: Setting) => Promise<void>): Rule =>
    rule(name, async setting => (setting.place().resumable === false ? undefined : work(setting)))

  return [
    rule('it passes its own check, which creates nothing, and has one target', async ({ place, ctx, read }) => {
      await place().check(ctx)
      strictEqual(await read(), undefined)
      strictEqual(await place().leftover(ctx), undefined)
      const target = place().target(ctx)
      strictEqual(place().target(ctx), target)
      if (target !== undefined) ok(URL.canParse(target), target)
    }),

    rule('bytes are published at the commit, in order', async ({ place, ctx, read }) => {
      const writer = await place().open(ctx)
      await write(writer, 0, 6)
      await commit(writer, ctx)
      strictEqual(await read(), `${String(whole)}${place().resumable === false ? 'trailer' : ''}`)
    }),

    rule('the files it reports have these rows, bytes and hash', async ({ place, ctx, read }) => {
      const writer = await place().open(ctx)
      await write(writer, 0, 6)
      const placed = await commit(writer, ctx)
      strictEqual(sum(placed.map(({ bytes }) => bytes)), whole.length)
      strictEqual(sum(placed.map(({ rows }) => rows)), 12)
      if (placed.length === 1 && placed[0]!.sha256 !== undefined)
        strictEqual(
          placed[0]!.sha256,
          createHash('sha256')
            .update((await read())!, 'latin1')
            .digest('hex'),
        )
    }),

    rule('only the output that this run committed counts as published', async ({ place, ctx }) => {
      const writer = await place().open(ctx)
      await write(writer, 0, 6)
      const placed = await commit(writer, ctx)
      strictEqual(await place().leftover(ctx), undefined)
      strictEqual(await place().published(ctx, factsOf(placed)), place().resumable !== false)
      const another = Object.create(ctx, { run: { value: 'another' } }) as Context
      strictEqual(await place().published(another, factsOf(placed)), false, 'the same bytes, from another run')
    }),

    rule('it returns a cut that was requested, and never an older one than before', async ({ place, ctx }) => {
      const writer = await place().open(ctx)
      const { answered } = await write(writer, 0, 6)
      await writer.close('abort')
      for (const [at, cut] of answered.entries()) ok(cut <= at + 1 && cut >= (answered[at - 1] ?? 0), `cut ${cut}`)
    }),

    rule(
      'a place that is not resumable forwards bytes at once, but the last ones and the trailer only at the commit',
      async () => {
        for (const end of ['abort', 'keep'] as const)
          await inPlace(async ({ place, ctx, read }) => {
            if (place().resumable !== false) return
            const writer = await place().open(ctx)
            await writer.append(stretches[0]!)
            strictEqual(await read(), String(stretches[0]))
            await writer.finish(last, 1)
            await writer.close(end, manifestFor(ctx))
            strictEqual(await read(), String(stretches[0]), end)
          })
      },
    ),

    resumed('nothing is published until the commit', async ({ place, ctx, read }) => {
      const writer = await place().open(ctx)
      await write(writer, 0, 3)
      strictEqual(await read(), undefined)
      strictEqual(typeof (await place().leftover(ctx)), 'string')
      await writer.finish(last, 6)
      strictEqual(await read(), undefined)
      await writer.close('commit', manifestFor(ctx))
      ok((await read()) !== undefined, 'it is published')
    }),

    resumed('abort leaves nothing behind, and keeps the output of an earlier run', async ({ place, ctx, read }) => {
      const first = await place().open(ctx)
      await write(first, 0, 3)
      await commit(first, ctx)
      const before = await read()
      const second = await place().open(ctx)
      await write(second, 0, 2)
      await second.close('abort')
      strictEqual(await read(), before)
      strictEqual(await place().leftover(ctx), undefined)
    }),

    resumed('resumed at its last mark, it gives the same bytes as an uninterrupted write', async () => {
      for (let cuts = 1; cuts <= 6; cuts++)
        await inPlace(async ({ place, ctx, read }) => {
          const first = await place().open(ctx)
          const { safe } = await write(first, 0, cuts)
          // Lost with the process.
          await first.append(Buffer.from('lost'))
          await first.close('keep')
          const second = await place().open(ctx, safe === undefined ? {} : { from: safe.mark })
          const again = await write(second, safe?.cut ?? 0, Math.max(cuts, safe?.cut ?? 0))
          await second.close('keep')
          const best = again.safe ?? safe
          const third = await place().open(ctx, best === undefined ? {} : { from: best.mark })
          await write(third, best?.cut ?? 0, 6)
          await commit(third, ctx)
          strictEqual(await read(), String(whole), `stopped after cut ${cuts}`)
        })
    }),

    resumed('discard removes kept bytes and names them, and can be repeated', async ({ place, ctx, read }) => {
      const writer = await place().open(ctx)
      await write(writer, 0, 6)
      await writer.close('keep')
      const leftover = await place().leftover(ctx)
      ok((await place().discard(ctx)).includes(leftover!))
      deepStrictEqual(await place().discard(ctx), [])
      strictEqual(await place().leftover(ctx), undefined)
      strictEqual(await read(), undefined)
    }),

    resumed('a mark is rejected if its bytes are missing', async ({ place, ctx }) => {
      const writer = await place().open(ctx)
      const { safe } = await write(writer, 0, 6)
      await writer.close('keep')
      await place().discard(ctx)
      ok(safe, 'it answered a cut')
      await rejects(place().open(ctx, { from: safe.mark }), error => isCode(error, 'PARTIAL_CHANGED'))
    }),

    resumed('clear removes the published output, and discard does not', async ({ place, ctx, read }) => {
      const writer = await place().open(ctx)
      const placed = await commit(writer, ctx)
      deepStrictEqual(await place().discard(ctx), [])
      strictEqual(await read(), 'the end')
      strictEqual(await place().published(ctx, factsOf(placed)), true)
      await place().clear(ctx)
      strictEqual(await read(), undefined)
      strictEqual(await place().published(ctx, factsOf(placed)), false)
      await place().clear(ctx)
    }),
  ]
}
