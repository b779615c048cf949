import { notableDevice, notableProperties } from './devices/notable.ts'
import { deletionOf } from './objects/deletion.ts'

/**
 * Deletes devices permanently: they have no recycle bin.
 *
 * @see https://learn.microsoft.com/graph/api/device-delete
 */
export const deleteDevice = deletionOf({
  of: 'device',
  title: 'Delete devices',
  properties: ['displayName', 'deviceId', 'accountEnabled', 'operatingSystem', 'trustType'],
  notable: { properties: notableProperties, of: notableDevice },
})
