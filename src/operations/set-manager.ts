import { settingManager } from './users/reporting-line.ts'

/**
 * Gives users a manager, in place of the one that they have.
 *
 * @see https://learn.microsoft.com/graph/api/user-post-manager
 */
export const setManager = settingManager('set-manager', 'Set managers of users')
