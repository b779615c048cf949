import { settingLocation } from './licences/usage-location.ts'

/** Sets the usage location of users who have none. @see https://learn.microsoft.com/graph/api/user-update */
export const setUsageLocation = settingLocation
