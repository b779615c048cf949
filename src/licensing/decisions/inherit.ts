import { joined } from '../../core/joined.ts'
import { licenceError } from '../../data/licence-errors.ts'
import { planNamed } from '../shown-names.ts'
import { shownProduct } from '../find-product.ts'
import { disablesSame, type UserLicences } from '../user-licences.ts'
import { plansTurnedOff, type Product } from '../products.ts'

/** What a group assigns. */
interface AssigningGroup {
  /** Id, in lower case. */
  readonly id: string
  readonly name: string
  /** Ids of the plans that it turns off; undefined if it does not assign the product. */
  readonly off: ReadonlySet<string> | undefined
}

/** A direct licence that shall go, since a group gives the same. */
interface InheritWish {
  readonly product: Product
  /** Undefined if the group no longer exists; `assumed` where a dry run takes it to give the product with all plans. */
  readonly group: AssigningGroup | 'assumed' | undefined
  /** Ids of the plans that are off in what stays of the direct licence; undefined if nothing stays. */
  readonly stays?: ReadonlySet<string>
}

/** What is done. `skipped` names the code, and what to do. */
type InheritDecision =
  | { readonly isGoing: true }
  | { readonly unchanged: string }
  | { readonly skipped: string; readonly code: string; readonly fix: string }

/**
 * Decides whether a direct licence can go: only if that by the group is active, without an error, and has each of its plans on, both for the user and
 * in what the group assigns now. Otherwise the user would lose plans, now or once the group is processed.
 */
export const decideInherit = (
  { direct, inherited }: UserLicences,
  { product, group, stays }: InheritWish,
): InheritDecision => {
  const shown = shownProduct(product)
  const own = direct.get(product.skuId)
  if (!own) return { unchanged: `The user does not have ${shown} directly.` }
  if (stays && disablesSame(product, own.disabledPlans, stays))
    return { unchanged: `The plans of ${shown} already are as wanted.` }
  if (group === 'assumed') return { isGoing: true }
  if (!group)
    return {
      skipped: `The group no longer exists, so the user keeps ${shown} directly.`,
      code: 'GROUP_MISSING',
      fix: 'Use another group.',
    }
  if (!group.off)
    return {
      skipped: `The group ${group.name} does not assign ${shown}.`,
      code: 'LICENCE_NOT_OF_GROUP',
      fix: 'Assign it with `entrapipe licenses group assign`.',
    }
  const share = inherited.get(product.skuId)?.find(each => each.group === group.id)
  if (!share)
    return {
      skipped: `The user does not have ${shown} by group ${group.name}: it was not processed yet, or the user is no direct member.`,
      code: 'LICENCE_PENDING',
      fix: 'Wait until the group is processed, and run the command again.',
    }
  if (share.state !== 'Active' || share.error !== null) {
    const error = share.error ?? share.state
    const { meaning, fix } = licenceError(error)
    return { skipped: `${shown} by group ${group.name} is not active (${error}): ${meaning}`, code: error, fix }
  }
  const isOff = new Set([...plansTurnedOff(product, share.disabledPlans), ...plansTurnedOff(product, group.off)])
  const lost = [...isOff].filter(plan => !own.disabledPlans.has(plan) && (!stays || stays.has(plan)))
  if (lost.length > 0)
    return {
      skipped: `The user would lose ${joined(lost.map(id => nameOf(product, id)))}, which group ${group.name} turns off.`,
      code: 'PLANS_LOST',
      fix: 'Turn these plans on for the group, or off for the user.',
    }
  return { isGoing: true }
}

const nameOf = (product: Product, id: string): string =>
  product.plans.find(plan => plan.id === id)?.name ?? planNamed(id)
