import t from 'tap'
import { sourceContract } from '../../src/contracts/source.ts'
import { appRoleAssignments } from '../../src/sources/app-role-assignments.ts'
import { groupsOf } from '../../src/sources/groups-of.ts'
import { licenses } from '../../src/sources/licenses.ts'
import { managersOfUsers } from '../../src/sources/managers-of-users.ts'
import { owners } from '../../src/sources/owners.ts'
import { registeredOwners } from '../../src/sources/registered-owners.ts'
import { roleAssignments } from '../../src/sources/role-assignments.ts'
import { keeps } from '../contracts/keeps.ts'
import { sandboxGraph } from './sandbox-graph.ts'

const client = await sandboxGraph(t)

for (const [name, make] of [
  ['owners of groups', () => owners({ top: 10 })],
  ['owners of applications', () => owners({ of: 'applications', top: 2 })],
  ['registered owners', () => registeredOwners({ filter: "startswith(operatingSystem,'W')" })],
  ['groups of users', () => groupsOf({ filter: 'accountEnabled eq false', transitive: true })],
  ['app role assignments', () => appRoleAssignments()],
  ['managers', () => managersOfUsers({ top: 60 })],
  ['licenses', () => licenses({ top: 60 })],
  ['role assignments', () => roleAssignments()],
] as const)
  t.test(`${name} keep the contract of a source`, t =>
    keeps(t, sourceContract({ make, graph: client, comesWhole: true })),
  )

t.test('selected names must be properties, and options are known', t => {
  t.throws(() => owners({ select: ['dispalyName'] }), { code: 'PROPERTY_UNKNOWN' })
  t.throws(() => owners({ of: 'users' as 'groups' }), { code: 'OPTION_INVALID' })
  t.throws(() => groupsOf({ select: ['jobTitle'] }), { code: 'PROPERTY_UNKNOWN' })
  t.throws(() => registeredOwners({ filter: "nothing eq 'x'" }), { code: 'PROPERTY_UNKNOWN' })
  t.throws(() => appRoleAssignments({ select: ['id'] } as object), { code: 'OPTION_INVALID' })
  t.end()
})
