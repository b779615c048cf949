import { byPerson } from '../../src/sandbox/directory/eligibilities.ts'
import type { RoleGrant } from '../../src/sandbox/directory/role-links.ts'
import type { Directory, Mutation } from '../../src/sandbox/directory/types.ts'
import { recorded, requestId } from '../../src/sandbox/resources/role-request-list.ts'

/** Nobody of the directory. */
const another = '0d0c0b0a-0000-4000-8000-000000000001'

/** The changes of an administrator who makes somebody eligible for a role, or takes that back: with the request, as Graph keeps it. */
export const eligibleByAnother = (
  directory: Pick<Directory, 'freshId' | 'now'>,
  grant: RoleGrant,
  assigns: boolean,
): readonly Mutation[] => {
  const id = requestId(directory)
  const { role, principal, scope } = grant
  const of = { ...principal, family: 'eligibleRoles', of: role, within: scope } as const
  const asked = {
    action: assigns ? 'adminAssign' : 'adminRemove',
    targetScheduleId: assigns ? id : null,
    justification: null,
    createdBy: byPerson(another),
    scheduleInfo: null,
    createdDateTime: new Date(directory.now()).toISOString(),
  }
  return [
    assigns ? { do: 'assign', ...of, values: { id, createdUsing: id } } : { do: 'unassign', ...of },
    recorded('eligibleRequests', grant, id, asked),
  ]
}
