import type { Looked, OperationContext } from '../../core/operation.ts'
import { familyOf } from '../../data/plan-families.ts'
import { applied } from '../../licensing/decisions/applied.ts'
import type { LicenceChange, LicenceDecision } from '../../licensing/decisions/decision.ts'
import { effectOf, type LicenceEffect } from '../../licensing/decisions/effect.ts'
import { coveredBy, type GroupName } from '../../licensing/decisions/held.ts'
import { preserveMailbox } from '../../licensing/decisions/preserve-mailbox.ts'
import { mailboxChangeOf } from '../../licensing/mailbox.ts'
import { heldText, impactJson, type ImpactBody } from '../../licensing/impact/row-impact.ts'
import { productWith, switchablePlans, type Product, type Products } from '../../licensing/products.ts'
import { enabledPlans, isActive, licencesOf, type UserLicences } from '../../licensing/user-licences.ts'
import { notFound } from '../objects/one.ts'
import { liveSeen, valuesOf } from '../objects/read.ts'
import type { Seen } from '../objects/read-each.ts'
import { conflicting, lacksLocation, locationMissing, notChanged } from './findings.ts'
import { groupNames } from './group-names.ts'
import { knownRules } from './known-rules.ts'
import { productsSeen } from './products-seen.ts'
import type { LicenceBefore, LicenceRow, RemovalRow } from './row.ts'

/** Decides what is done for one row of a user. */
export type Decide<V> = (
  user: UserLicences,
  value: V,
  product: Product,
  groupName: GroupName,
  products: Products,
) => LicenceDecision

const properties = ['displayName', 'userPrincipalName', 'usageLocation', 'assignedLicenses', 'licenseAssignmentStates']
/** Of a row that is left for a later time: who may sign in again since then keeps the product. */
const accountState: readonly string[] = ['accountEnabled']
const expectedOf = ({ expected }: OperationContext): readonly string[] =>
  expected.filter(name => accountState.includes(name))

/** Users with their licences; undefined for one that does not exist. */
export const usersSeen = (
  rows: readonly { readonly user: string }[],
  context: OperationContext,
): Promise<readonly (Seen | undefined)[]> =>
  liveSeen(
    'user',
    rows.map(({ user }) => user),
    [...properties, ...expectedOf(context)],
    context,
  )

/** Returns a function that makes what is the same for users who have the same only once. */
export const remembering = <T>(): ((key: string, make: () => T) => T) => {
  const known = new Map<string, T>()
  return (key, make) => {
    const found = known.get(key) ?? make()
    known.set(key, found)
    return found
  }
}

/** What a preview counts of a row, if it is wanted. @param held what the user has, as `heldText` */
export const impactIn = (
  { counts }: OperationContext,
  seen: Seen,
  held: string,
  { isInherited, ...more }: Partial<Pick<ImpactBody, 'change' | 'transfer'>> & { readonly isInherited: boolean },
): Pick<Looked, 'impact'> => {
  if (!counts) return {}
  const name = seen['userPrincipalName']
  return {
    impact: impactJson({
      user: seen.id.toLowerCase(),
      ...(typeof name === 'string' && { name }),
      held,
      ...more,
      ...(lacksLocation(seen) && more.change && more.change.addLicenses.length > 0 && { lacksLocation: true }),
      ...(isInherited && { isInherited: true }),
    }),
  }
}

/** Ids of the plans that are off in what a user has directly; null without a direct licence. */
export const directPlans = ({ direct }: UserLicences, product: Product): readonly string[] | null => {
  const own = direct.get(product.skuId)
  return own ? [...switchablePlans(product, own.disabledPlans)].sort() : null
}

/** The product of a row. */
export const productIn = (products: Products, { sku }: Pick<LicenceRow, 'sku'>): Product => productWith(products, sku)

