import { EntrapipeError } from '../core/errors.ts'
import { isLoopback } from '../graph/loopback.ts'

/** The error for an address that cannot be used. It never repeats a query or a password. */
export const addressInvalid = (address: string, why: string, fix: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', `${withoutSecrets(address)} ${why}.`, { fix })

/** An address without what may be secret in it. */
const withoutSecrets = (address: string): string => address.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*:[^/@]*@/, '//')

/**
 * Parses the address of a remote folder.
 *
 * @throws EntrapipeError `OPTION_INVALID` for one with a query, a fragment or a password, and for plain http to another machine
 */
export const remoteAddress = (address: string): URL => {
  if (!URL.canParse(address)) throw addressInvalid(address, 'is not an address', 'Check it for typing errors.')
  const url = new URL(address)
  if (url.search !== '' || url.hash !== '' || url.password !== '' || /[?#]/.test(address))
    throw addressInvalid(
      address,
      'is followed by a query or contains a password, which would be visible to others and is not used',
      'Leave it out. A SAS belongs in the environment variable AZURE_STORAGE_SAS_TOKEN, keys of S3 in AWS_SECRET_ACCESS_KEY.',
    )
  if (/(?:^|\+)http:$/.test(url.protocol) && !isLoopback(url))
    throw addressInvalid(address, 'uses plain http, so everything would be sent unencrypted', 'Use https.')
  return url
}

/**
 * The prefix of names below a container or a bucket: empty, or ending in `/`.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const prefixOf = (address: string, path: readonly string[]): string => {
  const parts = path.at(-1) === '' ? path.slice(0, -1) : path
  if (parts.includes('')) throw addressInvalid(address, 'has two slashes in a row', 'Remove one of them.')
  try {
    return parts.map(part => `${decodeURIComponent(part)}/`).join('')
  } catch {
    throw addressInvalid(address, 'contains a % that is not the beginning of an escape', 'Write it as %25.')
  }
}

/** A prefix as it is written in an address. */
export const written = (prefix: string): string => prefix.split('/').map(encodeURIComponent).join('/')
