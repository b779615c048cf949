import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { installed } from './installed.ts'
import { listening } from './listening.ts'
import type { ObjectServer } from './object-server.ts'

interface S3rver {
  callback(): RequestListener
  readonly store: {
    putBucket(name: string): Promise<void>
    /** The folder of the unfinished uploads of a bucket. */
    getResourcePath(bucket: string, key: undefined, resource: 'uploads'): string
  }
}

/** Starts s3rver, a server with the interface of Amazon S3, for a test. Its files are in a folder of its own. */
export const s3rver = async (t: Test): Promise<ObjectServer> => {
  const Server = installed<new (options: object) => S3rver>('s3rver')
  const directory = await mkdtemp(join(tmpdir(), 'entrapipe-s3rver-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const server = new Server({ directory, silent: true, vhostBuckets: false })
  const answer = server.callback()
  const origin = await listening(
    t,
    createServer((request, reply) => {
      unfinished(server, request, reply)
        .then(isDone => isDone || answer(request, reply))
        .catch((error: unknown) => reply.destroy(error as Error))
    }),
  )
  return {
    origin,
    variables: (at = origin) => ({
      AWS_ENDPOINT_URL_S3: at,
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
    }),
    folder: (bucket, folder) => `s3://${bucket}/${folder}`,
    create: name => server.store.putBucket(name),
  }
}

/**
 * The requests about unfinished uploads that s3rver does not have, and its answer to those about an unknown one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 */
const unfinished = async ({ store }: S3rver, request: IncomingMessage, reply: ServerResponse): Promise<boolean> => {
  const url = new URL(request.url!, 'http://localhost')
  const [, bucket = '', ...key] = url.pathname.split('/')
  const folder = store.getResourcePath(bucket, undefined, 'uploads')
  const upload = url.searchParams.get('uploadId')
  if (upload !== null) {
    const isKnown = (await uploadsIn(folder)).some(({ id }) => id === upload)
    if (isKnown && request.method !== 'DELETE') return false
    await rm(join(folder, upload), { recursive: true, force: true })
    request.resume()
    reply.writeHead(isKnown ? 204 : 404, { 'content-type': 'application/xml' })
    reply.end(isKnown ? undefined : '<Error><Code>NoSuchUpload</Code><Message>No such upload.</Message></Error>')
    return true
  }
  if (request.method === 'GET' && key.join('') === '' && url.searchParams.has('uploads')) {
    const prefix = url.searchParams.get('prefix') ?? ''
    const listed = (await uploadsIn(folder))
      .filter(upload => upload.key.startsWith(prefix) && !upload.key.slice(prefix.length).includes('/'))
      .map(({ id, key }) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`)
    reply.writeHead(200, { 'content-type': 'application/xml' })
    reply.end(
      `<ListMultipartUploadsResult><Bucket>${bucket}</Bucket><IsTruncated>false</IsTruncated>${listed.join('')}</ListMultipartUploadsResult>`,
    )
    return true
  }
  return false
}

const uploadsIn = async (folder: string): Promise<readonly { readonly id: string; readonly key: string }[]> => {
  const ids = await readdir(folder).catch(() => [])
  return Promise.all(ids.map(async id => ({ id, key: await readFile(join(folder, id, 'key'), 'utf8') })))
}
