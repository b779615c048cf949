import { switching } from './users/switching.ts'

/** Enables the sign-in of users. */
const enableUser = switching('enable-user', 'Enable users', true)
export default enableUser
