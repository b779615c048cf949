import type { CloudName } from '../../data/clouds.ts'
import { isLoopback } from '../../graph/loopback.ts'
import { addressInvalid, prefixOf, remoteAddress, written } from '../remote-address.ts'

/** A folder of a container. */
export interface BlobAddress {
  /** Of the account's blob service, without a slash at its end. */
  readonly serviceUrl: string
  readonly account: string
  /** Whose sign-in it accepts; undefined on this machine, where nobody signs in. */
  readonly cloud: CloudName | undefined
  readonly container: string
  /** Empty, or ends in `/`. */
  readonly prefix: string
  /** Canonical URL: one folder has one, whichever way it is written. */
  readonly target: string
}

/**
 * Hosts of blob and Data Lake services: the global cloud, US government, China; with or without a DNS zone or private link.
 *
 * @see https://learn.microsoft.com/azure/storage/common/storage-account-overview
 */
const service =
  /^([a-z0-9]{3,24})((?:\.(?:privatelink|z\d+))?)\.(?:blob|dfs)\.(core\.windows\.net|core\.usgovcloudapi\.net|core\.chinacloudapi\.cn|storage\.azure\.net)$/

/** @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const containerName = /^(?:\$web|\$root|[a-z0-9](?:-?[a-z0-9]){2,62})$/

const expected =
  'Write https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER/ or abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/FOLDER/.'

/**
 * Parses `https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER/` and `abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/FOLDER/`. Data
 * Lake Storage has the same blobs under both hosts. On this machine, as in emulators, the account is the first part of the path.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const blobAddress = (address: string): BlobAddress => {
  const url = remoteAddress(address)
  const path = url.pathname.split('/').slice(1)
  const isLake = url.protocol === 'abfss:'
  if (!isLake && !/^https?:$/.test(url.protocol))
    throw addressInvalid(address, 'is not the address of a container of Azure Storage', expected)
  if (isLake) path.unshift(decodeURIComponent(url.username))
  else if (url.username !== '') throw addressInvalid(address, 'contains a user name', expected)
  const place = isLoopback(url) ? emulated(url, path, isLake) : hosted(url)
  if (!place) throw addressInvalid(address, 'is not the address of a container of Azure Storage', expected)
  const [container = '', ...names] = path
  if (!containerName.test(container))
    throw addressInvalid(
      address,
      container === '' ? 'names no container' : `names a container, "${container}", that cannot exist`,
      `${expected} Names of containers have 3 to 63 lower-case letters, digits and single hyphens.`,
    )
  const prefix = prefixOf(address, names)
  return { ...place, container, prefix, target: `${place.serviceUrl}/${container}/${written(prefix)}` }
}

const hosted = ({ hostname, port }: URL) => {
  const [, account, zone, cloud] = service.exec(hostname.toLowerCase()) ?? []
  return account !== undefined && port === ''
    ? { account, cloud: cloudOf(cloud!), serviceUrl: `https://${account}${zone!}.blob.${cloud!}` }
    : undefined
}

const cloudOf = (suffix: string): CloudName =>
  suffix.includes('usgov') ? 'usgov' : suffix.includes('china') ? 'china' : 'global'

/** Takes the account from the path. */
const emulated = ({ origin }: URL, path: string[], isLake: boolean) => {
  const account = isLake ? undefined : path.shift()
  return account ? { account, cloud: undefined, serviceUrl: `${origin}/${account}` } : undefined
}
