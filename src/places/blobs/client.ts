import { Readable } from 'node:stream'
import type * as BlobModule from '@azure/storage-blob'
import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob'
import type { Context } from '../../core/context.ts'
import { attempts, type Attempts } from '../object-attempts.ts'
import { objectRequests, type SendObjectRequest } from '../object-requests.ts'
import type { BlobAddress } from './address.ts'
import { blobRefusal, blobRefused } from './refusals.ts'
import { blobSignIn, type BlobSignIn } from './sign-in.ts'

/** A container, and how to send requests to it. Its library does not retry. */
export interface BlobClient extends Attempts {
  readonly container: ContainerClient
}

/**
 * Signs in to the account of a container, and loads the library (about 20 MB). Nothing is requested yet.
 *
 * @throws EntrapipeError see `blobSignIn`; `FILE_UNREADABLE` for a CA file
 */
export const openBlobs = async (
  address: BlobAddress,
  ctx: Pick<Context, 'environment' | 'clock'>,
): Promise<BlobClient> => {
  const signIn = await blobSignIn(address, ctx)
  const library = await import('@azure/storage-blob')
  const options: StoragePipelineOptions = {
    httpClient: httpClient(await objectRequests(ctx.environment)),
    retryOptions: { maxTries: 1 },
  }
  const url = `${address.serviceUrl}/${address.container}${'sas' in signIn ? `?${signIn.sas}` : ''}`
  return {
    container: new library.ContainerClient(url, library.newPipeline(credentialOf(signIn, address, library), options)),
    ...attempts({
      name: `The storage account ${address.account}`,
      refusalOf: error => blobRefusal(error, ctx.clock.now()),
      explain: refusal => blobRefused(refusal, address),
    }),
  }
}

const credentialOf = (signIn: BlobSignIn, { account }: BlobAddress, library: typeof BlobModule) => {
  if ('sas' in signIn) return new library.AnonymousCredential()
  if ('key' in signIn) return new library.StorageSharedKeyCredential(account, signIn.key)
  const { credential } = signIn
  return {
    async getToken(_scopes: string | string[], { abortSignal }: { abortSignal?: unknown } = {}) {
      const { token, expiresAtMs } = await credential.token(
        abortSignal instanceof AbortSignal ? { signal: abortSignal } : {},
      )
      return { token, expiresOnTimestamp: expiresAtMs }
    },
  }
}

type HttpClient = NonNullable<StoragePipelineOptions['httpClient']>
type Reply = Awaited<ReturnType<HttpClient['sendRequest']>>

/** The transport, in the library's format. */
const httpClient = (send: SendObjectRequest): HttpClient => ({
  async sendRequest(request) {
    const { status, headers, bytes } = await send({
      url: request.url,
      method: request.method,
      headers: request.headers.toJson({ preserveCase: true }),
      body: request.body as Uint8Array | string | undefined,
      signal: request.abortSignal as AbortSignal | undefined,
    })
    return {
      request,
      status,
      // The library reads them with this method only.
      headers: { toJson: () => headers } as unknown as Reply['headers'],
      ...(request.streamResponseStatusCodes?.has(status)
        ? { readableStreamBody: Readable.from([bytes], { objectMode: false }) }
        : { bodyAsText: bytes.toString() }),
    }
  },
})
