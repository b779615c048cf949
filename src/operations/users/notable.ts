import type { Notable, Values } from '../../core/operation.ts'

/** What is read of a user to find out what is notable. */
export const notableProperties: readonly string[] = [
  'userType',
  'onPremisesSyncEnabled',
  'accountEnabled',
  'mail',
  'assignedLicenses',
]

/** What people want to know of a user before the account is deleted or disabled. */
export const notableUser = (user: Values): readonly Notable[] => {
  const licences = user['assignedLicenses']
  const isUnlicensed = Array.isArray(licences) && licences.length === 0
  const isMailbox = user['accountEnabled'] === false && isUnlicensed && typeof user['mail'] === 'string'
  return [
    ...(user['userType'] === 'Guest' ? (['guest'] as const) : []),
    ...(user['onPremisesSyncEnabled'] === true ? (['synced'] as const) : []),
    ...(isMailbox ? (['mailbox'] as const) : []),
  ]
}
