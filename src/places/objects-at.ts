import type { EntrapipeError } from '../core/errors.ts'
import type { ObjectStore } from '../core/object-store.ts'
import { blobObjects } from './blob-objects.ts'
import { folderObjects } from './folder-objects.ts'
import { addressInvalid, remoteAddress } from './remote-address.ts'
import { s3Objects } from './s3-objects.ts'

/** Whether a `to` names a folder of part files. */
export const isFolder = (to: string): boolean => to.endsWith('/')

/** Whether a `to` is an address of another machine, not a path. */
export const isRemote = (to: string): boolean => /^[a-z][a-z\d+.-]+:\/\//i.test(to)

/**
 * Returns the objects below a `to` that ends in `/`: a folder, a container of Azure Storage, a bucket.
 *
 * @throws EntrapipeError `OPTION_INVALID` for an address that cannot be used
 */
export const objectsAt = (to: string): ObjectStore => {
  if (!isRemote(to)) return folderObjects(to)
  const [scheme] = to.toLowerCase().split('://')
  if (scheme === 'https' || scheme === 'http' || scheme === 'abfss') return blobObjects(to)
  if (/^s3(\+https?)?$/.test(scheme!)) return s3Objects(to)
  throw addressInvalid(
    to,
    'is an address that cannot be written to',
    'Name a folder, https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER/, abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/FOLDER/ or s3://BUCKET/FOLDER/.',
  )
}

/**
 * The error for one file at an address: only folders of part files can be resumed there.
 *
 * @throws EntrapipeError `OPTION_INVALID` as `remoteAddress` does
 */
export const noFileThere = (to: string): EntrapipeError => {
  // A folder's address that was copied with its SAS has a query after the slash.
  remoteAddress(to)
  return addressInvalid(
    to,
    'is an address of another machine, where only folders of part files are written',
    'End it with /.',
  )
}
