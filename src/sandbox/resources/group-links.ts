import type { Fields } from '../../core/json.ts'
import type { Entity, Mutation, Reference } from '../directory/types.ts'
import { isGuid } from './address.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'
import { groupFaults } from './group-faults.ts'
import { demandMember, groupWrites } from './group-permissions.ts'
import { groupTypeOf, type GroupType } from './group-type.ts'
import { kindNames } from './link-faults.ts'
import { isNotReplicated, targetOf } from './link-target.ts'
import { lookUp } from './lookup.ts'
import { demand } from './permissions.ts'
import type { NamedObject } from './reference-address.ts'

/** A relation of a group that can be written. */
export type GroupRelation = 'members' | 'owners'

/** The objects that a request links to a group. */
export type NamedLinks = Readonly<Record<GroupRelation, readonly NamedObject[]>>

/** @see https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions */
const maxOwners = 100

/**
 * Finds the group that a request links objects to.
 *
 * @throws GraphFault 404, or 400 for a group that is created but not replicated yet
 */
export const groupToLink = (call: Call): Entity => {
  const key = call.keys[0]!
  if (isNotReplicated(call, key)) throw groupFaults.notReplicated()
  return lookUp(call, 'group', key)
}

/** Id of the group that a write holds. Whether the group exists is checked when the write is applied. */
export const heldGroup = (call: Call): string => {
  const key = call.keys[0]!
  return isGuid(key.value) && key.by === undefined ? key.value.toLowerCase() : lookUp(call, 'group', key).id
}

/** @throws GraphFault if the caller may not change this relation of a group, or nobody can through Graph */
export const checkRelation = (call: Call, type: GroupType, relation: GroupRelation): void => {
  if (type.isAssignableToRole) demand(call.request.caller, groupWrites.roles)
  if (type.isOfExchange) throw groupFaults.mailEnabled('Update')
  // Reported so: Graph does not say that the group is dynamic.
  // https://learn.microsoft.com/troubleshoot/entra/entra-id/users-groups-entra-apis/authorization-requestdenied-403-error-add-user-group
  if (type.isDynamic && relation === 'members') throw faults.denied()
  if (type.isSynced) throw groupFaults.synced()
}

/**
 * The changes that link objects to a group. Objects are those that a plain read shows. Whether one is deleted or linked already
 * is left to the directory, which knows the truth.
 *
 * @param group its id and properties; those of a new group are not in the directory yet
 * @throws GraphFault for the first object that cannot be linked
 */
export const addedLinks = (
  call: Call,
  group: Fields & { readonly id: string },
  links: NamedLinks,
): readonly Mutation[] => {
  const { directory } = call
  const type = groupTypeOf(group)
  return (['members', 'owners'] as const).flatMap(relation => {
    const named = links[relation]
    if (named.length === 0) return []
    checkRelation(call, type, relation)
    const targets = named.map(each => targetOf(call, each))
    if (new Set(targets.map(({ id }) => id)).size < targets.length) throw groupFaults.repeatedLink()
    for (const target of targets)
      if (relation === 'members') checkMember(call, group.id, type, target)
      else if (target.kind !== 'user' && target.kind !== 'servicePrincipal') throw groupFaults.ownerType()
    if (relation === 'owners') {
      const count = directory.countRelated('group', group.id, 'owners', undefined, 'truth') + targets.length
      if (count > maxOwners) throw groupFaults.tooManyOwners(count)
    }
    return targets.map(target => ({ do: 'link', kind: 'group', id: group.id, relation, target }) as const)
  })
}

/** @throws GraphFault if a group of this type cannot have the member */
const checkMember = (call: Call, groupId: string, type: GroupType, { kind, id }: Reference): void => {
  demandMember(call.request.caller, kind)
  if (id === groupId) throw groupFaults.ownMember()
  const names = kindNames[kind]
  if (kind === 'user') return
  if (kind === 'group') {
    const member: Fields = call.directory.collection('group').get(id) ?? {}
    if (type.isAssignableToRole) throw groupFaults.roleNesting()
    const what = groupTypeOf(member).isUnified ? 'Unified Groups' : 'Security Groups'
    if (type.isUnified) throw groupFaults.notForUnified(what, 'Group')
    if (what === 'Unified Groups') throw groupFaults.notForSecurity(what, 'Group')
    // Documented as unsupported. https://learn.microsoft.com/entra/fundamentals/how-to-manage-groups
    if (member['securityEnabled'] !== true) throw groupFaults.notForSecurity('Distribution Groups', 'Group')
    return
  }
  if (type.isUnified) throw groupFaults.notForUnified(names, names)
  if (!inSecurityGroups.has(kind)) throw groupFaults.notForSecurity(names, names)
}

/** @see https://learn.microsoft.com/graph/api/group-post-members */
const inSecurityGroups: ReadonlySet<Reference['kind']> = new Set([
  'user',
  'group',
  'device',
  'servicePrincipal',
  'orgContact',
])
