import type { Fields } from '../../core/json.ts'

/** Whether a user is a guest. Needs `userType` and `userPrincipalName`, also of a user in the bin. */
export const isGuest = ({ userType, userPrincipalName }: Fields): boolean =>
  userType === 'Guest' || (typeof userPrincipalName === 'string' && /#ext#@/i.test(userPrincipalName))
