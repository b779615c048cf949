import type { Finding, Values } from '../../core/operation.ts'

/** Whether a user was invited, so that it signs in at another tenant. Needs `externalUserState`. */
export const isExternal = (user: Values): boolean => (user['externalUserState'] ?? null) !== null

/** Why the password of such a user cannot be reset here. */
export const passwordElsewhere = (id: string): Finding => ({
  outcome: 'failed',
  id,
  code: 'EXTERNAL_USER',
  message: 'The user signs in at another tenant, which has its password.',
  fix: 'Remove the row, or ask the other tenant.',
})
