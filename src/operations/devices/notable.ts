import type { Notable, Values } from '../../core/operation.ts'

/** What is read of a device to find out what is notable. */
export const notableProperties: readonly string[] = ['onPremisesSyncEnabled']

/** What people want to know of a device before it is deleted or disabled. */
export const notableDevice = (device: Values): readonly Notable[] =>
  device['onPremisesSyncEnabled'] === true ? ['synced-device'] : []
