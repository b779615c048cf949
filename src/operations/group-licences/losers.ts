import type { OperationContext } from '../../core/operation.ts'
import { expectLicences, memberLicences } from '../../licensing/member-licences.ts'
import type { Products } from '../../licensing/products.ts'
import { hasPlan, isActive, licencesOf, type UserLicences } from '../../licensing/user-licences.ts'
import { isByGroup, losesService } from '../licences/look.ts'
import { productsSeen } from '../licences/products-seen.ts'
import { readByIds } from '../objects/read-each.ts'
import type { GroupLicenceRow } from './row.ts'

const facts = 'id,assignedLicenses,licenseAssignmentStates'

/** How a group assigns a product after a change. */
export interface ShareChange {
  readonly row: GroupLicenceRow
  /** Ids of the plans that are off then; null if the group no longer assigns the product. */
  readonly off: readonly string[] | null
}

/** What a user has once a group assigns a product otherwise. @param off ids of the plans that are off; null if the group no longer assigns it */
const withoutShare = (
  user: UserLicences,
  { group, sku }: GroupLicenceRow,
  off: readonly string[] | null,
): UserLicences => {
  const inherited = new Map(user.inherited)
  inherited.set(
    sku,
    (user.inherited.get(sku) ?? []).flatMap(share =>
      share.group !== group ? share : off ? { ...share, disabledPlans: new Set(off) } : [],
    ),
  )
  return { ...user, inherited }
}

/**
 * Which of these users lose a product, or their last plan for mail or SharePoint, if a group assigns a product otherwise: all that they have
 * counts, directly and through other groups.
 *
 * @param ids in lower case; those of no user are ignored
 * @param off ids of the plans that are off then; null if the group no longer assigns the product
 * @throws EntrapipeError `NOT_PERMITTED` if the licences of users may not be read
 */
export const losersAmong = async (
  ids: readonly string[],
  row: GroupLicenceRow,
  off: readonly string[] | null,
  context: OperationContext,
): Promise<readonly string[]> => {
  const products = await productsSeen(context)
  const found = await context.once('licences of protected users', () => readByIds('/users', facts, ids, context))
  return ids.filter(id => {
    const seen = found.get(id)
    if (!seen) return false
    expectLicences(seen)
    return losesBy(licencesOf(seen), { row, off }, products)
  })
}

/** Whether a member loses a product, or the last plan for mail or SharePoint. @param before what the user has before the change */
const losesBy = (before: UserLicences, { row, off }: ShareChange, products: Products): boolean => {
  const { sku } = row
  if (!before.inherited.get(sku)?.some(({ group }) => group === row.group)) return false
  const after = withoutShare(before, row, off)
  return (has(before, sku) && !has(after, sku)) || losesService(before, after, products)
}

/** How many members lose something by a change of their group. */
export interface Losers {
  /** As `losersAmong`. */
  count: number
  /** Those who lose a plan that the group turns off and that nothing else gives them, by the id of the plan. */
  readonly byPlan: Record<string, number>
}

/** @param now ids of the plans that are off before */
export const turnedOff = ({ off }: ShareChange, now: readonly string[] | null): readonly string[] =>
  off && now ? off.filter(plan => !now.includes(plan)) : []

/**
 * How many members lose something by each change of one group. What the other changes do at the same time counts. Reads the members
 * once, and holds a page of them.
 *
 * @param changes of products that the group assigns now
 * @throws EntrapipeError `NOT_PERMITTED` if the licences of members may not be read
 */
export const countLosers = async (
  changes: readonly (ShareChange & {
    /** Ids of the plans that are off before. */
    readonly plans: readonly string[] | null
  })[],
  products: Products,
  { graph, signal }: Pick<OperationContext, 'graph' | 'signal'>,
): Promise<readonly Losers[]> => {
  const counts = changes.map((): Losers => ({ count: 0, byPlan: {} }))
  const plans = changes.map(change => turnedOff(change, change.plans))
  const [first] = changes
  if (!first) return counts
  for await (const members of memberLicences(graph, first.row.group, signal))
    for (const { licences } of members)
      for (const [at, change] of changes.entries()) {
        const others = changes.filter(each => each !== change)
        const base = others.reduce((user, { row, off }) => withoutShare(user, row, off), licences)
        const { byPlan } = counts[at]!
        if (losesBy(base, change, products)) counts[at]!.count++
        if (plans[at]!.length === 0) continue
        const after = withoutShare(base, change.row, change.off)
        for (const plan of plans[at]!)
          if (hasPlan(licences, plan, products) && !hasPlan(after, plan, products))
            byPlan[plan] = (byPlan[plan] ?? 0) + 1
      }
  return counts
}

const has = (user: UserLicences, sku: string): boolean => isActive(user.direct.get(sku)) || isByGroup(user, sku)
