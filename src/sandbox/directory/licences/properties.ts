import type { Fields } from '../../../core/json.ts'
import type { PlanName } from './plan-rules.ts'
import { serviceOf } from './skus.ts'
import { isActive, type Licence, type LicenceState, type Share } from './types.ts'

/** The properties of a user that show its licences. */
export interface LicenceProperties {
  readonly assignedLicenses: readonly Licence[]
  readonly licenseAssignmentStates: readonly Fields[]
  readonly assignedPlans: readonly Fields[]
  readonly provisionedPlans: readonly unknown[]
}

/** Names of the properties that show licences. */
export const licenceProperties = [
  'assignedLicenses',
  'assignedPlans',
  'licenseAssignmentStates',
  'provisionedPlans',
] as const satisfies readonly (keyof LicenceProperties)[]

/** The products that a user has, each once: a plan is disabled if no assigner enables it. */
const mergedLicences = (states: readonly LicenceState[]): readonly Licence[] => {
  const merged = new Map<string, readonly string[]>()
  for (const { skuId, disabledPlans } of states.filter(isActive)) {
    const before = merged.get(skuId)
    merged.set(skuId, before ? before.filter(plan => disabledPlans.includes(plan)) : disabledPlans)
  }
  return [...merged].map(([skuId, disabledPlans]) => ({ disabledPlans, skuId }))
}

interface PlanOf {
  readonly name: string
  readonly at: string
}

/** The enabled plans of a user, each with the time of its first assignment. */
const plansAt = (
  states: readonly LicenceState[],
  plansOf: (skuId: string) => readonly PlanName[],
): ReadonlyMap<string, PlanOf> => {
  const plans = new Map<string, PlanOf>()
  for (const { skuId, disabledPlans, at } of states.filter(isActive))
    for (const { servicePlanId, servicePlanName } of plansOf(skuId)) {
      if (disabledPlans.includes(servicePlanId)) continue
      const before = plans.get(servicePlanId)
      if (!before || at < before.at) plans.set(servicePlanId, { name: servicePlanName, at })
    }
  return plans
}

/** What an assigner gave a user from a time on, in ISO 8601. */
export interface LicenceStep {
  readonly assigner: number
  readonly shares: readonly Share[]
  readonly at: string
}

const none = (): readonly LicenceStep[] => []

/** The plans that a user had, each with the time of the change that took it last. */
const plansLost = (
  steps: readonly LicenceStep[],
  plansOf: (skuId: string) => readonly PlanName[],
): ReadonlyMap<string, PlanOf> => {
  const lost = new Map<string, PlanOf>()
  const before = new Map<number, readonly Share[]>()
  for (const { assigner, shares, at } of steps) {
    const still = shares.filter(isActive)
    for (const { skuId, disabledPlans } of (before.get(assigner) ?? []).filter(isActive))
      for (const { servicePlanId, servicePlanName } of plansOf(skuId)) {
        const stays = still.some(each => each.skuId === skuId && !each.disabledPlans.includes(servicePlanId))
        if (!disabledPlans.includes(servicePlanId) && !stays) lost.set(servicePlanId, { name: servicePlanName, at })
      }
    before.set(assigner, shares)
  }
  return lost
}

/**
 * Shows the licences of a user. Each property is computed when it is read. Plans that were taken stay among the assigned ones, as captured.
 *
 * @param plansOf the plans of a product
 * @param stepsOf the changes of what assigners gave, oldest first
 * @see https://learn.microsoft.com/graph/api/resources/assignedplan
 */
export const propertiesOf = (
  states: readonly LicenceState[],
  plansOf: (skuId: string) => readonly PlanName[],
  stepsOf: () => readonly LicenceStep[] = none,
): LicenceProperties => ({
  get assignedLicenses() {
    return mergedLicences(states)
  },
  get licenseAssignmentStates() {
    return states.map(({ skuId, disabledPlans, by, state, error, at }) => ({
      skuId,
      disabledPlans,
      assignedByGroup: by,
      state,
      // As captured: the page says null.
      error: error ?? 'None',
      lastUpdatedDateTime: at,
    }))
  },
  get assignedPlans() {
    const enabled = plansAt(states, plansOf)
    const lost = [...plansLost(stepsOf(), plansOf)].filter(([plan]) => !enabled.has(plan))
    const shown = (capabilityStatus: string, plans: Iterable<readonly [string, PlanOf]>): readonly Fields[] =>
      [...plans].map(([servicePlanId, { name, at }]) => ({
        assignedDateTime: at,
        capabilityStatus,
        service: serviceOf(name),
        servicePlanId,
      }))
    return [...shown('Enabled', enabled), ...shown('Deleted', lost)]
  },
  get provisionedPlans() {
    const services = new Set([...plansAt(states, plansOf).values()].map(({ name }) => serviceOf(name)))
    return [...services].map(service => ({ capabilityStatus: 'Enabled', provisioningStatus: 'Success', service }))
  },
})
