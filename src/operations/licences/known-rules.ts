import type { OperationContext } from '../../core/operation.ts'
import { planRules, type LearnedRule, type PlanRules } from '../../licensing/plan-rules.ts'

/** The topic of rules about plans that refusals taught. */
export const planTopic = 'licence-plans'

/** The rules that Microsoft documents, with those that refusals of this tenant taught. */
export const knownRules = ({ lessons }: Pick<OperationContext, 'lessons'>): PlanRules =>
  planRules(lessons?.of(planTopic) as readonly LearnedRule[] | undefined)
