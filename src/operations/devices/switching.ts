import { switchingOf } from '../objects/switching.ts'
import { notableDevice, notableProperties } from './notable.ts'
import { deviceMastery, masteredOfDevice } from './windows.ts'

/** Enables or disables devices. */
export const switchingDevices = (verb: 'enable' | 'disable', title: string) =>
  switchingOf({
    of: 'device',
    verb,
    title,
    mastery: deviceMastery,
    mastered: masteredOfDevice,
    notable: { properties: notableProperties, of: notableDevice },
  })
