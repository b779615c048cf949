import type { Fields } from '../../core/json.ts'
import { lastSuccessOf, stalenessOf } from '../../data/presets/stale.ts'
import { contains } from '../contains.ts'
import type { Product, Products } from '../products.ts'
import { enabledPlans, isActive, licencesOf, unitsOf } from '../user-licences.ts'

/** A product of which a user takes a unit, and what a report finds about it. */
export interface HeldProduct {
  /** In lower case. */
  readonly sku: string
  /** `unused`: the last successful sign-in is too long ago · `neverSignedIn`: none is recorded, and the user is old enough. */
  readonly use: 'unused' | 'neverSignedIn' | undefined
  /** Part numbers of other products of the user that contain it, in order. */
  readonly containedIn: readonly string[]
  /** Whether those have all its plans that are on for the user switched on, too; null if none contains it. */
  readonly isCovered: boolean | null
  /** Ids of the groups that give it, if the user also has it directly. */
  readonly twiceBy: readonly string[]
}

/** What is read of each user; `signInActivity` besides, if it may be read. */
export const heldFacts = [
  'id',
  'userPrincipalName',
  'displayName',
  'department',
  'createdDateTime',
  'externalUserState',
  'assignedLicenses',
  'licenseAssignmentStates',
] as const

/**
 * Returns a function that finds the products of a user with `heldFacts`, in the order of their part numbers.
 *
 * @param sinceMs users who have signed in or were created since then use their products, in milliseconds since 1970; undefined if
 *   sign-ins are not known
 */
export const heldProducts = (
  products: Products,
  sinceMs: number | undefined,
): ((user: Fields) => readonly HeldProduct[]) => {
  const isIn = containment()
  const partNumberOf = (sku: string): string => products.get(sku)?.partNumber ?? sku
  return user => {
    const licences = licencesOf(user)
    const skus = [...unitsOf(licences)].sort((a, b) => (partNumberOf(a) < partNumberOf(b) ? -1 : 1))
    const use = sinceMs === undefined ? undefined : useOf(user, sinceMs)
    const all = skus.flatMap(sku => products.get(sku) ?? [])
    return skus.map(sku => {
      const product = products.get(sku)
      const containers = product === undefined ? [] : all.filter(other => isIn(product, other))
      const direct = licences.direct.get(sku)
      return {
        sku,
        use,
        containedIn: containers.map(({ partNumber }) => partNumber),
        isCovered: product && containers.length > 0 ? covers(user, product, containers, products) : null,
        twiceBy:
          direct === undefined || direct.state === 'Error'
            ? []
            : (licences.inherited.get(sku) ?? []).filter(isActive).map(({ group }) => group),
      }
    })
  }
}

/** When the user last signed in successfully; null if that is not recorded. */
export const lastSignIn = (user: Fields): string | null => lastSuccessOf(user['signInActivity'])

const useOf = (user: Fields, sinceMs: number): HeldProduct['use'] => {
  const staleness = stalenessOf(user, sinceMs)
  return staleness === 'inactive' ? 'unused' : staleness && 'neverSignedIn'
}

/** Of two products that contain each other, only the later one is contained in the other. */
const containment = (): ((product: Product, other: Product) => boolean) => {
  const known = new Map<string, boolean>()
  return (product, other) => {
    const key = `${product.skuId}/${other.skuId}`
    const before = known.get(key)
    if (before !== undefined) return before
    const isIn = contains(other, product) && !(contains(product, other) && product.partNumber < other.partNumber)
    known.set(key, isIn)
    return isIn
  }
}

/** A product with the plans of it that are on for the user. */
const covers = (user: Fields, product: Product, containers: readonly Product[], products: Products): boolean => {
  const on = enabledPlans(licencesOf(user), products)
  const onIn = (one: Product) => one.plans.filter(({ id }) => on.get(id)?.has(one.skuId))
  const left = { ...product, plans: onIn(product) }
  // Without a plan that matters, nothing is lost.
  const nothing = !contains({ ...product, skuId: 'any' }, left)
  return nothing || contains({ ...product, skuId: 'others', plans: containers.flatMap(onIn) }, left)
}
