import type { Fields } from '../../core/json.ts'
import { absent, same, type Column, type Preset } from './preset.ts'

/** Graph returns at most 20 owners of a device this way, and a device has few. */
const expand = 'registeredOwners($select=id,displayName,userPrincipalName)'

const owners = (header: string, property: string): Column => ({
  header,
  from: 'registeredOwners',
  type: 'texts',
  value: device =>
    Array.isArray(device['registeredOwners'])
      ? (device['registeredOwners'] as readonly Fields[]).map(owner => owner[property] ?? owner['id'])
      : [],
})

/** Layouts of devices. */
export const devicePresets: readonly Preset[] = [
  {
    name: 'portal-devices',
    of: 'devices',
    summary: 'The 17 columns of the Entra portal’s device download',
    expand,
    columns: [
      ...same('displayName', 'accountEnabled', 'operatingSystem', 'operatingSystemVersion'),
      { header: 'joinType', from: 'trustType' },
      owners('registeredOwners', 'displayName'),
      owners('userNames', 'userPrincipalName'),
      absent('mdmDisplayName'),
      ...same('isCompliant'),
      { header: 'registrationTime', from: 'registrationDateTime' },
      ...same('approximateLastSignInDateTime', 'deviceId', 'isManaged'),
      { header: 'objectId', from: 'id' },
      ...same('profileType', 'systemLabels', 'model'),
    ],
  },
  {
    name: 'script-devices',
    of: 'devices',
    summary: 'The columns of Microsoft’s documented export script for devices',
    expand,
    columns: [
      ...same(
        'displayName',
        'deviceId',
        'operatingSystem',
        'operatingSystemVersion',
        'isManaged',
        'isCompliant',
        'mdmAppId',
      ),
      owners('registeredOwners', 'userPrincipalName'),
      { header: 'TrustType', from: 'trustType' },
    ],
  },
]
