import { licencesOf, type UserLicences } from '../../src/licensing/user-licences.ts'
import { planId, skuOf } from './products.ts'

/** What a user has: part numbers with the names of the plans that are off. */
interface Held {
  readonly direct?: Readonly<Record<string, readonly string[]>>
  /** A group each, with the state of its assignments. */
  readonly groups?: readonly Readonly<Record<string, string | readonly string[]>>[]
}

/** A user as Graph returns one. */
export const heldBy = ({ direct = {}, groups = [] }: Held): UserLicences =>
  licencesOf({
    licenseAssignmentStates: [
      ...Object.entries(direct).map(([part, off]) => stateOf(part, off, null, 'Active')),
      ...groups.flatMap(({ group, state = 'Active', ...skus }) =>
        Object.entries(skus).map(([part, off]) =>
          stateOf(part, off as readonly string[], String(group), String(state)),
        ),
      ),
    ],
  })

const stateOf = (part: string, off: readonly string[], assignedByGroup: string | null, state: string) => ({
  skuId: skuOf(part),
  disabledPlans: off.map(planId),
  assignedByGroup,
  state,
  error: 'None',
})
