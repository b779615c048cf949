import { settingManager } from './users/reporting-line.ts'

/**
 * Takes the manager of users away.
 *
 * @see https://learn.microsoft.com/graph/api/user-delete-manager
 */
export const clearManager = settingManager('clear-manager', 'Clear managers of users')
