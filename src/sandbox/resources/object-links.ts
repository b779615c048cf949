import type { Entity, Kind, Mutation, Reference, Relation } from '../directory/types.ts'
import { isGuid } from './address.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { linkFaults } from './link-faults.ts'
import { linkedTarget, namedTarget, targetOf } from './link-target.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { noContent } from './replies.ts'
import { checkAssignable, endedSchedule, rolePrincipals } from './role-grants.ts'

/** What of an object can be linked to what. */
interface LinkRules {
  readonly kind: Kind
  readonly relation: Relation
  /** Kinds of targets. */
  readonly targets: readonly Kind[]
  /** The largest number of targets. */
  readonly most?: number
  /** Whether links of this object can be changed. @throws GraphFault */
  readonly check?: (owner: Entity) => void
  /** Whether this target can be linked. @throws GraphFault */
  readonly checkTarget?: (call: Call, owner: Entity, target: Reference) => void
  /** What ends with a link. */
  readonly endsWith?: (call: Call, owner: Entity, target: Reference) => readonly Mutation[]
}

/** Handlers of `POST …/$ref` and `DELETE …/{id}/$ref` for objects other than groups, one link a request. */
const handlersOf = (rules: LinkRules): { readonly add: Handler; readonly remove: Handler } => {
  const { kind, relation, targets, most = Infinity, check, checkTarget, endsWith } = rules
  const held = (call: Call): string => {
    const key = call.keys[0]!
    return isGuid(key.value) && key.by === undefined ? key.value.toLowerCase() : lookUp(call, kind, key).id
  }
  return {
    add(call) {
      readOptions(call.request, [])
      const named = namedTarget(call)
      return {
        holds: [held(call)],
        apply() {
          const owner = lookUp(call, kind, call.keys[0]!)
          check?.(owner)
          const target = targetOf(call, named)
          if (!targets.includes(target.kind)) throw linkFaults.targetInvalid(target.kind, target.id, relation)
          checkTarget?.(call, owner, target)
          const { directory } = call
          const count = directory.countRelated(kind, owner.id, relation, undefined, 'truth') + 1
          if (count > most && !directory.isRelated(kind, owner.id, relation, target, 'truth'))
            throw linkFaults.tooMany(count, most, relation)
          commit(call, [{ do: 'link', kind, id: owner.id, relation, target }])
          return noContent
        },
      }
    },
    remove(call) {
      readOptions(call.request, [])
      return {
        holds: [held(call)],
        apply() {
          const owner = lookUp(call, kind, call.keys[0]!)
          check?.(owner)
          const target = linkedTarget(call)
          const ended = endsWith?.(call, owner, target) ?? []
          commit(call, [{ do: 'unlink', kind, id: owner.id, relation, target }, ...ended])
          return noContent
        },
      }
    },
  }
}

/** @see https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions */
const mostOwners = 100

/** @see https://learn.microsoft.com/graph/api/application-post-owners */
export const applicationOwners = handlersOf({
  kind: 'application',
  relation: 'owners',
  targets: ['user', 'servicePrincipal'],
  most: mostOwners,
})

/** @see https://learn.microsoft.com/graph/api/serviceprincipal-post-owners */
export const servicePrincipalOwners = handlersOf({
  kind: 'servicePrincipal',
  relation: 'owners',
  targets: ['user', 'servicePrincipal'],
  most: mostOwners,
})

/** @see https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions */
const mostUnits = 30

/** @see https://learn.microsoft.com/graph/api/administrativeunit-post-members */
export const unitMembers = handlersOf({
  kind: 'administrativeUnit',
  relation: 'members',
  targets: ['user', 'group', 'device'],
  check(unit) {
    if (unit['membershipType'] === 'Dynamic') throw linkFaults.dynamicUnit()
  },
  checkTarget({ directory }, unit, target) {
    const units = directory.memberOf(target, 'truth').filter(({ kind }) => kind === 'administrativeUnit')
    if (units.length >= mostUnits && units.every(({ id }) => id !== unit.id))
      throw linkFaults.tooMany(units.length + 1, mostUnits, 'administrativeUnits')
    if (unit['isMemberManagementRestricted'] !== true || target.kind !== 'group') return
    const group = directory.collection('group').get(target.id)
    if (group?.['securityEnabled'] !== true || group['mailEnabled'] === true) throw linkFaults.notInRestrictedUnit()
  },
})

/** Members of an activated role have it for the whole directory. @see https://learn.microsoft.com/graph/api/directoryrole-post-members */
export const roleMembers = handlersOf({
  kind: 'directoryRole',
  relation: 'members',
  targets: rolePrincipals,
  checkTarget: (call, _role, target) => checkAssignable(call, target),
  endsWith: ({ directory }, role, principal) => endedSchedule(directory, String(role['roleTemplateId']), principal),
})
