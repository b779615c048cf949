import { switchingUsers } from './users/switching.ts'

/** Disables the accounts of users. @see https://learn.microsoft.com/graph/api/user-update */
export const disableUser = switchingUsers('disable', 'Disable users')
