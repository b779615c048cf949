import { familyOf } from '../data/plan-families.ts'
import type { Products } from './products.ts'
import { enabledPlans, type UserLicences } from './user-licences.ts'

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

/** As `mailboxChange`, of all that a user has. */
export const mailboxChangeOf = (before: UserLicences, after: UserLicences, products: Products): MailboxChange =>
  mailboxChange(enabledPlans(before, products).keys(), enabledPlans(after, products).keys())

/** Whether a plan gives a mailbox. */
export const isMailboxPlan = (id: string): boolean => familyOf(id)?.name === 'Exchange mailbox'

/** The highest tier of the plans that give a mailbox; undefined if none does. @param plans ids */
export const mailboxTier = (plans: Iterable<string>): number | undefined => {
  const tiers = [...plans].filter(isMailboxPlan).map(id => familyOf(id)!.tier)
  return tiers.length === 0 ? undefined : Math.max(...tiers)
}
