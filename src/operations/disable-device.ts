import { switchingDevices } from './devices/switching.ts'

/** Disables devices. @see https://learn.microsoft.com/graph/api/device-update */
export const disableDevice = switchingDevices('disable', 'Disable devices')
