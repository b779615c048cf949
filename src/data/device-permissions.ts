import { everything, readDevices, readName, type Need, type OperationPermissions } from './needs.ts'

/** @see https://learn.microsoft.com/graph/api/device-update and device-delete */
const writeDevices: Need = {
  anyOf: ['Device.ReadWrite.All', everything],
  delegated: 'Directory.AccessAsUser.All',
  writes: true,
}
const switchedDevices =
  'Apps change extensionAttributes only, unless the device has Windows. A person needs the role Cloud Device Administrator to enable and disable, and Intune Administrator for the rest.'

/** Commands that change devices. */
export const devicePermissions: readonly OperationPermissions[] = [
  {
    operation: 'devices update',
    kind: 'update-device',
    requests: ['PATCH /devices/{id}', 'GET /devices/{id}', 'GET /devices/$count'],
    needs: [writeDevices, readDevices, readName],
    note: switchedDevices,
  },
  {
    operation: 'devices enable',
    kind: 'enable-device',
    requests: ['PATCH /devices/{id}', 'GET /devices/{id}'],
    needs: [writeDevices, readDevices, readName],
    note: switchedDevices,
  },
  {
    operation: 'devices disable',
    kind: 'disable-device',
    requests: ['PATCH /devices/{id}', 'GET /devices/{id}', 'GET /devices/$count'],
    needs: [writeDevices, readDevices, readName],
    note: switchedDevices,
  },
  {
    operation: 'devices delete',
    kind: 'delete-device',
    requests: ['DELETE /devices/{id}', 'GET /devices/{id}', 'GET /devices/$count'],
    needs: [
      { anyOf: ['Device.ReadWrite.All'], delegated: 'Directory.AccessAsUser.All', writes: true },
      readDevices,
      readName,
    ],
    note: 'A person also needs the role Cloud Device Administrator or Intune Administrator.',
  },
]
