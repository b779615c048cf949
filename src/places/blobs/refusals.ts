import { EntrapipeError } from '../../core/errors.ts'
import { retryAfterMs } from '../../graph/retry-after.ts'
import type { Refusal } from '../object-attempts.ts'
import type { BlobAddress } from './address.ts'

/** What an error of the library says that the service answered. */
export const blobRefusal = (error: unknown, nowMs: number): Refusal | undefined => {
  const { statusCode, code, response } = error as {
    readonly statusCode?: unknown
    readonly code?: unknown
    readonly response?: { readonly headers?: { toJSON(): Readonly<Record<string, string>> } }
  }
  if (typeof statusCode !== 'number') return undefined
  const headers = response?.headers?.toJSON() ?? {}
  return {
    status: statusCode,
    code: headers['x-ms-error-code'] ?? String(code ?? ''),
    retryAfterMs: retryAfterMs(headers, nowMs),
  }
}

const role =
  'Assign the role Storage Blob Data Contributor to it, on the container or on the account. Owner and Contributor do not include it, and it can take 10 minutes until it works.'

type Words = (
  address: BlobAddress,
) => readonly [code: 'FILE_UNWRITABLE' | 'NOT_PERMITTED' | 'SIGN_IN_FAILED', message: string, fix: string]

/** @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
const words: Readonly<Record<string, Words>> = {
  ENOTFOUND: ({ account }) => [
    'FILE_UNWRITABLE',
    `The storage account ${account} was not found`,
    'Check the name of the account in the address, and the network.',
  ],
  ContainerNotFound: ({ account, container }) => [
    'FILE_UNWRITABLE',
    `The storage account ${account} has no container ${container}`,
    'Create the container, or name another one.',
  ],
  ContainerBeingDeleted: ({ account, container }) => [
    'FILE_UNWRITABLE',
    `The container ${container} of the storage account ${account} is being deleted`,
    'Create it again in a minute, or name another one.',
  ],
  AuthorizationPermissionMismatch: ({ account, container }) => [
    'NOT_PERMITTED',
    `The identity that signed in to the storage account ${account} may not write to the container ${container}`,
    role,
  ],
  AuthorizationFailure: ({ account, container }) => [
    'NOT_PERMITTED',
    `The storage account ${account} does not allow this identity, or this machine, to write to the container ${container}`,
    `${role} A SAS must allow read, add, create, write, delete and list. If the account has a firewall, allow this network.`,
  ],
  AuthorizationPermissionDenied: ({ account, container }) => [
    'NOT_PERMITTED',
    `The SAS for the storage account ${account} does not allow what is needed in the container ${container}`,
    'Create one that allows read, add, create, write, delete and list.',
  ],
  KeyBasedAuthenticationNotPermitted: ({ account }) => [
    'NOT_PERMITTED',
    `The storage account ${account} does not accept account keys`,
    'Unset AZURE_STORAGE_KEY and AZURE_STORAGE_KEY_FILE, and sign in as an app, a managed identity or a person.',
  ],
  AuthenticationFailed: ({ account }) => [
    'SIGN_IN_FAILED',
    `The storage account ${account} did not accept the key, SAS or token`,
    'Check that it belongs to this account and has not expired, and that the clock of this machine is right.',
  ],
  InvalidAuthenticationInfo: ({ account }) => [
    'SIGN_IN_FAILED',
    `The storage account ${account} did not accept the token`,
    'Check that AZURE_TENANT_ID is the tenant of the account’s subscription.',
  ],
}

/** Explains what the service answered. */
export const blobRefused = (refusal: Refusal, address: BlobAddress): EntrapipeError => {
  const { status, code } = refusal
  const facts = { account: address.account, container: address.container, status, answer: code }
  const found =
    words[code] ??
    (status === 403 ? words['AuthorizationFailure'] : status === 401 ? words['InvalidAuthenticationInfo'] : undefined)
  if (found) {
    const [kind, message, fix] = found(address)
    return new EntrapipeError(kind, status === 0 ? `${message}.` : `${message} (${status} ${code}).`, { facts, fix })
  }
  return status === 404
    ? new EntrapipeError('FILE_MISSING', `A blob was not found below ${address.target} (${code}).`, { facts })
    : new EntrapipeError(
        'WRITE_FAILED',
        `${address.target} cannot be written: the service answered ${status} ${code}.`,
        {
          facts,
          fix: 'Look up this answer in the error codes of Azure Blob Storage.',
        },
      )
}
