import { EntrapipeError } from '../../core/errors.ts'
import { retryAfterMs } from '../../graph/retry-after.ts'
import type { Refusal } from '../object-attempts.ts'
import type { S3Address } from './address.ts'

/** What an error of the library says that the service answered. */
export const s3Refusal = (error: unknown, nowMs: number): Refusal | undefined => {
  const { name, $metadata, $response } = error as {
    readonly name?: unknown
    readonly $metadata?: { readonly httpStatusCode?: number }
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
  }
  const status = $metadata?.httpStatusCode
  if (status === undefined) return undefined
  const code = String(name ?? '')
  return {
    // An answer that began well and then failed, or a clock that the library has corrected since.
    status: status === 200 || code === 'RequestTimeTooSkewed' ? 503 : status,
    code,
    retryAfterMs: retryAfterMs($response?.headers ?? {}, nowMs),
  }
}

type Words = (
  address: S3Address,
) => readonly [code: 'FILE_UNWRITABLE' | 'NOT_PERMITTED' | 'SIGN_IN_FAILED', message: string, fix: string]

const denied: Words = ({ bucket, prefix }) => [
  'NOT_PERMITTED',
  `The identity that signed in may not write to the bucket ${bucket}`,
  `Allow s3:PutObject, s3:GetObject, s3:DeleteObject, s3:AbortMultipartUpload on arn:aws:s3:::${bucket}/${prefix}*, and s3:ListBucket, s3:ListBucketMultipartUploads on arn:aws:s3:::${bucket}.`,
]

const unknownKeys: Words = ({ bucket }) => [
  'SIGN_IN_FAILED',
  `The service of the bucket ${bucket} did not accept the access key`,
  'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or sign in again.',
]

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const words: Readonly<Record<string, Words>> = {
  ENOTFOUND: ({ bucket, endpoint }) => [
    'FILE_UNWRITABLE',
    `The host of the bucket ${bucket} was not found`,
    endpoint === undefined
      ? 'Check the bucket, AWS_REGION and the network.'
      : 'Check AWS_ENDPOINT_URL_S3 and the network.',
  ],
  NoSuchBucket: ({ bucket }) => [
    'FILE_UNWRITABLE',
    `The bucket ${bucket} does not exist`,
    'Create it, or name another one. For a service other than Amazon’s, set AWS_ENDPOINT_URL_S3.',
  ],
  AccessDenied: denied,
  InvalidAccessKeyId: unknownKeys,
  SignatureDoesNotMatch: unknownKeys,
  ExpiredToken: unknownKeys,
  InvalidToken: unknownKeys,
  CredentialsProviderError: unknownKeys,
}

/** Explains what the service answered. */
export const s3Refused = ({ status, code }: Refusal, address: S3Address): EntrapipeError => {
  const facts = { bucket: address.bucket, status, answer: code }
  const found = words[code] ?? (status === 403 || status === 401 ? denied : undefined)
  if (found) {
    const [kind, message, fix] = found(address)
    return new EntrapipeError(kind, status === 0 ? `${message}.` : `${message} (${status} ${code}).`, { facts, fix })
  }
  return status === 404
    ? new EntrapipeError('FILE_MISSING', `An object was not found below ${address.target} (${code}).`, { facts })
    : new EntrapipeError(
        'WRITE_FAILED',
        `${address.target} cannot be written: the service answered ${status} ${code}.`,
        {
          facts,
          fix: 'Look up this answer in the documentation of the service.',
        },
      )
}
