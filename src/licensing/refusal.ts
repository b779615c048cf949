import type { LearnedRule } from './plan-rules.ts'

/** Why Graph refused a change of licences. Ids are in lower case. */
type LicenceRefusal =
  | { readonly reason: 'usage-location' }
  | { readonly reason: 'no-units'; readonly sku: string }
  | { readonly reason: 'not-subscribed'; readonly sku: string }
  | { readonly reason: 'not-held' }
  | { readonly reason: 'inherited' }
  | { readonly reason: 'lacking'; readonly plan: string; readonly anyOf: readonly string[] }
  | { readonly reason: 'exclusive'; readonly plans: readonly string[] }

const guid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi

/**
 * Reads the message of a refusal; undefined for one that is not about licences. Graph has no codes for them: all are `Request_BadRequest`.
 *
 * @see https://learn.microsoft.com/graph/api/user-assignlicense
 */
export const refusalIn = (message: string): LicenceRefusal | undefined => {
  const [first, ...others] = (message.match(guid) ?? []).map(id => id.toLowerCase())
  if (/invalid usage location/i.test(message)) return { reason: 'usage-location' }
  if (/does not have a corresponding license/i.test(message)) return { reason: 'not-held' }
  if (/inherited from a group membership/i.test(message)) return { reason: 'inherited' }
  if (first === undefined) return undefined
  if (/does not have any available licenses/i.test(message)) return { reason: 'no-units', sku: first }
  if (/does not correspond to a valid company license/i.test(message)) return { reason: 'not-subscribed', sku: first }
  if (/depends on the service plan/i.test(message)) return { reason: 'lacking', plan: first, anyOf: others }
  if (/mutually exclusive/i.test(message)) return { reason: 'exclusive', plans: [first, ...others] }
  return undefined
}

/** The rule that a refusal teaches. One that names more than two plans does not say which of them exclude each other. */
export const rulesIn = (refusal: LicenceRefusal): readonly LearnedRule[] => {
  if (refusal.reason === 'lacking' && refusal.anyOf.length > 0)
    return [{ plan: refusal.plan, needs: [...refusal.anyOf].sort() }]
  if (refusal.reason !== 'exclusive' || refusal.plans.length !== 2) return []
  const [plan, excludes] = [...refusal.plans].sort() as [string, string]
  return plan === excludes ? [] : [{ plan, excludes }]
}
