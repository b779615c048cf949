import { switching } from './users/switching.ts'

/** Disables the sign-in of users. */
const disableUser = switching('disable-user', 'Disable users', false)
export default disableUser
