import { familyOf } from '../data/plan-families.ts'

/** What becomes of a mailbox. `smaller`: the archive, holds or size of the plan before may no longer be there. */
type MailboxChange = 'none' | 'kept' | 'gained' | 'smaller' | 'lost'

/**
 * What a change of plans does to the mailbox of a user. Only plans that give a mailbox count, over all products and groups: not the foundation,
 * archives, analytics or multi-geo plans of Exchange, which have other families, or none.
 *
 * @param before ids of the plans that the user has before the change
 */
export const mailboxChange = (before: Iterable<string>, after: Iterable<string>): MailboxChange => {
  const [old, now] = [mailboxTier(before), mailboxTier(after)]
  if (old === undefined) return now === undefined ? 'none' : 'gained'
  if (now === undefined) return 'lost'
  return now < old ? 'smaller' : 'kept'
}

/** The highest tier of the plans that give a mailbox. */
const mailboxTier = (plans: Iterable<string>): number | undefined => {
  const tiers = [...plans].flatMap(id => {
    const place = familyOf(id)
    return place?.name === 'Exchange mailbox' ? [place.tier] : []
  })
  return tiers.length === 0 ? undefined : Math.max(...tiers)
}
