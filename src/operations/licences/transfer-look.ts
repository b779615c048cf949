import { given } from '../../core/given.ts'
import type { Looked, OperationContext } from '../../core/operation.ts'
import { touchedBy, type LicenceChange, type LicenceDecision } from '../../licensing/decisions/decision.ts'
import { effectOf, type LicenceEffect } from '../../licensing/decisions/effect.ts'
import { preserveMailbox } from '../../licensing/decisions/preserve-mailbox.ts'
import { decideTransfer } from '../../licensing/decisions/transfer.ts'
import { heldText } from '../../licensing/impact/row-impact.ts'
import type { Products } from '../../licensing/products.ts'
import { licencesOf, type UserLicences } from '../../licensing/user-licences.ts'
import { notFound } from '../objects/one.ts'
import type { ExchangeBefore, States, TransferRow } from './exchange-row.ts'
import { conflicting, locationMissing, notChanged } from './findings.ts'
import { groupNames } from './group-names.ts'
import { knownRules } from './known-rules.ts'
import {
  directPlans,
  impactIn,
  isByGroup,
  losesService,
  mailboxAfter,
  nameIn,
  productIn,
  remembering,
  usersSeen,
} from './look.ts'
import { productsSeen } from './products-seen.ts'

/** What a user has directly of some products. */
export const statesOf = (user: UserLicences, skus: readonly string[], products: Products): States =>
  Object.fromEntries(skus.toSorted().map(sku => [sku, directPlans(user, productIn(products, { sku }))] as const))

/** What a change takes from a user. */
export const whatIsLost = (
  user: UserLicences,
  change: LicenceChange,
  { after, takes, frees }: LicenceEffect,
  products: Products,
): Pick<ExchangeBefore, 'loses' | 'takes' | 'frees' | 'stay' | 'mailbox'> => {
  const stay = change.removeLicenses.filter(sku => isByGroup(user, sku))
  const isOnlyRemoval = change.addLicenses.length === 0 && stay.length < change.removeLicenses.length
  return {
    loses: isOnlyRemoval || losesService(user, after, products),
    takes,
    frees,
    ...(stay.length > 0 && { stay }),
    ...given({ mailbox: mailboxAfter(user, after, products) }),
  }
}

/** Reads users and their licences, and decides for each row what replaces the old products. */
export const lookAtTransfers = async (
  values: readonly TransferRow[],
  context: OperationContext,
): Promise<readonly Looked<ExchangeBefore>[]> => {
  if (values.length === 0) return []
  const products = await productsSeen(context)
  const seen = await usersSeen(values, context)
  const licences = seen.map(user => user && licencesOf(user))
  const groupName = await groupNames(licences, new Set(values.flatMap(({ sku, from }) => [sku, ...from])), context)
  const rules = knownRules(context)
  const alike = remembering<DecidedTransfer>()
  return values.map((value, at): Looked<ExchangeBefore> => {
    const { user: id, sku, from, newPlans, preserveMailbox: preserves } = value
    const user = licences[at]
    if (!user) return notFound('user', id)
    const held = heldText(user)
    const { decision, made } = alike(JSON.stringify([held, sku, from, newPlans, preserves]), () =>
      decidedTransfer(user, value, { products, rules, groupName }),
    )
    const isGiven = from.some(each => isByGroup(user, each))
    const impact = impactIn(context, seen[at]!, held, {
      ...('change' in decision && { change: decision.change, transfer: { from, to: sku } }),
      isInherited: !('change' in decision) && (isGiven || (isByGroup(user, sku) && !user.direct.has(sku))),
    })
    if (!('change' in decision)) return { ...notChanged(id, decision, isGiven), ...impact }
    const why = locationMissing(seen[at]!, value, decision.change) ?? conflicting(made!.effect)
    return why ? { ...why, id, ...impact } : { send: { ...made!.before, ...nameIn(seen[at]!) }, ...impact }
  })
}

/** What becomes of a transfer of all users who have the same. */
interface DecidedTransfer {
  readonly decision: LicenceDecision
  /** Undefined if nothing is sent. */
  readonly made?: { readonly effect: LicenceEffect; readonly before: ExchangeBefore }
}

const decidedTransfer = (
  user: UserLicences,
  { sku, from, newPlans, preserveMailbox: preserves }: TransferRow,
  by: Parameters<typeof decideTransfer>[2],
): DecidedTransfer => {
  const { products, rules } = by
  const productOf = (each: string) => productIn(products, { sku: each })
  const old = from.map(productOf)
  const wish = { from: old, to: productOf(sku), ...given({ newPlans }) }
  const wanted = decideTransfer(user, wish, by)
  const [decision] = preserveMailbox(
    user,
    [{ decision: wanted, products: old, preserves: preserves === true, keeps: false }],
    products,
  ) as readonly [LicenceDecision]
  if (!('change' in decision)) return { decision }
  const { change } = decision
  const effect = effectOf(user, change, products, rules)
  const states = statesOf(user, touchedBy(change), products)
  const added = new Map(change.addLicenses.map(each => [each.skuId, [...each.disabledPlans].sort()]))
  const after = Object.fromEntries(Object.keys(states).map(each => [each, added.get(each) ?? null]))
  const leftOff = 'leftOff' in decision ? (decision.leftOff ?? []) : []
  const before: ExchangeBefore = {
    states,
    after,
    ...whatIsLost(user, change, effect, products),
    ...(leftOff.length > 0 && { leftOff: leftOff.map(each => ({ ...each })) }),
  }
  return { decision, made: { effect, before } }
}
