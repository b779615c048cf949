import { createHash } from 'node:crypto'
import type { Fields } from '../../core/json.ts'
import { hidden } from '../directory/hidden-properties.ts'
import { isStrongEnough } from './user-values.ts'
import { userFaults } from './user-faults.ts'

/**
 * Replaces a password profile by what the directory keeps: the hash of the password, when it was set, and whether it must be changed.
 * Passwords are not stored.
 *
 * @param policies `passwordPolicies` of the user
 * @throws GraphFault 400 for a weak password
 */
export const withoutPassword = ({ passwordProfile, ...values }: Fields, policies: unknown, now: string): Fields => {
  if (passwordProfile === undefined) return values
  const { password, forceChangePasswordNextSignIn: mustChange } = passwordProfile as {
    readonly password?: string | null
    readonly forceChangePasswordNextSignIn?: boolean | null
  }
  if (password === undefined || password === null) return values
  if (!isStrongEnough(password, String(policies ?? ''))) throw userFaults.passwordWeak()
  const hash = createHash('sha256').update(password).digest('hex')
  return {
    ...values,
    [hidden.passwordSha256]: hash,
    [hidden.mustChangePassword]: mustChange ?? null,
    lastPasswordChangeDateTime: now,
    signInSessionsValidFromDateTime: now,
  }
}
