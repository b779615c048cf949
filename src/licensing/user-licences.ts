import { isFields, type Fields } from '../core/json.ts'
import { switchablePlans, type Product, type Products } from './products.ts'

/** A product as one assigner gives it to a user. */
export interface Assignment {
  /** `Active`, `ActiveWithError`, `Disabled` or `Error`. */
  readonly state: string
  /** Why it is not active, such as `CountViolation`; null if nothing is wrong. */
  readonly error: string | null
  /** Ids of plans, in lower case. */
  readonly disabledPlans: ReadonlySet<string>
  /** When the state was last updated, by the clock of Graph, in milliseconds since 1970. Absent if Graph does not say. */
  readonly updatedMs?: number
}

/** An assignment by a group. */
export interface Inherited extends Assignment {
  /** Id of the group, in lower case. */
  readonly group: string
}

/** What a user has, by `skuId` in lower case: directly, and through groups. */
export interface UserLicences {
  readonly direct: ReadonlyMap<string, Assignment>
  readonly inherited: ReadonlyMap<string, readonly Inherited[]>
}

/**
 * The licences of a user that was read with `assignedLicenses` and `licenseAssignmentStates`. `assignedLicenses` has one entry for each product, in which a plan counts as disabled only if
 * every assignment disables it: it is only used for products without an assignment state, which count as direct.
 *
 * @see https://learn.microsoft.com/graph/api/resources/licenseassignmentstate
 */
export const licencesOf = (user: Fields): UserLicences => {
  const direct = new Map<string, Assignment>()
  const inherited = new Map<string, Inherited[]>()
  for (const entry of listIn(user['licenseAssignmentStates'])) {
    const sku = String(entry['skuId']).toLowerCase()
    const group = entry['assignedByGroup']
    const assignment = assignmentIn(entry)
    if (typeof group === 'string' && group !== '')
      inherited.set(sku, [...(inherited.get(sku) ?? []), { ...assignment, group: group.toLowerCase() }])
    else if (!isActive(direct.get(sku))) direct.set(sku, assignment)
  }
  for (const entry of listIn(user['assignedLicenses'])) {
    const sku = String(entry['skuId']).toLowerCase()
    if (!direct.has(sku) && !inherited.has(sku))
      direct.set(sku, { state: 'Active', error: null, disabledPlans: plansIn(entry) })
  }
  return { direct, inherited }
}

/** Whether an assignment gives its plans to the user. */
export const isActive = (assignment: Assignment | undefined): boolean =>
  assignment?.state === 'Active' || assignment?.state === 'ActiveWithError'

/**
 * Whether a state is from before a time, and so says nothing of what was requested then. Graph's times have whole seconds.
 *
 * @param sinceMs by the clock of Graph, in whole seconds
 */
export const isOlder = ({ updatedMs }: Pick<Assignment, 'updatedMs'>, sinceMs: number | undefined): boolean =>
  sinceMs !== undefined && updatedMs !== undefined && updatedMs < sinceMs

/** The products of which the user takes a unit, each once: directly and through groups together it is one unit. */
export const unitsOf = ({ direct, inherited }: UserLicences): ReadonlySet<string> =>
  new Set([
    ...[...direct].filter(([, { state }]) => state !== 'Error').map(([sku]) => sku),
    ...[...inherited].filter(([, all]) => all.some(isActive)).map(([sku]) => sku),
  ])

/** Ids of plans that a user has, each with the products that give it. Products that are unknown have no plans. */
export const enabledPlans = (
  { direct, inherited }: UserLicences,
  products: Products,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>()
  const add = (sku: string, assignment: Assignment): void => {
    if (!isActive(assignment)) return
    for (const { id, isCompanyWide } of products.get(sku)?.plans ?? [])
      if (isCompanyWide || !assignment.disabledPlans.has(id)) found.set(id, (found.get(id) ?? new Set()).add(sku))
  }
  for (const [sku, assignment] of direct) add(sku, assignment)
  for (const [sku, all] of inherited) for (const assignment of all) add(sku, assignment)
  return found
}

/** Whether a user has a plan, by any product that is known. @param plan id in lower case */
export const hasPlan = ({ direct, inherited }: UserLicences, plan: string, products: Products): boolean => {
  const gives = ([sku, assignment]: readonly [string, Assignment]): boolean =>
    isActive(assignment) &&
    !assignment.disabledPlans.has(plan) &&
    products.get(sku)?.plans.some(({ id }) => id === plan) === true
  return (
    [...direct].some(gives) || [...inherited].some(([sku, all]) => all.some(assignment => gives([sku, assignment])))
  )
}

/** Whether two sets of disabled plans mean the same for the product. */
export const disablesSame = (product: Product, one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  switchablePlans(product, one).join() === switchablePlans(product, other).join()

const assignmentIn = (entry: Fields): Assignment => {
  const error = entry['error']
  const updatedMs = Date.parse(String(entry['lastUpdatedDateTime']))
  return {
    state: String(entry['state'] ?? 'Active'),
    // The page says null where nothing is wrong, and Graph returns "None".
    error: typeof error === 'string' && error !== '' && error !== 'None' ? error : null,
    disabledPlans: plansIn(entry),
    ...(!Number.isNaN(updatedMs) && { updatedMs }),
  }
}

const plansIn = ({ disabledPlans }: Fields): ReadonlySet<string> =>
  new Set(Array.isArray(disabledPlans) ? disabledPlans.map(id => String(id).toLowerCase()) : [])

const listIn = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])
