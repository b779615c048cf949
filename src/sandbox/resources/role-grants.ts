import { isFields, type Fields } from '../../core/json.ts'
import { activated, type RoleGrant } from '../directory/role-links.ts'
import type { Directory, Kind, Mutation, Reference, View } from '../directory/types.ts'
import { isGuid } from './address.ts'
import type { Call } from './call.ts'
import { groupFaults } from './group-faults.ts'
import { kindNames } from './link-faults.ts'
import { targetOf } from './link-target.ts'
import { roleFaults } from './role-faults.ts'

/** Kinds of objects that can have roles. @see https://learn.microsoft.com/graph/api/resources/unifiedroleassignment */
export const rolePrincipals: readonly Kind[] = ['user', 'group', 'servicePrincipal']

/** Reads the body of a write. @throws GraphFault 400 */
export const bodyOf = ({ request: { body } }: Call): Fields => {
  if (!isFields(body)) throw groupFaults.bodyMissing()
  return body
}

/** Reads a GUID of a body, in lower case. @throws GraphFault 400 */
export const guidIn = (body: Fields, property: string): string => {
  const value = body[property]
  if (value === undefined || value === null || value === '') throw roleFaults.valueMissing(property)
  if (typeof value !== 'string' || !isGuid(value)) throw roleFaults.valueInvalid(property)
  return value.toLowerCase()
}

const unitScope = /^\/?administrativeUnits\/([^/]+)$/i

/** The scope that a body names. Scopes of single applications are not served. @throws GraphFault 400 */
const scopeIn = (call: Call, body: Fields): string => {
  const given = body['directoryScopeId']
  if (given === undefined || given === null || given === '') throw roleFaults.valueMissing('directoryScopeId')
  if (given === '/') return given
  const [, unit] = typeof given === 'string' ? (unitScope.exec(given) ?? []) : []
  if (unit === undefined || !isGuid(unit)) throw roleFaults.scopeInvalid(given)
  if (!call.directory.collection('administrativeUnit').get(unit.toLowerCase())) throw roleFaults.scopeInvalid(given)
  return `/administrativeUnits/${unit.toLowerCase()}`
}

/** The grant that a body asks for. @throws GraphFault 400, 404 */
export const grantIn = (call: Call, body: Fields): RoleGrant => {
  const role = guidIn(body, 'roleDefinitionId')
  const id = guidIn(body, 'principalId')
  const scope = scopeIn(call, body)
  if (!call.directory.directoryRoleTemplates.some(template => template.id === role)) throw roleFaults.roleUnknown(role)
  const principal = targetOf(call, { kind: undefined, key: { value: id } })
  if (!rolePrincipals.includes(principal.kind)) throw roleFaults.principalType(kindNames[principal.kind])
  checkAssignable(call, principal)
  return { role, principal, scope }
}

/** @throws GraphFault if a principal is a group that cannot have roles */
export const checkAssignable = ({ directory }: Call, { kind, id }: Reference): void => {
  if (kind === 'group' && directory.collection('group').get(id)?.['isAssignableToRole'] !== true)
    throw roleFaults.groupNotAssignable()
}

/** Whether a principal has a role actively. */
export const isActive = (directory: Directory, { role, principal, scope }: RoleGrant, view: View): boolean => {
  if (scope !== '/')
    return directory.assignment({ family: 'roles', principal, of: role, within: scope }, view) !== undefined
  const found = activated(directory, role, view)
  return found !== undefined && directory.isRelated('directoryRole', found.id, 'members', principal, view)
}

/** The changes that take a role away which a principal has. */
export const revoking = (directory: Directory, { role, principal, scope }: RoleGrant): readonly Mutation[] => {
  if (scope !== '/') {
    const { kind, id } = principal
    return [{ do: 'unassign', kind, id, family: 'roles', of: role, within: scope }]
  }
  const { id } = activated(directory, role, 'truth')!
  return [
    { do: 'unlink', kind: 'directoryRole', id, relation: 'members', target: principal },
    ...endedSchedule(directory, role, principal),
  ]
}

/** The change that removes the schedule of a role for the whole directory, if it has one. */
export const endedSchedule = (directory: Directory, role: string, principal: Reference): readonly Mutation[] => {
  const of = { family: 'roles', of: role, within: '/' } as const
  const { kind, id } = principal
  return directory.assignment({ ...of, principal }, 'truth') ? [{ do: 'unassign', kind, id, ...of }] : []
}
