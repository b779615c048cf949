import { mapPlans, type Plans } from '../../engine/phases.ts'
import { plan, type PlanSourceOptions } from '../../sources/plan.ts'

/** The plans with a check of the file that they apply. Plans whose rows are in the ledger already do not read it. */
export const withPlanCheck = (plans: Plans, from: string, check: NonNullable<PlanSourceOptions['check']>): Plans =>
  mapPlans(plans, each =>
    'kind' in each.source && each.source.kind === 'plan' ? { ...each, source: plan({ from, check }) as never } : each,
  )
