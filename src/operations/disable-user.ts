import { switching } from './users/switching.ts'

/** Disables the sign-in of users. */
export const disableUser = switching('disable-user', 'Disable users', false)
