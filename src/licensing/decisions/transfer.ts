import { joined } from '../../core/joined.ts'
import { familyOf } from '../../data/plan-families.ts'
import { shownProduct } from '../find-product.ts'
import type { PlanRules } from '../plan-rules.ts'
import { switchablePlans, type Product, type Products } from '../products.ts'
import { enabledPlans, type UserLicences } from '../user-licences.ts'
import { applied } from './applied.ts'
import type { LeftOff, LicenceChange, LicenceDecision } from './decision.ts'
import { byGroups, coveredBy, givenByGroups, onlyByGroups, plansBut, type GroupName } from './held.ts'

/** Products that another one replaces. */
interface TransferWish {
  readonly from: readonly Product[]
  /** Not one of `from`. */
  readonly to: Product
  /** What becomes of plans that the old products have in no tier. @default 'on' */
  readonly newPlans?: 'on' | 'off'
}

/** What a transfer is judged by. */
interface TransferContext {
  readonly products: Products
  readonly rules: PlanRules
  /** @default the id */
  readonly groupName?: GroupName
}

/**
 * Replaces direct licences by another product, in one request. A family of plans is off in the new product if it was off in every old one
 * that the user has directly, and so are plans that need one that is off. If the user has the new product already, only the old ones go.
 */
export const decideTransfer = (
  user: UserLicences,
  { from, to, newPlans = 'on' }: TransferWish,
  { products, rules, groupName = id => id }: TransferContext,
): LicenceDecision => {
  const old = from.filter(({ skuId }) => user.direct.has(skuId))
  if (old.length === 0) return withoutOld(user, from, to, groupName)
  const removeLicenses = old.map(({ skuId }) => skuId)
  const justRemoved: LicenceChange = { addLicenses: [], removeLicenses }
  if (isHeld(user, to)) return { change: justRemoved }
  const off = offAfter(user, old, to, newPlans)
  const rest = applied(user, justRemoved)
  const leftOff = dependents(rest, to, off, products, rules)
  const all = new Set([...off, ...leftOff.map(({ plan }) => plan)])
  if (coveredBy(user, to, plansBut(to, all))) return { change: justRemoved }
  return {
    change: { addLicenses: [{ skuId: to.skuId, disabledPlans: switchablePlans(to, all) }], removeLicenses },
    leftOff,
  }
}

const isHeld = ({ direct }: UserLicences, { skuId }: Product): boolean => {
  const own = direct.get(skuId)
  return own !== undefined && own.state !== 'Error'
}

const withoutOld = (
  user: UserLicences,
  from: readonly Product[],
  to: Product,
  groupName: GroupName,
): LicenceDecision => {
  const given = from.find(product => givenByGroups(user, product).length > 0)
  if (given)
    return {
      skipped: `${onlyByGroups(given, givenByGroups(user, given), groupName)} Change the licences of the group.`,
    }
  const old = joined(from.map(shownProduct), 'or')
  if (isHeld(user, to)) return { unchanged: `The user already has ${shownProduct(to)}, and not ${old}.` }
  const groups = coveredBy(user, to, [])
  return groups
    ? { unchanged: `The user already has ${shownProduct(to)} ${byGroups(groups, groupName)}, and not ${old}.` }
    : { skipped: `The user does not have ${old}.` }
}

/** Ids of the plans of the new product that stay off. */
const offAfter = (
  { direct }: UserLicences,
  old: readonly Product[],
  to: Product,
  newPlans: 'on' | 'off',
): ReadonlySet<string> => {
  const wasOn = new Map<string, boolean>()
  for (const product of old) {
    const disabled = direct.get(product.skuId)!.disabledPlans
    for (const id of switchablePlans(product)) wasOn.set(id, wasOn.get(id) === true || !disabled.has(id))
  }
  const next = new Set(to.plans.map(({ id }) => id))
  const byFamily = Map.groupBy(wasOn.keys(), id => familyOf(id)?.name)
  const isOn = (id: string): boolean => {
    const family = familyOf(id)?.name
    const relatives = family === undefined ? [] : (byFamily.get(family) ?? [])
    // The plans that this one continues: itself, and tiers that the new product does not have.
    const continued = relatives.filter(each => !next.has(each)).concat(wasOn.has(id) ? [id] : [])
    if (continued.length > 0) return continued.some(each => wasOn.get(each) === true)
    // A higher tier beside one that stays is new, but not where the whole family is off.
    const isFamilyOff = relatives.length > 0 && !relatives.some(each => wasOn.get(each) === true)
    return !isFamilyOff && newPlans === 'on'
  }
  return new Set(switchablePlans(to).filter(id => !isOn(id)))
}

/** The plans of the new product that cannot be on, since all that they need is off in it, and nothing else of the user has it. */
const dependents = (
  rest: UserLicences,
  to: Product,
  off: ReadonlySet<string>,
  products: Products,
  rules: PlanRules,
): readonly LeftOff[] => {
  const elsewhere = enabledPlans(rest, products)
  const own = new Set(to.plans.map(({ id }) => id))
  const on = new Set(to.plans.filter(({ id, isCompanyWide }) => isCompanyWide || !off.has(id)).map(({ id }) => id))
  const found: LeftOff[] = []
  for (let before = -1; before !== found.length;) {
    before = found.length
    for (const plan of switchablePlans(to, on)) {
      const anyOf = rules.needs.get(plan)
      if (!anyOf || anyOf.some(id => on.has(id) || elsewhere.has(id))) continue
      const needs = anyOf.filter(id => own.has(id))
      if (needs.length === 0) continue
      on.delete(plan)
      found.push({ plan, needs })
    }
  }
  return found
}
