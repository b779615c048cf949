import { isGuid } from '../../core/guid.ts'
import { given } from '../../core/given.ts'
import type { Finding, Looked, OperationContext, Values } from '../../core/operation.ts'
import { decideInherit } from '../../licensing/decisions/inherit.ts'
import { effectOf } from '../../licensing/decisions/effect.ts'
import { groupLicences } from '../../licensing/group-licences.ts'
import { knownRules } from '../licences/known-rules.ts'
import { switchablePlans, type Product, type Products } from '../../licensing/products.ts'
import { licencesOf, type UserLicences } from '../../licensing/user-licences.ts'
import { withProductIds } from '../licences/completed.ts'
import { conflicting, locationMissing } from '../licences/findings.ts'
import { directPlans, nameIn, productIn, usersSeen } from '../licences/look.ts'
import { sendingLicences } from '../licences/operations.ts'
import { productsSeen } from '../licences/products-seen.ts'
import {
  acceptLicence,
  isSamePlans,
  namesIn,
  ofLicences,
  type LicenceBefore,
  type LicenceOperation,
  type LicenceRow,
} from '../licences/row.ts'
import { productNamed } from '../../licensing/shown-names.ts'
import { usageLocationIn } from '../licences/usage-location.ts'
import { notFound } from '../objects/one.ts'
import { readByIds, type Seen } from '../objects/read-each.ts'
import { invalid } from '../values/expect.ts'

/** A product that a user has through a group, or shall have. */
interface OfGroupRow extends LicenceRow {
  /** Id of the group. */
  readonly group: string
  /** The group is taken to give the product: in a dry run, an earlier change would make it so. */
  readonly assumed?: true
}

/** A direct licence that a group replaces. */
export interface InheritRow extends OfGroupRow {
  /** Ids of the plans that are off in what stays of the direct licence. For undo. @default nothing stays */
  readonly disabledPlans?: readonly string[]
}

/** A licence of a group that a direct one joins. */
export interface DetachRow extends OfGroupRow {
  /** A step before sets this usage location if the user has none; see `set-usage-location`. */
  readonly usageLocation?: string
}

const accepted = <V extends OfGroupRow>(value: Values, kind: string, more: readonly string[]): V => {
  const { group, assumed, ...rest } = value
  if (typeof group !== 'string' || !isGuid(group)) throw invalid('group', 'Expected group to be the id of a group.')
  const own = Object.fromEntries(Object.entries(rest).filter(([name]) => !more.includes(name)))
  const [disabledPlans, location] = [namesIn(value, 'disabledPlans'), value['usageLocation'] ?? '']
  return {
    ...acceptLicence(own, kind),
    group: group.toLowerCase(),
    ...given({ disabledPlans, usageLocation: location === '' ? undefined : usageLocationIn(value) }),
    ...(assumed === true && { assumed }),
  } as OfGroupRow as V
}

/** Removes direct licences that a group replaces, each only if the group gives all of its plans. */
export const inheritingLicences: LicenceOperation<InheritRow> = {
  ...ofLicences('inherit-license'),
  ...sendingLicences,
  title: 'Leave licences to groups',
  accept: value => accepted(value, 'inherit-license', ['disabledPlans']),
  resolved: (value, [user]) => ({ ...value, user: user! }),
  completed: withProductIds,
  detail: ({ sku }) => `${productNamed(sku)}, by the group alone`,
  look: (values, context) =>
    lookAtRows(values, context, ({ row, user, product, group }) => {
      const decided = decideInherit(user, {
        product,
        group: row.assumed ? 'assumed' : group && assigning(row.group, group, product),
        ...(row.disabledPlans && { stays: new Set(row.disabledPlans) }),
      })
      if ('unchanged' in decided) return { outcome: 'unchanged', message: decided.unchanged }
      if ('skipped' in decided)
        return { outcome: 'skipped', code: decided.code, message: decided.skipped, fix: decided.fix }
      return { after: row.disabledPlans ? [...row.disabledPlans].sort() : null }
    }),
  inverse: ({ user, sku }, { plans, after }) => ({
    kind: 'assign-license',
    value: { user, sku, disabledPlans: plans ?? [], direct: true },
    expected: { plans: after ?? null },
  }),
}

