import { addressInvalid, prefixOf, remoteAddress, written } from '../remote-address.ts'

/** A folder of a bucket. */
export interface S3Address {
  readonly bucket: string
  /** Empty, or ends in `/`. */
  readonly prefix: string
  /** Origin of another service than Amazon's. */
  readonly endpoint: string | undefined
  /** Canonical URL, with the endpoint: buckets of two services may have one name. */
  readonly target: string
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

const expected = 'Write s3://BUCKET/FOLDER/, or s3+https://HOST/BUCKET/FOLDER/ for a service other than Amazon’s.'

/**
 * Parses `s3://BUCKET/FOLDER/`, and `s3+https://HOST/BUCKET/FOLDER/`, the form of targets.
 *
 * @param endpoint of the environment, for the first form
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const s3Address = (address: string, endpoint: string | undefined): S3Address => {
  const url = remoteAddress(address)
  if (url.username !== '') throw addressInvalid(address, 'contains a user name', expected)
  const [, ownProtocol] = /^s3\+(https?:)$/.exec(url.protocol) ?? []
  const origin = ownProtocol === undefined ? endpoint && endpointOrigin(endpoint) : `${ownProtocol}//${url.host}`
  const path = url.pathname.split('/').slice(1)
  const bucket = (ownProtocol === undefined ? url.host : path.shift()) ?? ''
  if (!bucketName.test(bucket))
    throw addressInvalid(
      address,
      bucket === '' ? 'names no bucket' : `names a bucket, "${bucket}", that cannot exist`,
      expected,
    )
  const prefix = prefixOf(address, path)
  const root = origin ? `s3+${origin}/${bucket}` : `s3://${bucket}`
  return { bucket, prefix, endpoint: origin || undefined, target: `${root}/${written(prefix)}` }
}

const endpointOrigin = (endpoint: string): string => {
  const url = remoteAddress(endpoint)
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.pathname !== '/')
    throw addressInvalid(
      endpoint,
      'is not the address of a service',
      'Set AWS_ENDPOINT_URL_S3 to an address without a path, such as https://minio.example.com:9000.',
    )
  return url.origin
}
