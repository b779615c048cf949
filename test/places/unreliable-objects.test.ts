import { randomBytes } from 'node:crypto'
import t from 'tap'
import type { Context } from '../../src/core/context.ts'
import type { ObjectStore } from '../../src/core/object-store.ts'
import { blobObjects } from '../../src/places/blob-objects.ts'
import { s3Objects } from '../../src/places/s3-objects.ts'
import { azurite } from '../servers/azurite.ts'
import { contextWith } from '../servers/context.ts'
import { s3rver } from '../servers/s3rver.ts'
import { unreliable } from '../servers/unreliable.ts'

const contentOf = async (store: ObjectStore, ctx: Context, name: string): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.read(ctx, name)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

for (const [what, start, make] of [
  ['blobs', azurite, blobObjects],
  ['objects of a bucket', s3rver, s3Objects],
] as const)
  t.test(`${what} are whole, although a third of all requests fail`, async t => {
    const server = await start(t)
    await server.create('lake')
    const { origin, seen } = await unreliable(t, server.origin)
    const ctx = contextWith(t.testdir(), server.variables(origin))
    const store = make(server.folder('lake', 'users/', origin))
    await store.check(ctx)
    const contents = new Map<string, Buffer>()
    for (const [name, length] of [
      ['one.bin', 11_000_000],
      ['two.bin', 3_000],
      ['three.bin', 6_000_000],
    ] as const) {
      const bytes = randomBytes(length)
      const upload = await store.upload(ctx, name)
      for (let at = 0; at < length; at += 1_000_000) await upload.append(bytes.subarray(at, at + 1_000_000))
      const version = await upload.finish('')
      t.equal(await store.versionOf(ctx, name), version)
      contents.set(name, bytes)
    }
    for (const [name, bytes] of contents) t.ok(bytes.equals(await contentOf(store, ctx, name)), name)
    const manifest = Buffer.from('{"parts":[]}')
    await store.put(ctx, '_manifest.json', manifest)
    t.strictSame(Buffer.from((await store.get(ctx, '_manifest.json'))!), manifest)
    const aborted = await store.upload(ctx, 'four.bin')
    await aborted.append(randomBytes(6_000_000))
    await aborted.abort()
    await store.remove(ctx, ['one.bin'])
    const left: string[] = []
    for await (const { name } of store.list(ctx)) left.push(name)
    t.strictSame(left.toSorted(), ['_manifest.json', 'three.bin', 'two.bin'])
    t.ok(seen.failed >= 9, `${seen.failed} of ${seen.requests} requests failed`)
  })
