import type { PlanRules } from './plan-rules.ts'

/** Code of a row that is skipped because plans would conflict. */
export const conflictCode = 'PLANS_CONFLICT'

/** Why a user cannot have these plans, by id. */
export type Conflict =
  | { readonly kind: 'exclusive'; readonly plan: string; readonly other: string }
  | { readonly kind: 'lacking'; readonly plan: string; readonly anyOf: readonly string[] }

type Plans = ReadonlyMap<string, ReadonlySet<string>>

/**
 * The conflicts that a change would make: those of the plans after it which were not there before. Two plans of one product never conflict.
 *
 * @param before plans by id, each with the products that give it
 */
export const newConflicts = (before: Plans, after: Plans, rules: PlanRules): readonly Conflict[] => {
  const old = new Set(conflictsIn(before, rules).map(keyOf))
  return conflictsIn(after, rules).filter(conflict => !old.has(keyOf(conflict)))
}

const keyOf = (conflict: Conflict): string =>
  `${conflict.kind} ${conflict.plan} ${conflict.kind === 'exclusive' ? conflict.other : ''}`

const conflictsIn = (plans: Plans, { needs, exclusions }: PlanRules): readonly Conflict[] => {
  const found: Conflict[] = []
  for (const [plan, skus] of plans) {
    for (const other of exclusions.get(plan) ?? []) {
      const others = plans.get(other)
      // Each pair once.
      if (others && plan < other && ![...skus].some(sku => others.has(sku)))
        found.push({ kind: 'exclusive', plan, other })
    }
    const anyOf = needs.get(plan)
    if (anyOf && !anyOf.some(id => plans.has(id))) found.push({ kind: 'lacking', plan, anyOf })
  }
  return found
}
