import type { Candidate, DecideOptions, Held, Remembered } from './candidate.ts'
import { daysBetween } from './days.ts'
import type { Mapping } from './mapping.ts'
import { nothing, switched, type Outcome } from './outcome.ts'

/** Days since the feed has disabled the account of a leaver; undefined if it has not. */
const daysDisabled = (
  { today }: Candidate,
  { disabledOn }: Held,
  remembered: Remembered | undefined,
): number | undefined =>
  disabledOn === undefined || remembered?.class !== 'leaver'
    ? undefined
    : daysBetween(disabledOn > remembered.since ? disabledOn : remembered.since, today)

/** What is to be done about a person who has left. */
export const decideLeaver = (
  { leavers }: Mapping,
  person: Candidate,
  held: Held | undefined,
  remembered: Remembered | undefined,
  { deleteAfterDays }: DecideOptions,
): Outcome => {
  const { ended } = person
  const why = ended === null ? 'Has left.' : `Has left: the last day was ${ended}.`
  if (!held || held.deleted) return nothing('unchanged', `${why} There is no live account.`)
  const { synced, enabled, isSettled, isRevoked, disabledOn } = held
  const revoked = leavers.revokeSessions && !isRevoked ? { revokeSessions: true as const } : {}
  if (enabled && !synced) return { class: 'leaver', action: 'disable', why, changes: switched(true), ...revoked }
  const days = enabled ? undefined : daysDisabled(person, held, remembered)
  if (days !== undefined && deleteAfterDays !== undefined && days >= deleteAfterDays)
    return synced
      ? nothing('unchanged', `${why} Active Directory deletes the account.`)
      : {
          class: 'deletion',
          action: 'delete',
          why: `${why} The account is disabled since ${disabledOn! > remembered!.since ? disabledOn : remembered!.since}.`,
        }
  const now = enabled
    ? { why: `${why} Active Directory disables the account.`, onPremises: switched(true) }
    : { why: `${why} The account is disabled.` }
  // Who left before the first feed is left alone.
  const isOver = isSettled || (!enabled && remembered === undefined && disabledOn === undefined)
  const isOpen = !isOver && (revoked.revokeSessions || leavers.groups === 'all')
  return { class: isOpen ? 'leaver' : 'unchanged', action: 'none', ...now, ...(isOpen && revoked) }
}
