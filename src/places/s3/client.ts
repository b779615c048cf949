import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import type * as S3Module from '@aws-sdk/client-s3'
import type { Context } from '../../core/context.ts'
import type { Environment } from '../../core/environment.ts'
import { EntrapipeError, errorOf } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { attempts, type Attempts } from '../object-attempts.ts'
import { objectRequests, type SendObjectRequest } from '../object-requests.ts'
import type { S3Address } from './address.ts'
import { s3Refusal, s3Refused } from './refusals.ts'

/** A service with buckets, and how to send requests to it. Its library does not retry. */
export interface S3 extends Attempts {
  readonly client: S3Client
  readonly library: typeof S3Module
}

/**
 * Loads the library (about 35 MB), and signs in as the environment says: the variables of the AWS CLI, its files, a role of the container
 * or of the machine. Nothing is requested from the bucket yet.
 *
 * @throws EntrapipeError `SIGN_IN_FAILED`; `CONFIG_INVALID` without a region
 */
export const openS3 = async (
  address: S3Address,
  { environment, clock }: Pick<Context, 'environment' | 'clock'>,
): Promise<S3> => {
  const send = await objectRequests(environment)
  const library = await import('@aws-sdk/client-s3')
  const region = environment.variable('AWS_REGION') ?? environment.variable('AWS_DEFAULT_REGION')
  const client = new library.S3Client({
    ...given({
      // Other services ignore the region, which is part of the signature.
      region: region ?? (address.endpoint && 'us-east-1'),
      endpoint: address.endpoint,
      credentials: keysIn(environment),
    }),
    // Other services need not have a host name for each bucket, and not all of them know newer checksums.
    ...(address.endpoint && { forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' as const }),
    followRegionRedirects: true,
    maxAttempts: 1,
    requestHandler: requestHandler(send),
  })
  try {
    await client.config.region()
  } catch (cause) {
    throw new EntrapipeError('CONFIG_INVALID', `The region of the bucket ${address.bucket} is not known.`, {
      cause,
      fix: 'Set AWS_REGION in the environment.',
    })
  }
  try {
    await client.config.credentials()
  } catch (error) {
    throw new EntrapipeError(
      'SIGN_IN_FAILED',
      `No sign-in to the bucket ${address.bucket} works: ${errorOf(error).message}.`,
      {
        facts: { bucket: address.bucket },
        fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or sign in with the AWS CLI and set AWS_PROFILE.',
      },
    )
  }
  return {
    client,
    library,
    ...attempts({
      name: `The bucket ${address.bucket}`,
      refusalOf: error => s3Refusal(error, clock.now()),
      explain: refusal => s3Refused(refusal, address),
    }),
  }
}

/** Undefined for what the library finds itself. */
const keysIn = ({ variable }: Environment) => {
  const accessKeyId = variable('AWS_ACCESS_KEY_ID')
  const secretAccessKey = variable('AWS_SECRET_ACCESS_KEY')
  return accessKeyId === undefined || secretAccessKey === undefined
    ? undefined
    : { accessKeyId, secretAccessKey, ...given({ sessionToken: variable('AWS_SESSION_TOKEN') }) }
}

type Handler = S3Client['config']['requestHandler']
type Request = Parameters<Handler['handle']>[0]

/** The transport, in the library's format. */
const requestHandler = (send: SendObjectRequest): Handler => ({
  async handle(request: Request, { abortSignal }: { abortSignal?: unknown } = {}) {
    const { protocol, hostname, port, path, query, method, headers } = request
    const {
      status,
      headers: answered,
      bytes,
    } = await send({
      url: `${protocol}//${hostname}${port ? `:${port}` : ''}${path}${queryOf(query)}`,
      method,
      headers,
      body: request.body as Uint8Array | string | undefined,
      signal: abortSignal as AbortSignal | undefined,
    })
    const response = { statusCode: status, headers: answered, body: Readable.from([bytes], { objectMode: false }) }
    return { response: response as unknown as Awaited<ReturnType<Handler['handle']>>['response'] }
  },
  updateHttpClientConfig: () => undefined,
  httpHandlerConfigs: () => ({}),
})

/** As the library signs it. */
const queryOf = (query: Readonly<Record<string, string | readonly string[] | null>> = {}): string => {
  const escaped = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map(one => (one === null ? escaped(name) : `${escaped(name)}=${escaped(String(one))}`)),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
