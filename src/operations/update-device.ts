import { deviceMastery, masteredOfDevice } from './devices/windows.ts'
import { updateOf } from './objects/update.ts'

/**
 * Changes properties of devices.
 *
 * @see https://learn.microsoft.com/graph/api/device-update
 */
export const updateDevice = updateOf({
  of: 'device',
  title: 'Update devices',
  mastery: deviceMastery,
  mastered: masteredOfDevice,
  removal: change => (change['accountEnabled'] === false ? 'disable' : undefined),
})
