import { joined } from '../../core/joined.ts'
import { shownProduct } from '../find-product.ts'
import { planNamed } from '../shown-names.ts'
import { isMailboxPlan, mailboxTier } from '../mailbox.ts'
import type { Product, Products } from '../products.ts'
import { enabledPlans, type UserLicences } from '../user-licences.ts'
import { applied } from './applied.ts'
import type { LicenceDecision } from './decision.ts'
import { decideKeepMailbox } from './keep-mailbox.ts'

/** A row of a user, as it was decided by itself. */
interface Guarded {
  readonly decision: LicenceDecision
  /** The products that it may take. */
  readonly products: readonly Product[]
  /** Whether it must not take the last plan that gives a mailbox. */
  readonly preserves: boolean
  /** Instead of being taken, the product keeps the plan of the mailbox alone. */
  readonly keeps: boolean
}

/**
 * Holds back rows of a user that would together take the last plan for a mailbox, judged over all products and groups. Rows that take a smaller mailbox
 * come first, so that the largest stays. What another row gives does not count: it may be refused. In the order of the rows.
 */
export const preserveMailbox = (
  user: UserLicences,
  rows: readonly Guarded[],
  products: Products,
): readonly LicenceDecision[] => {
  if (!rows.some(({ preserves }) => preserves)) return rows.map(({ decision }) => decision)
  const decided = rows.map(({ decision }) => decision)
  const taken = rows.map(({ decision }) => ('change' in decision ? mailboxesTaken(user, decision, products) : []))
  const tierAt = (at: number): number => mailboxTier(taken[at]!) ?? 0
  const takers = [...rows.keys()].filter(at => taken[at]!.length > 0)
  let state = user
  for (const at of takers.sort((one, other) => tierAt(one) - tierAt(other))) {
    const { decision, preserves, keeps, products: own } = rows[at]!
    if (!('change' in decision)) continue
    const next = applied(state, decision.change)
    if (!preserves || hasMailbox(next, products)) {
      state = next
      continue
    }
    const [product] = own
    const kept = keeps && product ? decideKeepMailbox(user, product) : heldBack(taken[at]!, own)
    decided[at] = kept
    if ('change' in kept) state = applied(state, kept.change)
  }
  return decided
}

const hasMailbox = (user: UserLicences, products: Products): boolean =>
  mailboxTier(enabledPlans(user, products).keys()) !== undefined

/** Ids of the mailbox plans that a change takes from one of the products that give them. */
const mailboxesTaken = (
  user: UserLicences,
  { change }: LicenceDecision & { readonly change: Parameters<typeof applied>[1] },
  products: Products,
): readonly string[] => {
  const [before, after] = [user, applied(user, change)].map(each => enabledPlans(each, products))
  return [...before!].flatMap(([plan, skus]) =>
    isMailboxPlan(plan) && [...skus].some(sku => after!.get(plan)?.has(sku) !== true) ? [plan] : [],
  )
}

const heldBack = (plans: readonly string[], own: readonly Product[]): LicenceDecision => ({
  skipped: `The user would lose the last plan that gives a mailbox: ${joined(
    plans.map(planNamed),
  )} of ${joined(own.filter(product => product.plans.some(({ id }) => plans.includes(id))).map(shownProduct))}.`,
  code: 'MAILBOX_PRESERVED',
  fix: 'Assign another product with a mailbox first, or leave --preserve-mailbox out.',
})
