import { isDynamic, isUnified, masteredOfGroup } from '../groups/mastered.ts'
import { nameOf, type LinkForm, type Relation } from './form.ts'

/** @see https://learn.microsoft.com/graph/api/group-post-members and group-post-owners */
const ofGroups = {
  unified: { types: ['user'], what: 'a Microsoft 365 group' },
  security: { types: ['user', 'group', 'device', 'servicePrincipal', 'orgContact'], what: 'a security group' },
  owners: { types: ['user', 'servicePrincipal'], what: 'a group' },
} as const

const groupForm = (relation: Relation): LinkForm => ({
  of: 'group',
  relation,
  noun: relation.slice(0, -1),
  captions: ['groupId', 'groupName'],
  // https://learn.microsoft.com/graph/api/group-post-members
  atOnce: 20,
  properties: ['displayName', 'groupTypes', 'onPremisesSyncEnabled', 'mailEnabled', 'visibility', 'assignedLicenses'],
  closed(group) {
    if (relation === 'members' && isDynamic(group))
      return {
        outcome: 'failed',
        code: 'GROUP_DYNAMIC',
        message: `${nameOf(group)} is a dynamic group: its members follow from its rule.`,
        fix: 'Change the rule of the group, or the properties of the object.',
      }
    return masteredOfGroup(group, `its ${relation}`)
  },
  fitting: group => ofGroups[relation === 'owners' ? 'owners' : isUnified(group) ? 'unified' : 'security'],
})

/** Members of groups. */
export const groupMembers = groupForm('members')

/** Owners of groups. */
export const groupOwners = groupForm('owners')

/** Graph adds one owner in a request. @see https://learn.microsoft.com/graph/api/application-post-owners */
const appForm = (of: 'application' | 'servicePrincipal', noun: string, what: string, captions: string[]): LinkForm => ({
  of,
  relation: 'owners',
  noun,
  captions,
  atOnce: 1,
  properties: ['displayName'],
  closed: () => undefined,
  fitting: () => ({ types: ['user', 'servicePrincipal'], what }),
})

/** Owners of applications. */
export const applicationOwners = appForm('application', 'app-owner', 'an application', ['app', 'appName'])

/** Owners of service principals. @see https://learn.microsoft.com/graph/api/serviceprincipal-post-owners */
export const servicePrincipalOwners = appForm('servicePrincipal', 'service-principal-owner', 'a service principal', [
  'servicePrincipalId',
])

/** Members of administrative units, one in a request. @see https://learn.microsoft.com/graph/api/administrativeunit-post-members */
export const unitMembers: LinkForm = {
  of: 'administrativeUnit',
  relation: 'members',
  noun: 'unit-member',
  captions: ['unit', 'administrativeUnitId', 'administrativeUnitName'],
  atOnce: 1,
  properties: ['displayName', 'membershipType', 'visibility'],
  closed(unit) {
    if (unit['membershipType'] !== 'Dynamic') return undefined
    return {
      outcome: 'failed',
      code: 'UNIT_DYNAMIC',
      message: `${nameOf(unit)} is a dynamic administrative unit: its members follow from its rule.`,
      fix: 'Change the rule of the unit, or the properties of the object.',
    }
  },
  fitting: () => ({ types: ['user', 'group', 'device'], what: 'an administrative unit' }),
}
