import { switchingDevices } from './devices/switching.ts'

/** Enables devices. @see https://learn.microsoft.com/graph/api/device-update */
export const enableDevice = switchingDevices('enable', 'Enable devices')
