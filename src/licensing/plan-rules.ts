import { planExclusions, planNeeds } from '../data/plan-rules.ts'

/** What plans need, and which exclude each other, by id in lower case. */
export interface PlanRules {
  /** The plans of which one must be there. */
  readonly needs: ReadonlyMap<string, readonly string[]>
  readonly exclusions: ReadonlyMap<string, ReadonlySet<string>>
}

/** A rule that a refusal named. */
export type LearnedRule =
  { readonly plan: string; readonly needs: readonly string[] } | { readonly plan: string; readonly excludes: string }

/** The rules that Microsoft documents, with those that refusals taught. What a refusal says of a plan replaces what is documented. */
export const planRules = (learned: readonly LearnedRule[] = none): PlanRules => {
  const known = made.get(learned)
  if (known) return known
  const rules = rulesWith(learned)
  made.set(learned, rules)
  return rules
}

const none: readonly LearnedRule[] = []

/** Rows are judged by the same rules, one after the other. */
const made = new WeakMap<readonly LearnedRule[], PlanRules>()

const rulesWith = (learned: readonly LearnedRule[]): PlanRules => {
  const needs = new Map(planNeeds())
  const exclusions = new Map([...planExclusions()].map(([plan, others]) => [plan, new Set(others)] as const))
  const exclude = (one: string, other: string): unknown =>
    exclusions.set(one, (exclusions.get(one) ?? new Set()).add(other))
  for (const rule of learned)
    if ('needs' in rule) needs.set(rule.plan, rule.needs)
    else {
      exclude(rule.plan, rule.excludes)
      exclude(rule.excludes, rule.plan)
    }
  return { needs, exclusions }
}
