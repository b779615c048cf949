import type { ListMultipartUploadsCommandInput, ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3'
import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { ObjectStore } from '../core/object-store.ts'
import { tidying, unlessThere, type Waiting } from './object-attempts.ts'
import { pieceBytes } from './pieces.ts'
import { s3Address, type S3Address } from './s3/address.ts'
import { openS3, type S3 } from './s3/client.ts'
import { s3Upload } from './s3/upload.ts'

/** Name of the upload that a check begins and ends. */
const checked = '_check'

type Marker = Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'>

/**
 * The objects below a folder of a bucket of Amazon S3, or of a service with the same interface (`AWS_ENDPOINT_URL_S3`). A small object
 * is one request; others are uploaded in parts, and are visible once their upload is completed. Its version is its ETag.
 *
 * @param to `s3://BUCKET/FOLDER/`
 */
export const s3Objects = (to: string): ObjectStore => {
  const addressIn = ({ environment }: Pick<Context, 'environment'>): S3Address =>
    s3Address(to, environment.variable('AWS_ENDPOINT_URL_S3') ?? environment.variable('AWS_ENDPOINT_URL'))
  let opened: Promise<S3> | undefined
  const open = async (ctx: Context) => {
    const address = addressIn(ctx)
    opened ??= openS3(address, ctx)
    // What is missing in the environment may be there the next time.
    opened.catch(() => (opened = undefined))
    const s3 = await opened
    const { bucket: Bucket, prefix } = address
    return { s3, address, prefix, Bucket, at: (name: string) => ({ Bucket, Key: prefix + name }) }
  }
  type Opened = Awaited<ReturnType<typeof open>>

  const head = ({ s3, at }: Opened, waiting: Waiting, name: string) =>
    s3.seek(waiting, () => s3.client.send(new s3.library.HeadObjectCommand(at(name)), { abortSignal: waiting.signal }))

  /** Unfinished uploads below the folder: their names and ids. */
  async function* unfinished({ s3, Bucket, prefix }: Opened, ctx: Waiting) {
    for (let from: Marker | undefined = {}; from;) {
      const start: Marker = from
      const page: ListMultipartUploadsCommandOutput | undefined = await s3.seek(ctx, () =>
        s3.client.send(
          new s3.library.ListMultipartUploadsCommand({ Bucket, Prefix: prefix, Delimiter: '/', ...start }),
          { abortSignal: ctx.signal },
        ),
      )
      for (const { Key = '', UploadId = '' } of page?.Uploads ?? []) yield { name: Key.slice(prefix.length), UploadId }
      from = page?.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined
    }
  }

  /** What is in the folder, a thousand at a time. */
  async function* pages({ s3, Bucket, prefix }: Opened, ctx: Waiting) {
    for (let token: string | undefined, isFirst = true; isFirst || token; isFirst = false) {
      const ContinuationToken = token
      const page = await s3.seek(ctx, () =>
        s3.client.send(
          new s3.library.ListObjectsV2Command({
            Bucket,
            Prefix: prefix,
            Delimiter: '/',
            ...(ContinuationToken && { ContinuationToken }),
          }),
          { abortSignal: ctx.signal },
        ),
      )
      if (page) yield page
      token = page?.NextContinuationToken
    }
  }

  return {
    target: ctx => addressIn(ctx).target,
    async check(ctx) {
      const { s3, at } = await open(ctx)
      const { CreateMultipartUploadCommand, AbortMultipartUploadCommand } = s3.library
      const options = { abortSignal: ctx.signal }
      // It creates no object, but needs the same permissions.
      const { UploadId } = await s3.request(ctx, () =>
        s3.client.send(new CreateMultipartUploadCommand(at(checked)), options),
      )
      await s3.seek(ctx, () => s3.client.send(new AbortMultipartUploadCommand({ ...at(checked), UploadId }), options))
    },
    async upload(ctx, name) {
      const { s3, at } = await open(ctx)
      return s3Upload(ctx, s3, at(name))
    },
    async put(ctx, name, bytes) {
      const { s3, at } = await open(ctx)
      await s3.request(ctx, () =>
        s3.client.send(new s3.library.PutObjectCommand({ ...at(name), Body: bytes }), { abortSignal: ctx.signal }),
      )
    },
    async create(ctx, name, bytes) {
      const inBucket = await open(ctx)
      const { s3, at } = inBucket
      if (await head(inBucket, ctx, name)) return false
      const command = new s3.library.PutObjectCommand({ ...at(name), Body: bytes, IfNoneMatch: '*' })
      return unlessThere(s3.request(ctx, () => s3.client.send(command, { abortSignal: ctx.signal })))
    },
    async get(ctx, name) {
      const { s3, at } = await open(ctx)
      const tidy = tidying(ctx)
      return s3.seek(tidy, async () => {
        const { Body } = await s3.client.send(new s3.library.GetObjectCommand(at(name)), { abortSignal: tidy.signal })
        return await Body!.transformToByteArray()
      })
    },
    async *read(ctx, name) {
      const inBucket = await open(ctx)
      const { s3, at, address } = inBucket
      const found = await head(inBucket, ctx, name)
      if (!found) throw new EntrapipeError('FILE_MISSING', `${address.target}${name} does not exist.`)
      const { ContentLength = 0, ETag } = found
      for (let from = 0; from < ContentLength; from += pieceBytes)
        yield await s3.request(ctx, async () => {
          const Range = `bytes=${from}-${Math.min(from + pieceBytes, ContentLength) - 1}`
          const command = new s3.library.GetObjectCommand({ ...at(name), Range, ...(ETag && { IfMatch: ETag }) })
          const { Body } = await s3.client.send(command, { abortSignal: ctx.signal })
          return await Body!.transformToByteArray()
        })
    },
    async versionOf(ctx, name) {
      return (await head(await open(ctx), tidying(ctx), name))?.ETag
    },
    async *list(ctx) {
      const inBucket = await open(ctx)
      const tidy = tidying(ctx)
      for await (const { Contents = [] } of pages(inBucket, tidy))
        for (const { Key = '', Size = 0 } of Contents)
          // An object of the folder's own name is how some tools show an empty folder.
          if (Key !== inBucket.prefix) yield { name: Key.slice(inBucket.prefix.length), bytes: Size }
      for await (const { name } of unfinished(inBucket, tidy)) yield { name, bytes: 0, unfinished: true }
    },
    async *folders(ctx) {
      const inBucket = await open(ctx)
      for await (const { CommonPrefixes = [] } of pages(inBucket, tidying(ctx)))
        for (const { Prefix = '' } of CommonPrefixes) yield Prefix.slice(inBucket.prefix.length, -1)
    },
    async remove(ctx, names) {
      const inBucket = await open(ctx)
      const { s3, at } = inBucket
      const tidy = tidying(ctx)
      const options = { abortSignal: tidy.signal }
      const wanted = new Set(names)
      if (wanted.size === 0) return
      for await (const { name, UploadId } of unfinished(inBucket, tidy))
        // A process that was killed while it checked left one.
        if (wanted.has(name) || name === checked)
          await s3.seek(tidy, () =>
            s3.client.send(new s3.library.AbortMultipartUploadCommand({ ...at(name), UploadId }), options),
          )
      for (const name of wanted)
        await s3.seek(tidy, () => s3.client.send(new s3.library.DeleteObjectCommand(at(name)), options))
    },
  }
}
