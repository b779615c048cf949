import { randomUUID } from 'node:crypto'
import type { CompletedPart } from '@aws-sdk/client-s3'
import type { Context } from '../../core/context.ts'
import { isCode } from '../../core/errors.ts'
import type { ObjectUpload } from '../../core/object-store.ts'
import { tidying } from '../object-attempts.ts'
import { pieces } from '../pieces.ts'
import type { S3 } from './client.ts'

interface Named {
  readonly Bucket: string
  readonly Key: string
}

/** The metadata that names the upload which made an object. */
const uploadName = 'upload'

/**
 * Uploads an object: in one request if it is smaller than a piece, else in parts.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export const s3Upload = (ctx: Context, { client, library, request, seek }: S3, at: Named): ObjectUpload => {
  const options = { abortSignal: ctx.signal }
  const upload = randomUUID()
  const parts: CompletedPart[] = []
  let UploadId: string | undefined

  const begin = async (): Promise<string> => {
    const begun = await request(ctx, () =>
      client.send(new library.CreateMultipartUploadCommand({ ...at, Metadata: { [uploadName]: upload } }), options),
    )
    return begun.UploadId!
  }
  const sendPart = async (bytes: Uint8Array): Promise<void> => {
    UploadId ??= await begin()
    const PartNumber = parts.length + 1
    const { ETag } = await request(ctx, () =>
      client.send(new library.UploadPartCommand({ ...at, UploadId, PartNumber, Body: bytes }), options),
    )
    parts.push({ PartNumber, ...(ETag && { ETag }) })
  }
  const body = pieces(sendPart)

  /** A completion whose reply was lost is refused when it is repeated: the object says which upload made it. */
  const wasCompleted = async (): Promise<string | undefined> => {
    const found = await seek(ctx, () => client.send(new library.HeadObjectCommand(at), options))
    return found?.Metadata?.[uploadName] === upload ? found.ETag : undefined
  }
  const complete = async (): Promise<string> => {
    let repeated = false
    try {
      const { ETag } = await request(ctx, again => {
        repeated = again
        const command = new library.CompleteMultipartUploadCommand({
          ...at,
          UploadId,
          MultipartUpload: { Parts: parts },
        })
        return client.send(command, options)
      })
      return ETag!
    } catch (error) {
      const done = repeated && isCode(error, 'FILE_MISSING') ? await wasCompleted() : undefined
      if (done === undefined) throw error
      return done
    }
  }

  return {
    append: bytes => body.append(bytes),
    async finish() {
      const rest = await body.rest()
      if (UploadId === undefined) {
        const { ETag } = await request(ctx, () =>
          client.send(new library.PutObjectCommand({ ...at, Body: rest }), options),
        )
        return ETag!
      }
      if (rest.length > 0) await sendPart(rest)
      return complete()
    },
    async abort() {
      await body.rest().catch(() => undefined)
      if (UploadId === undefined) return
      const tidy = tidying(ctx)
      await seek(tidy, () =>
        client.send(new library.AbortMultipartUploadCommand({ ...at, UploadId }), { abortSignal: tidy.signal }),
      )
    },
  }
}
