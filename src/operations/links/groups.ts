import type { Finding, OperationContext, Values } from '../../core/operation.ts'
import { masteredOfGroup } from '../groups/mastered.ts'
import { readEach, type Seen } from '../objects/read-each.ts'
import { nounOf, type Relation } from './link.ts'

/** What of a group decides how its links can be changed. */
interface GroupSeen extends Seen {
  readonly displayName: string | null
  readonly groupTypes: readonly string[]
  readonly onPremisesSyncEnabled: boolean | null
  readonly mailEnabled: boolean | null
  readonly visibility: string | null
  readonly assignedLicenses: readonly Values[] | null
}

const properties = 'id,displayName,groupTypes,onPremisesSyncEnabled,mailEnabled,visibility,assignedLicenses'

/** The groups of these ids; one that does not exist is missing. */
export const groupsSeen = async (
  ids: readonly string[],
  context: OperationContext,
): Promise<ReadonlyMap<string, GroupSeen>> => {
  const distinct = [...new Set(ids)]
  const found = await readEach(
    distinct.map(id => `/groups/${id}?$select=${properties}`),
    context,
  )
  return new Map(distinct.flatMap((id, at) => (found[at] ? [[id, found[at] as GroupSeen]] : [])))
}

export type { GroupSeen }

/** The name of a group for messages. */
export const nameOf = ({ displayName, id }: GroupSeen): string => displayName ?? id

/** Whether the list of members is empty for a sign-in without Member.Read.Hidden. */
export const isHidden = ({ visibility }: GroupSeen, relation: Relation): boolean =>
  relation === 'members' && visibility === 'HiddenMembership'

/** Why no link of a group can be changed through Graph; undefined if they can. */
export const closed = (group: GroupSeen, relation: Relation): Finding | undefined => {
  if (relation === 'members' && group.groupTypes.includes('DynamicMembership'))
    return {
      outcome: 'failed',
      code: 'GROUP_DYNAMIC',
      message: `${nameOf(group)} is a dynamic group: its members follow from its rule.`,
      fix: 'Change the rule of the group, or the properties of the object.',
    }
  return masteredOfGroup(group, `its ${relation}`)
}

/** @see https://learn.microsoft.com/graph/api/group-post-members and group-post-owners */
const fitting = {
  unified: ['user'],
  security: ['user', 'group', 'device', 'servicePrincipal', 'orgContact'],
  owners: ['user', 'servicePrincipal'],
} as const

/** Why an object of this type cannot be linked to the group; undefined if it can, or if its type is not known. */
export const misfit = (group: GroupSeen, relation: Relation, type: string): Finding | undefined => {
  if (type === 'unreadable') return undefined
  const isUnified = group.groupTypes.includes('Unified')
  const types: readonly string[] = fitting[relation === 'owners' ? 'owners' : isUnified ? 'unified' : 'security']
  if (types.includes(type)) return undefined
  return {
    outcome: 'failed',
    code: 'TYPE_NOT_ALLOWED',
    message: `The object is of type ${type}, which cannot be ${nounOf(relation) === 'owner' ? 'an owner' : 'a member'} of ${
      relation === 'owners' ? 'a group' : isUnified ? 'a Microsoft 365 group' : 'a security group'
    }.`,
    fix: `Use an object of one of these types: ${types.join(', ')}.`,
  }
}

/** The result for a group that does not exist. */
export const noGroup = (id: string): Finding => ({
  outcome: 'failed',
  code: 'GROUP_UNKNOWN',
  message: `No group has the id ${id}.`,
  fix: 'Correct the group. It may have been deleted.',
})

/** The result for an object that does not exist. */
export const noObject = (id: string): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_NOT_FOUND',
  message: `No object has the id ${id}.`,
  fix: 'Correct the id. The object may have been deleted.',
})
