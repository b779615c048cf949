import { readFileSync } from 'node:fs'
import { planIdOf } from './sku-catalogue.ts'

/** Plans that are one service: who changes the product has another tier of it. */
interface PlanFamily {
  readonly name: string
  /** Why they are one service. */
  readonly because: string
  /** Names of the plans, from the least to the most. Plans of one tier are the same in different clouds, or for different customers. */
  readonly tiers: readonly (readonly string[])[]
}

/** Where a plan stands in its family. */
export interface PlanPlace {
  /** `Forms`. */
  readonly name: string
  /** From 0; a higher tier includes the lower ones. */
  readonly tier: number
}

interface Kept {
  readonly families: readonly PlanFamily[]
  readonly places: ReadonlyMap<string, PlanPlace>
}

let kept: Kept | undefined

/**
 * The families of plans, decided by reading Microsoft's catalogue: names of plans are no rule, so nothing is derived from them. A plan is
 * in one family at most.
 */
export const planFamilies = (): readonly PlanFamily[] => (kept ??= read()).families

/** The family of a plan and its tier there; undefined for a plan that is a service of its own. @param planId in lower case */
export const familyOf = (planId: string): PlanPlace | undefined => (kept ??= read()).places.get(planId)

const read = (): Kept => {
  const families = JSON.parse(
    readFileSync(new URL('./plan-families.json', import.meta.url), 'utf8'),
  ) as readonly PlanFamily[]
  const places = families.flatMap(({ name, tiers }) =>
    tiers.flatMap((plans, tier) => plans.map(plan => [planIdOf(plan), { name, tier }] as const)),
  )
  return { families, places: new Map(places) }
}
