import { switchingUsers } from './users/switching.ts'

/** Enables the accounts of users. @see https://learn.microsoft.com/graph/api/user-update */
export const enableUser = switchingUsers('enable', 'Enable users')
