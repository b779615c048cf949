import type { Candidate, DecideOptions, Held, Remembered } from './candidate.ts'
import { daysBetween } from './days.ts'
import type { Mapping } from './mapping.ts'
import { nothing, switched, type Outcome } from './outcome.ts'

/** The day since which the account of a leaver is disabled by the feed; undefined if it is not. */
const disabledSince = ({ disabledOn }: Held, remembered: Remembered | undefined): string | undefined => {
  if (disabledOn === undefined || remembered?.class !== 'leaver') return undefined
  return disabledOn > remembered.since ? disabledOn : remembered.since
}

/** What is to be done about a person who has left. */
export const decideLeaver = (
  { leavers }: Mapping,
  { ended, today }: Candidate,
  held: Held | undefined,
  remembered: Remembered | undefined,
  { deleteAfterDays }: DecideOptions,
): Outcome => {
  const why = ended === null ? 'Has left.' : `Has left: the last day was ${ended}.`
  if (!held || held.deleted) return nothing('unchanged', `${why} There is no live account.`)
  const { synced, enabled, isSettled, isRevoked, disabledOn } = held
  const revoked = leavers.revokeSessions && !isRevoked ? { revokeSessions: true as const } : {}
  if (enabled && !synced) return { class: 'leaver', action: 'disable', why, changes: switched(true), ...revoked }
  const since = enabled ? undefined : disabledSince(held, remembered)
  if (since !== undefined && deleteAfterDays !== undefined && daysBetween(since, today) >= deleteAfterDays)
    return synced
      ? nothing('unchanged', `${why} Active Directory deletes the account.`)
      : { class: 'deletion', action: 'delete', why: `${why} The account is disabled since ${since}.` }
  const now = enabled
    ? { why: `${why} Active Directory disables the account.`, onPremises: switched(true) }
    : { why: `${why} The account is disabled.` }
  // Who left before the first feed is left alone.
  const isOver = isSettled || (!enabled && remembered === undefined && disabledOn === undefined)
  const isOpen = !isOver && (revoked.revokeSessions || leavers.groups === 'all')
  return { class: isOpen ? 'leaver' : 'unchanged', action: 'none', ...now, ...(isOpen && revoked) }
}
