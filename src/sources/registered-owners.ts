import { given } from '../core/given.ts'
import type { Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, optional, someText, someTexts } from '../data/expect-options.ts'
import { directoryListing } from './graph/directory-listing.ts'
import { listingOptions } from './graph/listing-options.ts'
import type { Entity } from './graph/listing.ts'
import { mixed } from './graph/mixed-listing.ts'
import { ofEach } from './graph/of-each.ts'
import { relatedRows, typeIn } from './graph/related-row.ts'

/** Options of `registeredOwners`. */
export interface RegisteredOwnersOptions {
  /** Only devices that match. */
  readonly filter?: string
  /** Reads the devices: rows with `registeredDeviceFacts`, such as those of `listed`. */
  readonly devices?: Source<Entity>
  /** Properties of the owners. @default displayName, userPrincipalName */
  readonly select?: readonly string[]
  /** Rows per page, 1 to 999. @default 999 */
  readonly top?: number
}

/** What is read of each device. */
export const registeredDeviceFacts = ['id', 'deviceId', 'displayName'] as const
/** Columns of a registered owner before its properties. The id of a device as an object is not its `deviceId`. */
export const registeredOwnerColumns = ['deviceObjectId', 'deviceId', 'deviceName', 'ownerId', 'ownerType'] as const

/**
 * Lists the registered owners of devices: a row for each, with `deviceObjectId`, `deviceId`, `deviceName`, `ownerId`, `ownerType` and the
 * selected properties of the owner. See `ofEach`.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID` or `OPTION_INVALID` at once
 * @see https://learn.microsoft.com/graph/api/device-list-registeredowners
 */
export const registeredOwners = (options: RegisteredOwnersOptions = {}): Source<Fields> => {
  expectOptions('registeredOwners', options, {
    filter: someText,
    devices: optional,
    select: someTexts,
    top: listingOptions.top,
  })
  const { filter, top } = options
  const { columns, own, select, row } = relatedRows(
    {
      deviceObjectId: device => device.id,
      deviceId: device => device['deviceId'] ?? null,
      deviceName: device => device['displayName'] ?? null,
      ownerId: (_, owner) => owner.id,
      ownerType: (_, owner) => typeIn(owner),
    },
    options.select ?? ['displayName', 'userPrincipalName'],
  )
  mixed({ select: own })
  return ofEach({
    kind: 'registered-owners',
    objects:
      options.devices ??
      directoryListing<Entity>(
        'devices',
        { select: registeredDeviceFacts, ...given({ filter, top }) },
        { path: '/devices', type: 'device', delta: true },
      ),
    words: { object: 'device', entries: 'registered owners' },
    pathOf: id => `/devices/${id}/registeredOwners`,
    select,
    ...given({ top }),
    row,
    columns,
  })
}
