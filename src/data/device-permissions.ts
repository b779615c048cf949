import { everything, readDevices, type Need, type OperationPermissions } from './needs.ts'
import { objectEntries } from './object-entries.ts'

/** @see https://learn.microsoft.com/graph/api/device-update and device-delete */
const writeDevices: Need = {
  anyOf: ['Device.ReadWrite.All', everything],
  delegated: 'Directory.AccessAsUser.All',
  writes: true,
}
const deleteDevices: Need = { ...writeDevices, anyOf: ['Device.ReadWrite.All'] }
const note =
  'Apps change extensionAttributes only, unless the device has Windows. A person needs the role Cloud Device Administrator to enable and disable, and Intune Administrator for the rest.'

const ofDevices = objectEntries({ command: 'devices', kind: 'device', path: '/devices', reads: readDevices })

/** Commands that change devices. */
export const devicePermissions: readonly OperationPermissions[] = [
  ofDevices('update', writeDevices, { counts: true, note }),
  ofDevices('enable', writeDevices, { note }),
  ofDevices('disable', writeDevices, { counts: true, note }),
  ofDevices('delete', deleteDevices, {
    counts: true,
    note: 'A person also needs the role Cloud Device Administrator or Intune Administrator.',
  }),
]
