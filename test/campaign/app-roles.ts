import { randomUUID } from 'node:crypto'
import type { AssignmentOf } from '../../src/sandbox/directory/assignment-types.ts'
import { pairOf } from './pair.ts'
import { created, csvFile, someUsers } from './population.ts'
import type { Stage } from './stage.ts'
import { mutate } from './trial.ts'

/** App roles of one application are assigned to users, then taken; both are undone, the last one first. */
export const appRoleTrials = (stage: Stage, count: number) => {
  const { directory } = stage
  const role = {
    ...{ id: randomUUID(), value: 'Reader', displayName: 'Readers', description: 'Read', isEnabled: true },
    allowedMemberTypes: ['User'],
  }
  const values = { displayName: 'Campaign', appId: randomUUID(), appRoles: [role] }
  const resource = created(stage, 'servicePrincipal', 1, () => [{ do: 'create', kind: 'servicePrincipal', values }])[0]!
  const users = someUsers(stage, count)
  const of = (id: string): AssignmentOf => ({
    family: 'appRoles',
    principal: { kind: 'user', id },
    of: resource,
    within: role.id,
  })
  return pairOf({
    noun: 'app roles',
    verbs: ['assign', 'unassign'],
    command: ['app-roles'],
    file: csvFile(
      stage,
      'app-roles.csv',
      'resource,role,principal',
      users.map((id, at) => `${resource},${at % 3 === 0 ? role.id : role.value},${id}`),
    ),
    writes: { give: ['POST /servicePrincipals/*'], take: ['DELETE /servicePrincipals/*'] },
    rowsPerGift: 1,
    // Rows are sent in the order of their principals.
    inOrder: users,
    nameOf: value => String(value['principal']),
    *truth() {
      for (const { principal, by } of directory.assignmentTruth('appRoles', resource)) yield { name: principal, by }
    },
    isThere: id => directory.assignment(of(id), 'truth') !== undefined,
    change(id, what) {
      const { family, of: resourceId, within } = of(id)
      return mutate(stage, {
        do: what === 'added' ? 'assign' : 'unassign',
        kind: 'user',
        id,
        family,
        of: resourceId,
        within,
      })
    },
  })
}
