import type { GraphReply } from '../../core/graph.ts'
import type { Json } from '../../core/json.ts'
import type { OperationContext } from '../../core/operation.ts'
import { graphMessage } from '../../graph/refusal.ts'
import { applied } from '../../licensing/decisions/applied.ts'
import type { LicenceChange } from '../../licensing/decisions/decision.ts'
import type { LearnedRule } from '../../licensing/plan-rules.ts'
import { refusalIn, rulesIn } from '../../licensing/refusal.ts'
import { enabledPlans, licencesOf } from '../../licensing/user-licences.ts'
import { planTopic } from './known-rules.ts'
import { usersSeen } from './look.ts'
import { productsSeen } from './products-seen.ts'

/**
 * The rules that a refused change of licences teaches: none unless the user would have had the plans that it names, and without those that it
 * says are missing.
 */
export const taughtBy = async (
  user: string,
  change: LicenceChange,
  reply: GraphReply,
  context: OperationContext,
): Promise<readonly Json[]> => {
  const refusal = refusalIn(graphMessage(reply) ?? '')
  const known = (context.lessons?.of(planTopic) ?? []).map(lesson => JSON.stringify(lesson))
  const rules = refusal ? rulesIn(refusal).filter(rule => !known.includes(JSON.stringify(rule))) : []
  if (rules.length === 0) return []
  const [seen] = await usersSeen([{ user }], context)
  if (!seen) return []
  const after = applied(licencesOf(seen), change)
  const plans = enabledPlans(after, await productsSeen(context))
  return rules.filter(rule => holds(rule, plans)) as readonly object[] as readonly Json[]
}

/** Whether the plans of a user are what the rule is about. */
const holds = (rule: LearnedRule, plans: ReadonlyMap<string, ReadonlySet<string>>): boolean => {
  if ('needs' in rule) return plans.has(rule.plan) && !rule.needs.some(plan => plans.has(plan))
  const [one, other] = [plans.get(rule.plan), plans.get(rule.excludes)]
  // Plans that one product gives are no conflict.
  return one !== undefined && other !== undefined && ![...one].some(sku => other.has(sku))
}
