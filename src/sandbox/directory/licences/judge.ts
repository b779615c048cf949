import { conflictIn, lackIn, type Lack, type PlanName } from './plan-rules.ts'
import { plansOf } from './reader.ts'
import { isActive, type Licence, type LicenceError, type Share } from './types.ts'

/** What is wrong with the plans of a user. */
interface Judgement {
  readonly conflict: readonly [PlanName, PlanName] | undefined
  readonly lack: Lack | undefined
}

const keptJudgements = 5_000
const judgements = new Map<string, Judgement>()

const enabled = ({ skuId, disabledPlans }: Licence): readonly PlanName[] =>
  plansOf(skuId).filter(plan => !disabledPlans.includes(plan.servicePlanId))

/** Judges the plans of all licences of a user together. Most users have one of few combinations, so judgements are remembered. */
export const judge = (licences: readonly Licence[]): Judgement => {
  const key = licences.map(({ skuId, disabledPlans }) => `${skuId}-${disabledPlans.join()}`).join(';')
  const known = judgements.get(key)
  if (known) return known
  const plans = [...new Map(licences.flatMap(enabled).map(plan => [plan.servicePlanId, plan])).values()]
  const found = { conflict: conflictIn(plans), lack: lackIn(plans) }
  if (judgements.size >= keptJudgements) judgements.clear()
  judgements.set(key, found)
  return found
}

/** What a group's change of a user's licences depends on. */
interface Case {
  /** What the user has by other assigners. */
  readonly others: readonly Share[]
  /** What the user has by the group until now. */
  readonly before: readonly Share[]
  /** What the group assigns. Empty if the user is no longer a member. */
  readonly wanted: readonly Licence[]
  /** Whether products can be used where the user is. */
  readonly isSold: boolean
  hasFreeUnit(skuId: string): boolean
}

const has = (licences: readonly Licence[], skuId: string): boolean => licences.some(one => one.skuId === skuId)
const enables = (licence: Licence, names: readonly string[]): boolean =>
  enabled(licence).some(({ servicePlanName }) => names.includes(servicePlanName))

/** Errors of products, by what the user would have. */
const errorsOf = ({ others, before, wanted, isSold, hasFreeUnit }: Case): ReadonlyMap<string, LicenceError> => {
  const errors = new Map<string, LicenceError>()
  const activeOthers = others.filter(isActive)
  const { conflict, lack } = judge([...activeOthers, ...wanted])
  const blame = (error: LicenceError, names: readonly string[], among: readonly Licence[]): void => {
    const found = among.find(licence => !errors.has(licence.skuId) && enables(licence, names))
    if (found) errors.set(found.skuId, error)
  }
  for (const { skuId } of wanted) {
    if (!isSold) errors.set(skuId, 'ProhibitedInUsageLocationViolation')
    else if (!has(activeOthers, skuId) && !has(before.filter(isActive), skuId) && !hasFreeUnit(skuId))
      errors.set(skuId, 'CountViolation')
  }
  if (conflict)
    blame(
      'MutuallyExclusiveViolation',
      conflict.map(plan => plan.servicePlanName),
      wanted,
    )
  if (lack) {
    // A product of the group that lacks a plan, or the one that gave the plan to others.
    blame('DependencyViolation', [lack.plan.servicePlanName], wanted)
    if (errors.size === 0) blame('DependencyViolation', lack.needs, [...before.filter(isActive), ...wanted])
  }
  return errors
}

const active = new WeakMap<readonly Licence[], readonly Share[]>()

/** The same list for all members of a group. */
const activeOf = (wanted: readonly Licence[]): readonly Share[] => {
  const known = active.get(wanted)
  if (known) return known
  const shares = wanted.map(({ skuId, disabledPlans }) => ({
    skuId,
    disabledPlans,
    state: 'Active' as const,
    error: null,
  }))
  active.set(wanted, shares)
  return shares
}

/**
 * What a group gives a user. If one of its products fails, it gives none of them, and removes none: what the user has from it stays,
 * with the error.
 *
 * @see https://learn.microsoft.com/entra/fundamentals/licensing-groups-resolve-problems#more-than-one-product-license-assigned-to-a-group
 */
export const given = (of: Case): readonly Share[] => {
  const { wanted, before } = of
  const errors = errorsOf(of)
  if (errors.size === 0) return activeOf(wanted)
  const held = before.filter(isActive)
  return [
    ...held.map(({ skuId, disabledPlans }) => ({
      skuId,
      disabledPlans,
      state: 'ActiveWithError' as const,
      error: errors.get(skuId) ?? ('Other' as const),
    })),
    ...wanted
      .filter(({ skuId }) => !has(held, skuId))
      .map(({ skuId, disabledPlans }) => ({
        skuId,
        disabledPlans,
        state: 'Error' as const,
        error: errors.get(skuId) ?? ('Other' as const),
      })),
  ]
}
