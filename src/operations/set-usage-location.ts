import type { Operation } from '../core/operation.ts'
import { settingLocation, type LocationBefore, type LocationRow } from './licences/usage-location.ts'

/** Sets the usage location of users who have none. @see https://learn.microsoft.com/graph/api/user-update */
export const setUsageLocation: Operation<LocationRow, LocationBefore> = settingLocation
