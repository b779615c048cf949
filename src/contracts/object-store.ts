import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Context } from '../core/context.ts'
import { isCode } from '../core/errors.ts'
import type { ObjectStore, StoredObject } from '../core/object-store.ts'
import type { Rule } from './rule.ts'
import { inScene, type World } from './scene.ts'

/** Objects of a place to check. */
export interface ObjectStoreCase extends World {
  /** Makes a new store for the same empty root, as another process would, or for a folder below it. It works in the folder. */
  readonly make: (folder: string, below?: string) => ObjectStore
  /** Bytes that an append of the store's largest piece exceeds. @default 300,000 */
  readonly manyBytes?: number
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Bytes that are not the same everywhere. */
const someBytes = (length: number, seed: number): Buffer => {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at++) bytes[at] = (at * 31 + (at >> 8) * seed + seed) & 255
  return bytes
}

const upload = async (store: ObjectStore, ctx: Context, name: string, bytes: Uint8Array): Promise<string> => {
  const begun = await store.upload(ctx, name)
  const piece = Math.ceil(bytes.length / 7) || 1
  for (let at = 0; at < bytes.length; at += piece) {
    // The bytes may be reused.
    const own = Uint8Array.from(bytes.subarray(at, at + piece))
    await begun.append(own)
    own.fill(0)
  }
  return begun.finish(hashOf(bytes))
}

const collected = async <T>(from: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const one of from) all.push(one)
  return all
}

const contentOf = async (store: ObjectStore, ctx: Context, name: string): Promise<Buffer> =>
  Buffer.concat(await collected(store.read(ctx, name)))

const listed = async (store: ObjectStore, ctx: Context): Promise<readonly StoredObject[]> =>
  (await collected(store.list(ctx))).toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** The rules for every store of objects. */
export const objectStoreContract = ({ make, manyBytes = 300_000, ...world }: ObjectStoreCase): readonly Rule[] => {
  const rule = (name: string, work: (store: (below?: string) => ObjectStore, ctx: Context) => Promise<void>): Rule => ({
    name,
    check: () =>
      inScene(world, async scene =>
        work(below => make(scene.folder, below), scene.contextOf(await scene.newRun(), 'sink')),
      ),
  })
  return [
    rule(
      'it passes its own check, which creates nothing, and its target is a URL that ends in /',
      async (store, ctx) => {
        await store().check(ctx)
        deepStrictEqual(await listed(store(), ctx), [])
        const target = store().target(ctx)
        ok(URL.canParse(target) && target.endsWith('/'), target)
        strictEqual(store().target(ctx), target)
      },
    ),

    rule('an object is read back as it was uploaded, whatever its size', async (store, ctx) => {
      for (const length of [0, 1, manyBytes]) {
        const bytes = someBytes(length, 3)
        const version = await upload(store(), ctx, `of ${length}.bin`, bytes)
        ok(bytes.equals(await contentOf(store(), ctx, `of ${length}.bin`)), `${length} bytes`)
        strictEqual(await store().versionOf(ctx, `of ${length}.bin`), version)
      }
      deepStrictEqual(
        await listed(store(), ctx),
        [0, 1, manyBytes].map(bytes => ({ name: `of ${bytes}.bin`, bytes })),
      )
    }),

    rule('nobody sees an object before it is finished, and an aborted one leaves nothing', async (store, ctx) => {
      const begun = await store().upload(ctx, 'a.bin')
      await begun.append(someBytes(manyBytes, 5))
      strictEqual(await store().get(ctx, 'a.bin'), undefined)
      strictEqual(await store().versionOf(ctx, 'a.bin'), undefined)
      deepStrictEqual(
        (await listed(store(), ctx)).filter(({ unfinished }) => !unfinished),
        [],
      )
      await begun.abort()
      deepStrictEqual(await listed(store(), ctx), [])
    }),

    rule('an upload that nobody finishes can be removed, and then cannot be finished', async (store, ctx) => {
      const bytes = someBytes(manyBytes, 7)
      const begun = await store().upload(ctx, 'a.bin')
      await begun.append(bytes)
      // Pieces may still be on their way when it is removed; each look takes the time of a request.
      let isGone = false
      for (let most = 200; most > 0 && !isGone; most--) {
        await store().remove(ctx, ['a.bin'])
        isGone = (await listed(store(), ctx)).length === 0
      }
      ok(isGone)
      await rejects(begun.finish(hashOf(bytes)))
      await begun.abort()
      deepStrictEqual(await listed(store(), ctx), [])
    }),

    rule('an object that is written again has another version, and the new bytes', async (store, ctx) => {
      const first = await upload(store(), ctx, 'a.bin', someBytes(1000, 1))
      const second = await upload(store(), ctx, 'a.bin', someBytes(1000, 2))
      ok(first !== second)
      strictEqual(await store().versionOf(ctx, 'a.bin'), second)
      ok(someBytes(1000, 2).equals(await contentOf(store(), ctx, 'a.bin')))
    }),

    rule('a small object is created, replaced and read', async (store, ctx) => {
      strictEqual(await store().get(ctx, '_small.json'), undefined)
      for (const text of ['one', '{"another":2}']) {
        await store().put(ctx, '_small.json', Buffer.from(text))
        strictEqual(Buffer.from((await store().get(ctx, '_small.json'))!).toString(), text)
      }
      deepStrictEqual(await listed(store(), ctx), [{ name: '_small.json', bytes: 13 }])
    }),

    rule('a small object is created only where there is none', async (store, ctx) => {
      strictEqual(await store().create(ctx, 'one.txt', Buffer.from('first')), true)
      strictEqual(await store().create(ctx, 'one.txt', Buffer.from('second')), false)
      strictEqual(Buffer.from((await store().get(ctx, 'one.txt'))!).toString(), 'first')
      deepStrictEqual(await listed(store(), ctx), [{ name: 'one.txt', bytes: 5 }])
      await store().remove(ctx, ['one.txt'])
      strictEqual(await store().create(ctx, 'one.txt', Buffer.from('second')), true)
    }),

    rule('what is in a folder below is not listed, and the folder is found by its name', async (store, ctx) => {
      await store().put(ctx, 'a.txt', Buffer.from('a'))
      deepStrictEqual(await collected(store().folders(ctx)), [])
      for (const folder of ['one', 'two words'])
        for (const name of ['b.txt', 'c.txt']) await store(folder).put(ctx, name, Buffer.from('b'))
      deepStrictEqual((await collected(store().folders(ctx))).toSorted(), ['one', 'two words'])
      deepStrictEqual(await listed(store(), ctx), [{ name: 'a.txt', bytes: 1 }])
    }),

    rule('objects are removed by name, also those that do not exist', async (store, ctx) => {
      for (const name of ['a.bin', 'b.bin', 'c.bin']) await upload(store(), ctx, name, someBytes(10, 1))
      await store().remove(ctx, ['a.bin', 'c.bin', 'd.bin'])
      deepStrictEqual(await listed(store(), ctx), [{ name: 'b.bin', bytes: 10 }])
      await store().remove(ctx, [])
      await store().remove(ctx, ['b.bin'])
      deepStrictEqual(await listed(store(), ctx), [])
    }),

    rule('an object that does not exist cannot be read', async (store, ctx) => {
      await rejects(contentOf(store(), ctx, 'a.bin'), error => isCode(error, 'FILE_MISSING'))
    }),
  ]
}