/** Reads users and their licences, and decides what is done for each row. */
export const lookAtLicences = async <V extends LicenceRow>(
  values: readonly V[],
  decide: Decide<V>,
  context: OperationContext,
): Promise<readonly Looked<LicenceBefore>[]> => {
  if (values.length === 0) return []
  const products = await productsSeen(context)
  const seen = await usersSeen(values, context)
  const licences = seen.map(user => user && licencesOf(user))
  const held = licences.map(user => user && heldText(user))
  const alike = remembering<{ readonly effect: LicenceEffect; readonly before: LicenceBefore }>()
  const groupName = await groupNames(licences, new Set(values.map(({ sku }) => sku)), context)
  const rules = knownRules(context)
  const ofUser = Map.groupBy(values.keys(), at => values[at]!.user)
  const decisions: (LicenceDecision | undefined)[] = values.map(() => undefined)
  for (const places of ofUser.values()) {
    const user = licences[places[0]!]
    if (!user) continue
    const rows = places.map(at => {
      const value = values[at]!
      const { preserveMailbox, keep }: Partial<RemovalRow> = value
      const preserves = preserveMailbox === true
      const product = productIn(products, value)
      const decision = decide(user, value, product, groupName, products)
      return { decision, preserves, keeps: keep === 'exchange', products: [product] }
    })
    for (const [place, decision] of preserveMailbox(user, rows, products).entries())
      decisions[places[place]!] = decision
  }
  return values.map((value, at): Looked<LicenceBefore> => {
    const decision = decisions[at]
    const { user: id } = value
    if (!decision) return notFound('user', id)
    const user = licences[at]!
    const isGiven = isByGroup(user, value.sku)
    const impact = impactIn(context, seen[at]!, held[at]!, {
      ...('change' in decision && { change: decision.change }),
      isInherited: !('change' in decision) && isGiven && !user.direct.has(value.sku),
    })
    if (!('change' in decision)) return { ...notChanged(id, decision, isGiven), ...impact }
    // What other rows of the user change at the same time counts, too.
    const others = ofUser.get(id)!.flatMap(other => {
      const made = decisions[other]
      return other !== at && made && 'change' in made ? [made.change] : []
    })
    const { effect, before } = alike(`${held[at]} ${value.sku} ${JSON.stringify([others, decision.change])}`, () => {
      const base = others.reduce(applied, user)
      const effect = effectOf(base, decision.change, products, rules)
      return { effect, before: beforeOf(user, base, decision.change, effect, productIn(products, value), products) }
    })
    const why = locationMissing(seen[at]!, value, decision.change) ?? conflicting(effect)
    if (why) return { ...why, id, ...impact }
    const isAlone = (value as Partial<RemovalRow>).keep === 'exchange' && before.after !== null
    return {
      send: {
        ...before,
        ...valuesOf(seen[at]!, expectedOf(context)),
        ...nameIn(seen[at]!),
        ...(isAlone && { mailbox: 'alone' }),
      },
      ...impact,
    }
  })
}

/** The name of a user, as it is kept for the audit log. */
export const nameIn = ({ userPrincipalName: name }: Seen): Pick<LicenceBefore, 'userPrincipalName'> =>
  typeof name === 'string' ? { userPrincipalName: name } : {}

const beforeOf = (
  user: UserLicences,
  base: UserLicences,
  change: LicenceChange,
  { after, takes, frees }: LicenceEffect,
  product: Product,
  products: Products,
): LicenceBefore => {
  const added = change.addLicenses.find(({ skuId }) => skuId === product.skuId)
  const plans = directPlans(user, product)
  const isGiven = isByGroup(after, product.skuId)
  const stays = plans !== null && !added && isGiven
  const mailbox = mailboxAfter(base, after, products)
  const off = (added?.disabledPlans ?? []).filter(plan => !plans?.includes(plan))
  const stillOn = off.filter(plan => coveredBy(after, product, [plan]))
  return {
    plans,
    after: added ? [...added.disabledPlans].sort() : null,
    loses: (!after.direct.has(product.skuId) && !isGiven) || losesService(base, after, products),
    takes,
    frees,
    ...(stays && { stays }),
    ...(stillOn.length > 0 && { stillOn }),
    ...(mailbox && { mailbox }),
  }
}

/** Whether a group gives a product to a user. Assignments with an error give nothing. */
export const isByGroup = ({ inherited }: UserLicences, sku: string): boolean =>
  inherited.get(sku)?.some(isActive) === true

/** What becomes of a mailbox that is not kept as it is. */
export const mailboxAfter = (
  before: UserLicences,
  after: UserLicences,
  products: Products,
): 'smaller' | 'lost' | undefined => {
  const change = mailboxChangeOf(before, after, products)
  return change === 'smaller' || change === 'lost' ? change : undefined
}

/** Families of plans that keep what a user wrote: mail and files. */
const keeping: readonly string[] = ['Exchange mailbox', 'SharePoint']

/** Whether a user loses the last plan for mail or SharePoint. */
export const losesService = (before: UserLicences, after: UserLicences, products: Products): boolean => {
  const families = [before, after].map(
    user => new Set([...enabledPlans(user, products).keys()].map(plan => familyOf(plan)?.name)),
  )
  return keeping.some(name => families[0]!.has(name) && !families[1]!.has(name))
}
