import { joined } from '../../core/joined.ts'
import { switchablePlans, type Product } from '../products.ts'
import { shownProduct } from '../find-product.ts'
import { isActive, type Inherited, type UserLicences } from '../user-licences.ts'

/** How a group is named in messages, by its id. */
export type GroupName = (id: string) => string

/** `by group Licences E3`, `by groups A and B`. */
export const byGroups = (assignments: readonly Inherited[], groupName: GroupName): string =>
  `by ${assignments.length === 1 ? 'group' : 'groups'} ${joined(assignments.map(({ group }) => groupName(group)))}`

/**
 * The groups that together give all these plans of a product; undefined if they do not. Only assignments without an error count.
 *
 * @param wanted ids of plans
 */
export const coveredBy = (
  { inherited }: UserLicences,
  { skuId }: Product,
  wanted: readonly string[],
): readonly Inherited[] | undefined => {
  const active = (inherited.get(skuId) ?? []).filter(({ state }) => state === 'Active')
  const isGiven = (plan: string): boolean => active.some(({ disabledPlans }) => !disabledPlans.has(plan))
  return active.length > 0 && wanted.every(isGiven) ? active : undefined
}

/** The assignments by which groups give a product. What a group cannot give, the user does not have. */
export const givenByGroups = ({ inherited }: UserLicences, { skuId }: Pick<Product, 'skuId'>): readonly Inherited[] =>
  (inherited.get(skuId) ?? []).filter(isActive)

/** Ids of the plans that are on when these are off, in the order of the product. */
export const plansBut = (product: Product, off: ReadonlySet<string>): readonly string[] =>
  switchablePlans(product).filter(id => !off.has(id))

/** Why a licence that only groups give is left as it is. */
export const onlyByGroups = (product: Product, assignments: readonly Inherited[], groupName: GroupName): string =>
  `The user has ${shownProduct(product)} only ${byGroups(assignments, groupName)}.`
