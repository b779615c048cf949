import { randomUUID } from 'node:crypto'
import type { BlobItem, BlockBlobClient } from '@azure/storage-blob'
import type { Context } from '../core/context.ts'
import type { ObjectStore, ObjectUpload } from '../core/object-store.ts'
import { blobAddress } from './blobs/address.ts'
import { openBlobs, type BlobClient } from './blobs/client.ts'
import { tidying, unlessThere, type Waiting } from './object-attempts.ts'
import { pieceBytes, pieces } from './pieces.ts'

/**
 * The blobs below a folder of a container of Azure Blob Storage or Azure Data Lake Storage. An object is uploaded in blocks, and is
 * visible once their list is committed. Its version is its ETag.
 *
 * @param to `https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER/` or `abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/FOLDER/`
 * @throws EntrapipeError `OPTION_INVALID` for another address
 */
export const blobObjects = (to: string): ObjectStore => {
  const address = blobAddress(to)
  let opened: Promise<BlobClient> | undefined
  const open = (ctx: Context): Promise<BlobClient> => {
    opened ??= openBlobs(address, ctx)
    // What is missing in the environment may be there the next time.
    opened.catch(() => (opened = undefined))
    return opened
  }
  const blobIn = async (ctx: Context, name: string) => {
    const client = await open(ctx)
    return { client, blob: client.container.getBlockBlobClient(address.prefix + name) }
  }

  async function* segments(ctx: Context, includeUncommitedBlobs: boolean) {
    const { container, seek } = await open(ctx)
    const tidy = tidying(ctx)
    for (let continuationToken: string | undefined, isFirst = true; isFirst || continuationToken; isFirst = false) {
      const page = await seek(tidy, async () => {
        const listing = container.listBlobsByHierarchy('/', {
          prefix: address.prefix,
          includeUncommitedBlobs,
          abortSignal: tidy.signal,
        })
        return (await listing.byPage({ ...(continuationToken && { continuationToken }) }).next()).value
      })
      if (page) yield page.segment
      continuationToken = page?.continuationToken
    }
  }
  async function* names(ctx: Context, includeUncommitedBlobs: boolean): AsyncGenerator<BlobItem> {
    for await (const { blobItems } of segments(ctx, includeUncommitedBlobs)) yield* blobItems
  }

  return {
    target: () => address.target,
    async check(ctx) {
      const { client, blob } = await blobIn(ctx, '_check')
      // No blob has this version, so nothing is written, but all that a write needs is checked before that.
      const conditions = { ifMatch: '"0x0"' }
      await unlessThere(client.request(ctx, () => blob.upload('', 0, { conditions, abortSignal: ctx.signal })))
    },
    async upload(ctx, name) {
      const { client, blob } = await blobIn(ctx, name)
      return blobUpload(ctx, client, blob)
    },
    async put(ctx, name, bytes) {
      const { client, blob } = await blobIn(ctx, name)
      await client.request(ctx, () => blob.upload(bytes, bytes.length, { abortSignal: ctx.signal }))
    },
    async create(ctx, name, bytes) {
      const { client, blob } = await blobIn(ctx, name)
      const conditions = { ifNoneMatch: '*' }
      return unlessThere(
        client.request(ctx, () => blob.upload(bytes, bytes.length, { conditions, abortSignal: ctx.signal })),
      )
    },
    async get(ctx, name) {
      const { client, blob } = await blobIn(ctx, name)
      const tidy = tidying(ctx)
      return client.seek(tidy, () => blob.downloadToBuffer(0, undefined, { abortSignal: tidy.signal }))
    },
    async *read(ctx, name) {
      const { client, blob } = await blobIn(ctx, name)
      const found = await client.request(ctx, () => blob.getProperties({ abortSignal: ctx.signal }))
      const { contentLength = 0, etag } = found
      for (let at = 0; at < contentLength; at += pieceBytes)
        yield await client.request(ctx, () =>
          blob.downloadToBuffer(at, Math.min(pieceBytes, contentLength - at), {
            abortSignal: ctx.signal,
            conditions: { ...(etag && { ifMatch: etag }) },
          }),
        )
    },
    async versionOf(ctx, name) {
      const { client, blob } = await blobIn(ctx, name)
      return (await client.seek(ctx, () => blob.getProperties({ abortSignal: ctx.signal })))?.etag
    },
    async *list(ctx) {
      const committed = new Set<string>()
      for await (const { name, properties } of names(ctx, false)) {
        committed.add(name)
        yield { name: name.slice(address.prefix.length), bytes: properties.contentLength ?? 0 }
      }
      for await (const { name, properties } of names(ctx, true))
        if (!committed.has(name))
          yield { name: name.slice(address.prefix.length), bytes: properties.contentLength ?? 0, unfinished: true }
    },
    async *folders(ctx) {
      for await (const { blobPrefixes = [] } of segments(ctx, true))
        for (const { name } of blobPrefixes) yield name.slice(address.prefix.length, -1)
    },
    async remove(ctx, names) {
      const tidy = tidying(ctx)
      for (const name of names) {
        const { client, blob } = await blobIn(ctx, name)
        await discardBlocks(tidy, client, blob)
        await client.seek(tidy, () => blob.delete({ abortSignal: tidy.signal }))
      }
    },
  }
}

/** Stages blocks, each while the next one fills. */
const blobUpload = (ctx: Context, client: BlobClient, blob: BlockBlobClient): ObjectUpload => {
  const abortSignal = ctx.signal
  // Blocks of an earlier upload of this name must not be committed with these.
  const upload = randomUUID()
  const ids: string[] = []
  const stage = async (bytes: Uint8Array): Promise<void> => {
    const id = Buffer.from(`${upload} ${String(ids.length).padStart(6, '0')}`).toString('base64')
    ids.push(id)
    await client.request(ctx, () => blob.stageBlock(id, bytes, bytes.length, { abortSignal }))
  }
  const body = pieces(stage)
  return {
    append: bytes => body.append(bytes),
    async finish() {
      const rest = await body.rest()
      if (rest.length > 0) await stage(rest)
      const { etag } = await client.request(ctx, () => blob.commitBlockList(ids, { abortSignal }))
      return etag!
    },
    async abort() {
      await body.rest().catch(() => undefined)
      if (ids.length > 0) await discardBlocks(tidying(ctx), client, blob)
    },
  }
}

/**
 * Removes the blocks of an upload that nobody committed. There is no request for it: committing an empty list does it, and the
 * empty blob is then removed. A blob that exists stays, and so do blocks staged for it: the service removes them after a week.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-list
 */
const discardBlocks = async (ctx: Waiting, client: BlobClient, blob: BlockBlobClient): Promise<void> => {
  const abortSignal = ctx.signal
  const found = await client.seek(ctx, () => blob.getBlockList('all', { abortSignal }))
  if (!found?.uncommittedBlocks?.length || found.committedBlocks?.length) return
  await client.request(ctx, () => blob.commitBlockList([], { abortSignal }))
  await client.seek(ctx, () => blob.delete({ abortSignal }))
}
