import { EntrapipeError } from '../core/errors.ts'
import { wrongState } from './job-errors.ts'
import type { Job, Person } from './job.ts'

/** Operations that grant a privileged role. */
const grants: ReadonlySet<string> = new Set(['assign-role', 'assign-eligible-role', 'assign-timed-role'])

const deletes = (kind: string): boolean => kind.startsWith('delete-') || kind.startsWith('purge-')

/**
 * Whether changes of these kinds need the approval of a second person: what deletes, what grants a role, and what touches those who
 * hold a privileged one.
 */
export const needsApproval = (
  kinds: readonly string[],
  { includePrivileged }: { readonly [option: string]: unknown },
): boolean => includePrivileged === true || kinds.some(kind => grants.has(kind) || deletes(kind))

/** How long an approval is waited for. */
export const approvalMs = 7 * 24 * 60 * 60 * 1000

/** Operations that only add: they take nothing from anybody. An assignment of a product can turn plans off. */
const adds = /^(?:add|assign|create|enable|invite|keep|restore|set)-(?!.*license$)/

/** Whether changes of these kinds may delete, remove or disable: over several tenants, their plan must be looked at first. */
export const needsLook = (kinds: readonly string[]): boolean => kinds.some(kind => !adds.test(kind))

/**
 * Checks that a person may approve the plan of a job.
 *
 * @param byId `Person.id` of who submitted it
 * @param planHash the plan that the person has seen
 * @throws EntrapipeError `JOB_STATE`; `APPROVAL_REFUSED` for the one who submitted it where a second person is needed, and for an app;
 *   `PLAN_REFUSED` if the job has another plan
 */
export const expectApprover = (job: Job, byId: string, person: Person, planHash: string): void => {
  const { id, state, approver = 'second-person' } = job
  if (state !== 'awaiting-approval') throw wrongState(job, 'approved')
  if (person.isApp)
    throw new EntrapipeError('APPROVAL_REFUSED', 'An app cannot approve a job.', { fix: 'Sign in as a person.' })
  if (approver === 'second-person' && person.id === byId)
    throw new EntrapipeError('APPROVAL_REFUSED', `You submitted job ${id}, so somebody else must approve it.`)
  if (planHash !== job.planHash)
    throw new EntrapipeError('PLAN_REFUSED', `Job ${id} has another plan than the one that you have seen.`, {
      fix: 'Look at it again.',
    })
}
