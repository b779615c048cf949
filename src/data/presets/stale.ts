import type { Fields } from '../../core/json.ts'

/** Days without a successful sign-in after which a user is stale, unless others are asked for. */
export const staleAfterDays = 90

/**
 * Since when Graph records successful sign-ins. The dates before count failed attempts, too.
 *
 * @see https://learn.microsoft.com/graph/api/resources/signinactivity
 */
export const successfulSince = '2023-12-01T00:00:00Z'

/** The column that says why a user is stale. */
export const staleColumn = 'reason'

/**
 * Why a user is stale. `inactive`: the last successful sign-in is too long ago · `neverSignedIn`: none is recorded ·
 * `invitationPending`: none is recorded, and the guest has not accepted the invitation.
 */
export type Staleness = 'inactive' | 'neverSignedIn' | 'invitationPending'

/** The last successful sign-in of a user: null if none is recorded, which Graph also writes as a date of the year 1. */
export const lastSuccessOf = (activity: unknown): string | null => dateIn(activity, 'lastSuccessfulSignInDateTime')

/** A date of `signInActivity`. */
export const dateIn = (activity: unknown, name: string): string | null => {
  const value = typeof activity === 'object' && activity !== null ? (activity as Fields)[name] : undefined
  return typeof value === 'string' && !value.startsWith('0001-') ? value : null
}

/**
 * Why a user is stale; undefined if it is not: it has signed in successfully since, or is not that old. A user without a date of
 * creation, as some from before June 2018, is old.
 *
 * @param sinceMs milliseconds since 1970
 */
export const stalenessOf = (user: Fields, sinceMs: number): Staleness | undefined => {
  const success = lastSuccessOf(user['signInActivity'])
  const isSince = (date: unknown): boolean => typeof date === 'string' && Date.parse(date) >= sinceMs
  if (isSince(success) || isSince(user['createdDateTime'])) return undefined
  if (success !== null) return 'inactive'
  return user['externalUserState'] === 'PendingAcceptance' ? 'invitationPending' : 'neverSignedIn'
}
