import type { Fields } from '../../../core/json.ts'
import type { PlanName } from './plan-rules.ts'
import { serviceOf } from './skus.ts'
import { isActive, type Licence, type LicenceState } from './types.ts'

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

/** Shows the licences of a user. Each property is computed when it is read. @param plansOf the plans of a product */
export const propertiesOf = (
  states: readonly LicenceState[],
  plansOf: (skuId: string) => readonly PlanName[],
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
    return [...plansAt(states, plansOf)].map(([servicePlanId, { name, at }]) => ({
      assignedDateTime: at,
      capabilityStatus: 'Enabled',
      service: serviceOf(name),
      servicePlanId,
    }))
  },
  get provisionedPlans() {
    const services = new Set([...plansAt(states, plansOf).values()].map(({ name }) => serviceOf(name)))
    return [...services].map(service => ({ capabilityStatus: 'Enabled', provisioningStatus: 'Success', service }))
  },
})