/** Gives users directly what a group gives them, with each plan on that is on in either. */
export const detachingLicences: LicenceOperation<DetachRow> = {
  ...ofLicences('detach-license'),
  ...sendingLicences,
  title: 'Give licences of groups directly',
  accept: value => accepted(value, 'detach-license', ['usageLocation']),
  resolved: (value, [user]) => ({ ...value, user: user! }),
  completed: withProductIds,
  detail: ({ sku }) => `${productNamed(sku)}, directly as by the group`,
  units: (_, { takes = [], frees = [] }) => ({ takes, frees }),
  look: (values, context) =>
    lookAtRows(values, context, ({ row, user, product, group, products, seen }) => {
      const share = user.inherited.get(row.sku)?.find(each => each.group === row.group)
      const off = share?.disabledPlans ?? (group && groupLicences(group).get(row.sku))
      const own = directPlans(user, product)
      if (!off) return { outcome: 'unchanged', message: `The group does not give ${productNamed(row.sku)}.` }
      const wanted = switchablePlans(product, off)
      const after = [...(own === null ? wanted : wanted.filter(plan => own.includes(plan)))].sort()
      if (isSamePlans(own, after))
        return { outcome: 'unchanged', message: `The user already has ${productNamed(row.sku)} directly.` }
      const change = changeTo(row.sku, after)
      return (
        locationMissing(seen, row, change) ??
        conflicting(effectOf(user, change, products, knownRules(context))) ?? { after }
      )
    }),
  // The direct licence only goes again once the group gives its plans.
  inverse: ({ user, sku, group }, { plans, after }) => ({
    kind: 'inherit-license',
    value: { user, sku, group, ...given({ disabledPlans: plans ?? undefined }) },
    expected: { plans: after ?? null },
  }),
}

/** @param off ids of the plans that are off in the direct licence; null if it goes */
const changeTo = (skuId: string, off: readonly string[] | null) => ({
  addLicenses: off ? [{ skuId, disabledPlans: off }] : [],
  removeLicenses: off ? [] : [skuId],
})

const assigning = (id: string, group: Seen, product: Product) => ({
  id,
  name: String(group['displayName'] ?? id),
  off: groupLicences(group).get(product.skuId),
})

/** A row with what was read of it. */
interface SeenRow<V> {
  readonly row: V
  readonly seen: Seen
  readonly user: UserLicences
  readonly product: Product
  readonly products: Products
  /** Undefined if it does not exist. */
  readonly group: Seen | undefined
}

type Decide<V> = (of: SeenRow<V>) => { readonly after: readonly string[] | null } | Finding

/** Reads users and the groups of their rows, and decides each. */
const lookAtRows = async <V extends OfGroupRow>(
  values: readonly V[],
  context: OperationContext,
  decide: Decide<V>,
): Promise<readonly Looked<LicenceBefore>[]> => {
  if (values.length === 0) return []
  const products = await productsSeen(context)
  const ids = values.map(({ group }) => group)
  const groups = await readByIds('/groups', 'id,displayName,assignedLicenses', ids, context)
  const users = await usersSeen(values, context)
  return values.map((value, at): Looked<LicenceBefore> => {
    const seen = users[at]
    if (!seen) return notFound('user', value.user)
    const user = licencesOf(seen)
    const product = productIn(products, value)
    const decided = decide({ row: value, seen, user, product, products, group: groups.get(value.group) })
    if ('outcome' in decided) return { id: value.user, ...decided }
    const { after } = decided
    const { takes, frees } = effectOf(user, changeTo(value.sku, after), products, knownRules(context))
    const plans = directPlans(user, product)
    return {
      send: {
        plans,
        after,
        loses: false,
        takes,
        frees,
        ...nameIn(seen),
        ...(after === null && { stays: true as const }),
      },
    }
  })
}
