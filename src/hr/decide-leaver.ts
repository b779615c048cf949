import type { Candidate, DecideOptions, Held, Remembered } from './candidate.ts'
import { daysBetween } from './days.ts'
import type { Mapping } from './mapping.ts'
import { nothing, switched, type Outcome } from './outcome.ts'

/** What is to be done about a person who has left. */
export const decideLeaver = (
  { leavers }: Mapping,
  { today, ended }: Candidate,
  held: Held | undefined,
  remembered: Remembered | undefined,
  { deleteAfterDays }: DecideOptions,
): Outcome => {
  const why = ended === null ? 'Has left.' : `Has left: the last day was ${ended}.`
  if (!held || held.deleted) return nothing('unchanged', `${why} There is no live account.`)
  const wasLeaver = remembered?.class === 'leaver'
  if (!held.enabled) {
    const days = wasLeaver ? daysBetween(remembered.since, today) : 0
    if (wasLeaver && deleteAfterDays !== undefined && days >= deleteAfterDays)
      return held.synced
        ? nothing('unchanged', `${why} Active Directory deletes the account.`)
        : { class: 'deletion', action: 'delete', why: `${why} The account is disabled since ${remembered.since}.` }
    return nothing('unchanged', `${why} The account is disabled.`)
  }
  const revokeSessions = leavers.revokeSessions && !(held.synced && wasLeaver) ? { revokeSessions: true as const } : {}
  return held.synced
    ? {
        class: revokeSessions.revokeSessions ? 'leaver' : 'unchanged',
        action: 'none',
        why: `${why} Active Directory disables the account.`,
        onPremises: switched(true),
        ...revokeSessions,
      }
    : { class: 'leaver', action: 'disable', why, changes: switched(true), ...revokeSessions }
}
