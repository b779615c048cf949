import type { LicenceState } from '../directory/licences/types.ts'
import { authorOf } from './commit.ts'
import { userReply } from './assign-license.ts'
import type { Call, Handler } from './call.ts'
import { checkPlans } from './licence-checks.ts'
import { licenceFaults } from './licence-faults.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { demandLicenceRole } from './privileged.ts'

/**
 * Answers `POST /users/{id}/reprocessLicenseAssignment`: processes the user in all groups that assign licences. What is still wrong is
 * the error of the reply, as captured for dependencies (unconfirmed for the others).
 *
 * @see https://learn.microsoft.com/graph/api/user-reprocesslicenseassignment
 */
export const reprocessLicense: Handler = call => {
  readOptions(call.request, [])
  demandLicenceRole(call, 'reprocess')
  const { id } = lookUp(call, 'user', call.keys[0]!)
  return {
    holds: [id],
    apply() {
      const { licences } = call.directory
      licences.reprocess(id, authorOf(call), { warningUnitsAssignable: call.knobs.warningUnitsAssignable })
      checkErrors(call, licences.states(id))
      return userReply(call, id)
    },
  }
}

/** @throws GraphFault 400 */
const checkErrors = (call: Call, states: readonly LicenceState[]): void => {
  for (const { error, skuId, by } of states) {
    if (error === null || error === 'Other') continue
    if (error === 'CountViolation') throw licenceFaults.noUnits(skuId)
    if (error === 'ProhibitedInUsageLocationViolation') throw licenceFaults.usageLocation()
    // As it would be: without what a group no longer gives, with what it cannot give.
    const others = states.filter(state => state.by !== by && state.state !== 'Error')
    const own = states.filter(state => state.by === by && state.state === 'Error')
    checkPlans([...others, ...own])
  }
}
