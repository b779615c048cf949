import { PassThrough } from 'node:stream'
import t from 'tap'
import { placeContract } from '../../src/contracts/place.ts'
import type { Context } from '../../src/core/context.ts'
import { isCode } from '../../src/core/errors.ts'
import type { Place, PlaceWriter } from '../../src/core/place.ts'
import { stdoutPlace } from '../../src/places/stdout-place.ts'
import { blobStore, memoryPlace } from '../places/memory-place.ts'
import { broken } from './broken.ts'

const check = 'it passes its own check, which creates nothing, and has one target'
const inOrder = 'bytes are published at the commit, in order'
const facts = 'the files it reports have these rows, bytes and hash'
const published = 'only the output that this run committed counts as published'
const oldest = 'it returns a cut that was requested, and never an older one than before'
const atOnce =
  'a place that is not resumable forwards bytes at once, but the last ones and the trailer only at the commit'
const unpublished = 'nothing is published until the commit'
const aborted = 'abort leaves nothing behind, and keeps the output of an earlier run'
const resumes = 'resumed at its last mark, it gives the same bytes as an uninterrupted write'
const discarded = 'discard removes kept bytes and names them, and can be repeated'
const refused = 'a mark is rejected if its bytes are missing'
const cleared = 'clear removes the published output, and discard does not'

interface Made {
  readonly place: Place
  readonly read: () => Promise<Uint8Array | undefined>
}

const inMemory = (change: (place: Place, store: ReturnType<typeof blobStore>) => Place = place => place): Made => {
  const store = blobStore()
  return { place: change(memoryPlace(store, 'x'), store), read: async () => store.published.get('x')?.bytes }
}

const writing = (place: Place, change: (writer: PlaceWriter, ctx: Context) => Partial<PlaceWriter>): Place => ({
  ...place,
  async open(ctx, options) {
    const writer = await place.open(ctx, options)
    return { ...writer, ...change(writer, ctx) }
  },
})

const toStdout = (change: (place: Place) => Place): Made => {
  const stream = new PassThrough({ highWaterMark: 1_000_000 })
  const arrived: Buffer[] = []
  return {
    place: change(stdoutPlace(stream)),
    async read() {
      for (let chunk; (chunk = stream.read() as Buffer | null) !== null;) arrived.push(chunk)
      return arrived.length === 0 ? undefined : Buffer.concat(arrived)
    },
  }
}

const places: readonly (readonly [string, () => Made, readonly string[]])[] = [
  ['nothing is wrong', () => inMemory(), []],
  ['nothing is wrong with a stream', () => toStdout(place => place), []],
  [
    'its target is another each time',
    () => inMemory(place => ({ ...place, target: () => `memory:${Math.random()}` })),
    [check],
  ],
  [
    'it keeps the buffer that it was given',
    () =>
      inMemory(place =>
        writing(place, writer => {
          const held: Uint8Array[] = []
          return {
            append: async bytes => void held.push(bytes),
            async finish(last, rows) {
              for (const bytes of held) await writer.append(bytes)
              return writer.finish(last, rows)
            },
          }
        }),
      ),
    [inOrder, resumes, refused],
  ],
  [
    'it counts no rows',
    () => inMemory(place => writing(place, ({ finish }) => ({ finish: (last, _rows) => finish(last, 0) }))),
    [facts],
  ],
  [
    'it takes whatever is there for its own',
    () => inMemory(place => ({ ...place, published: async () => true })),
    [published, cleared],
  ],
  [
    'it answers with the cut that it was asked for, and with the bytes of an older one',
    () =>
      inMemory(place =>
        writing(place, ({ mark }) => ({ mark: async (cut, rows) => ({ ...(await mark(cut, rows)), cut }) })),
      ),
    [resumes],
  ],
  [
    'it answers with a cut that is to come',
    () =>
      inMemory(place =>
        writing(place, ({ mark }) => ({
          mark: async (cut, rows) => ({ ...(await mark(cut, rows)), cut: cut + 1 }),
        })),
      ),
    [oldest, resumes],
  ],
  [
    'as a stream it ends although the run was aborted',
    () => toStdout(place => writing(place, ({ close }) => ({ close: (_end, proof) => close('commit', proof) }))),
    [atOnce],
  ],
  [
    'it publishes as it goes',
    () =>
      inMemory((place, { published }) =>
        writing(place, ({ append }) => ({
          async append(bytes) {
            await append(bytes)
            if (!published.has('x')) published.set('x', { bytes: Buffer.from(bytes), manifest: '{}' })
          },
        })),
      ),
    [unpublished, discarded],
  ],
  [
    'it keeps what was aborted',
    () =>
      inMemory(place =>
        writing(place, ({ close }) => ({ close: (end, proof) => close(end === 'abort' ? 'keep' : end, proof) })),
      ),
    [aborted],
  ],
  [
    'it starts over at any mark',
    () => inMemory(place => ({ ...place, open: ctx => place.open(ctx) })),
    [resumes, refused],
  ],
  [
    'it starts over where bytes are missing',
    () =>
      inMemory(place => ({
        ...place,
        open: (ctx, options) =>
          place.open(ctx, options).catch((error: unknown) => {
            if (isCode(error, 'PARTIAL_CHANGED')) return place.open(ctx)
            throw error
          }),
      })),
    [refused],
  ],
  ['it discards nothing', () => inMemory(place => ({ ...place, discard: async () => [] })), [discarded, refused]],
  ['it clears nothing', () => inMemory(place => ({ ...place, clear: async () => {} })), [cleared]],
]

const contractOf = (make: () => Made) => {
  const made = new Map<string, Made>()
  const of = (folder: string): Made => {
    const found = made.get(folder) ?? make()
    made.set(folder, found)
    return found
  }
  return placeContract({ make: folder => of(folder).place, read: folder => of(folder).read() })
}

for (const [what, make, rules] of places)
  t.test(`of a place the contract notices that ${what}`, async t => t.strictSame(await broken(contractOf(make)), rules))

t.test('each rule of the contract is broken by one of these places', async t => {
  const noticed = new Set(places.flatMap(([, , rules]) => rules))
  t.strictSame(
    contractOf(() => inMemory())
      .map(({ name }) => name)
      .filter(name => !noticed.has(name)),
    [],
  )
})
