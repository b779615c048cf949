import { switching } from './users/switching.ts'

/** Enables the accounts of users. @see https://learn.microsoft.com/graph/api/user-update */
export const enableUser = switching('enable-user', 'Enable users')
