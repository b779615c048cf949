import { switching } from './users/switching.ts'

/** Enables the sign-in of users. */
export const enableUser = switching('enable-user', 'Enable users', true)
