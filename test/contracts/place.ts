import { createHash } from 'node:crypto'
import { type Test } from 'tap'
import type { Context } from '../../src/core/context.ts'
import type { FileFacts } from '../../src/core/manifest.ts'
import type { Place, PlacedFile, PlaceMark, PlaceWriter } from '../../src/core/place.ts'
import { partContext } from './part-context.ts'

interface MadePlace {
  /** The place anew, as another process would make it. */
  readonly place: () => Place
  /** What a reader finds under the place's own name; of a stream what has arrived. Undefined when nothing is there. */
  readonly read: () => Promise<Buffer | undefined>
}

/** Twelve stretches of 700 bytes, a cut after each second one. */
const stretches = Array.from({ length: 12 }, (_, at) => Buffer.alloc(700, 65 + at))
const whole = Buffer.concat([...stretches, Buffer.from('the end')])
const last = [Buffer.from('the '), Buffer.from('end')]

/** Appends from the stretch after a cut on, and answers the last mark with its cut, as it comes back from a store. */
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

/** What every place must do, wherever its bytes go. */
export const placeContract = (t: Test, make: (t: Test, folder: string) => MadePlace): void => {
  const begin = (t: Test) => {
    const folder = t.testdir({})
    const { ctx } = partContext(folder)
    return { ctx, ...make(t, folder) }
  }

  t.test('it passes its own check, which creates nothing, and has one target', async t => {
    const { place, ctx, read } = begin(t)
    await place().check(ctx)
    t.equal(await read(), undefined)
    t.equal(await place().leftover(ctx), undefined)
    const target = place().target(ctx)
    t.equal(place().target(ctx), target)
    if (target !== undefined) t.ok(URL.canParse(target), target)
  })

  t.test('what was appended is there after the commit, in order, and facts and proof fit it', async t => {
    const { place, ctx, read } = begin(t)
    const writer = await place().open(ctx)
    await write(writer, 0, 6)
    const placed = await commit(writer, ctx)
    const found = (await read())!
    const isStream = place().resumable === false
    t.equal(String(found), String(whole) + (isStream ? 'trailer' : ''))
    t.equal(
      placed.reduce((sum, { bytes }) => sum + bytes, 0),
      whole.length,
    )
    t.equal(
      placed.reduce((sum, { rows }) => sum + rows, 0),
      12,
    )
    if (placed.length === 1 && placed[0]!.sha256 !== undefined)
      t.equal(placed[0]!.sha256, createHash('sha256').update(found).digest('hex'))
    t.equal(await place().leftover(ctx), undefined)
    t.equal(await place().published(ctx, factsOf(placed)), !isStream)
    t.equal(
      await place().published(Object.create(ctx, { run: { value: 'another' } }) as Context, factsOf(placed)),
      false,
      'the same bytes, another run',
    )
  })

  t.test('a cut that is answered is one that was asked for, and never older than the one before', async t => {
    const { place, ctx } = begin(t)
    const writer = await place().open(ctx)
    const { answered } = await write(writer, 0, 6)
    t.strictSame(
      answered,
      answered.toSorted((a, b) => a - b),
    )
    for (const [at, cut] of answered.entries()) t.ok(cut <= at + 1)
    await writer.close('abort')
  })

  const { resumable } = make(t, t.testdir({})).place()
  if (resumable === false) {
    t.test('bytes go out at once, the last ones and the trailer on commit alone', async t => {
      for (const end of ['abort', 'keep'] as const) {
        const { place, ctx, read } = begin(t)
        const writer = await place().open(ctx)
        await writer.append(stretches[0]!)
        t.equal(String(await read()), String(stretches[0]))
        await writer.finish(last, 1)
        await writer.close(end, manifestFor(ctx))
        t.equal(String(await read()), String(stretches[0]), end)
      }
    })
    return
  }

  t.test('nothing is published until commit, and abort leaves what an earlier run published', async t => {
    const { place, ctx, read } = begin(t)
    const first = await place().open(ctx)
    await write(first, 0, 3)
    t.equal(await read(), undefined)
    t.type(await place().leftover(ctx), 'string')
    await first.finish(last, 6)
    t.equal(await read(), undefined)
    await first.close('commit', manifestFor(ctx))
    const before = await read()
    const second = await place().open(ctx)
    await write(second, 0, 2)
    await second.close('abort')
    t.strictSame(await read(), before)
    t.equal(await place().leftover(ctx), undefined)
  })

  t.test('resumed at the last mark that it answered it gives the bytes of an undisturbed write', async t => {
    for (let cuts = 1; cuts <= 6; cuts++) {
      const { place, ctx, read } = begin(t)
      const first = await place().open(ctx)
      const { safe } = await write(first, 0, cuts)
      // Lost with the process.
      await first.append(Buffer.from('lost'))
      await first.close('keep')
      const from = safe?.mark
      const second = await place().open(ctx, from === undefined ? {} : { from })
      const again = await write(second, safe?.cut ?? 0, Math.max(cuts, safe?.cut ?? 0))
      await second.close('keep')
      const best = again.safe ?? safe
      const third = await place().open(ctx, best === undefined ? {} : { from: best.mark })
      await write(third, best?.cut ?? 0, 6)
      await commit(third, ctx)
      t.equal(String(await read()), String(whole), `stopped after cut ${cuts}`)
    }
  })

  t.test('discard removes what was kept and says what, and a mark whose bytes are missing is refused', async t => {
    const { place, ctx, read } = begin(t)
    const writer = await place().open(ctx)
    const { safe } = await write(writer, 0, 6)
    await writer.close('keep')
    const leftover = await place().leftover(ctx)
    t.ok((await place().discard(ctx)).includes(leftover!))
    t.strictSame(await place().discard(ctx), [])
    t.equal(await place().leftover(ctx), undefined)
    t.equal(await read(), undefined)
    await t.rejects(place().open(ctx, { from: safe!.mark }), { code: 'PARTIAL_CHANGED' })
  })

  t.test('clear removes what was published, and discard does not', async t => {
    const { place, ctx, read } = begin(t)
    const writer = await place().open(ctx)
    const placed = await commit(writer, ctx)
    t.strictSame(await place().discard(ctx), [])
    t.equal(String(await read()), 'the end')
    t.equal(await place().published(ctx, factsOf(placed)), true)
    await place().clear(ctx)
    t.equal(await read(), undefined)
    t.equal(await place().published(ctx, factsOf(placed)), false)
    await place().clear(ctx)
  })
}
