import type { Kind, Reference } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { deleteGroup } from './delete-group.ts'
import { faults } from './faults.ts'
import { groupFaults } from './group-faults.ts'
import { addedLinks, checkRelation, groupToLink, heldGroup, type GroupRelation } from './group-links.ts'
import { demandMember, groupWrites } from './group-permissions.ts'
import { groupTypeOf } from './group-type.ts'
import { linkedTarget, namedTarget } from './link-target.ts'
import { lookUp } from './lookup.ts'
import { needing } from './needing.ts'
import { readOptions } from './options.ts'
import { writing, type Requirement } from './permissions.ts'
import { noContent } from './replies.ts'
import { deleteUser } from './delete-user.ts'

/** Answers `POST /groups/{id}/members/$ref` and `…/owners/$ref`. @see https://learn.microsoft.com/graph/api/group-post-members */
export const addLink =
  (relation: GroupRelation): Handler =>
  call => {
    readOptions(call.request, [])
    const named = namedTarget(call)
    return {
      holds: [heldGroup(call)],
      apply() {
        commit(call, addedLinks(call, groupToLink(call), { members: [], owners: [], [relation]: [named] }))
        return noContent
      },
    }
  }

/** Answers `DELETE /groups/{id}/members/{id}/$ref` and `…/owners/{id}/$ref`. @see https://learn.microsoft.com/graph/api/group-delete-members */
export const removeLink =
  (relation: GroupRelation): Handler =>
  call => {
    readOptions(call.request, [])
    return {
      holds: [heldGroup(call)],
      apply() {
        const group = lookUp(call, 'group', call.keys[0]!)
        checkRelation(call, groupTypeOf(group), relation)
        const target = linkedTarget(call)
        if (relation === 'members') demandMember(call.request.caller, target.kind)
        else checkLastOwner(call, group.id, target)
        commit(call, [{ do: 'unlink', kind: 'group', id: group.id, relation, target }])
        return noContent
      },
    }
  }

/** The last owner that is a user stays, also if an app is another owner. @see https://learn.microsoft.com/graph/api/group-delete-owners */
const checkLastOwner = ({ directory }: Call, id: string, target: Reference): void => {
  if (target.kind !== 'user' || !directory.isRelated('group', id, 'owners', target, 'truth')) return
  if (directory.countRelated('group', id, 'owners', 'user', 'truth') === 1) throw groupFaults.lastOwner()
}

const deletions: Readonly<Partial<Record<Kind, readonly [Requirement, Handler]>>> = {
  user: [writing.deleteUsers, deleteUser],
  group: [groupWrites.delete, deleteGroup],
}

/**
 * Answers `DELETE /groups/{id}/members/{id}`, without `/$ref`: Graph deletes the member itself, if the caller may delete
 * objects of its kind. The knob `refLess` refuses it.
 *
 * @see https://learn.microsoft.com/graph/api/group-delete-members
 */
export const deleteMember: Handler = call => {
  if (call.knobs.refLess === 'refuse') throw groupFaults.refLess()
  const { id } = lookUp(call, 'group', call.keys[0]!)
  const target = linkedTarget(call)
  if (!call.directory.isRelated('group', id, 'members', target, 'truth')) throw faults.notFound(target.id)
  const [needs, handle] = deletions[target.kind] ?? []
  if (!needs || !handle) throw faults.denied()
  return needing(needs, handle)({ ...call, keys: [call.keys[1]!] })
}

/** Answers `POST /groups/{id}/members`, without `/$ref`. */
export const notContained: Handler = () => {
  throw groupFaults.notContained()
}

/** Answers `PATCH /groups/{id}/members/$ref`: several members are added by a PATCH of the group itself. */
export const setNotSupported: Handler = () => {
  throw groupFaults.setNotSupported()
}
