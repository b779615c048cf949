import type { Fields } from '../../core/json.ts'
import { formerlySyncedProperties, userAttributes } from '../../data/on-premises.ts'
import { isoTimeOfMs } from '../directory/iso-time.ts'
import type { Entity } from '../directory/types.ts'
import type { Caller } from '../protocol.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { faults } from './faults.ts'
import { lookUp } from './lookup.ts'
import { managerLink } from './manager-link.ts'
import { demand, writing } from './permissions.ts'
import { demandOver, demandPasswordRole, sensitiveProperties } from './privileged.ts'
import { noContent } from './replies.ts'
import { userBody } from './user-body.ts'
import { checkDomain, withComputed } from './user-computed.ts'
import { userFaults } from './user-faults.ts'
import { withoutPassword } from './user-secrets.ts'
import { checkUserValues, isOfSharePoint } from './user-values.ts'

/** Answers `PATCH /users/{id}`. @see https://learn.microsoft.com/graph/api/user-update */
export const updateUser: Handler = call => {
  const { values: given, manager } = userBody(call)
  const names = Object.keys(given)
  demandUpdate(call.request.caller, names)
  const { id } = lookUp(call, 'user', call.keys[0]!)
  checkServices(call.request.caller, names, manager !== undefined)
  if (names.includes('passwordProfile')) demandPasswordRole(call)
  if (names.some(name => sensitiveProperties.has(name))) demandOver(call, id)
  checkUserValues(given)
  return {
    holds: [id],
    apply() {
      const before = liveUser(call, id)
      checkAuthority(before, names, manager !== undefined)
      const values = changed(call, given, before)
      commit(call, [
        ...(names.length > 0 ? [{ do: 'update', kind: 'user', id, values } as const] : []),
        ...(manager ? [managerLink(call, id, manager)] : []),
      ])
      return noContent
    },
  }
}

/** The user as it is, whatever the views show. @throws GraphFault 404 */
const liveUser = ({ directory }: Call, id: string): Entity => {
  const truth = directory.truth(id)
  if (truth?.state !== 'live' || !truth.entity) throw faults.notFound(id)
  return truth.entity
}

const changed = ({ directory }: Call, given: Fields, before: Entity): Fields => {
  const upn = given['userPrincipalName']
  if (upn !== undefined)
    checkDomain(
      directory,
      upn,
      'onPremisesImmutableId' in given ? given['onPremisesImmutableId'] : before['onPremisesImmutableId'],
    )
  const values = withComputed(directory, given, before)
  const policies = given['passwordPolicies'] ?? before['passwordPolicies']
  return withoutPassword(values, policies, isoTimeOfMs(directory.now()))
}

/** @throws GraphFault 403 */
const demandUpdate = (caller: Caller, names: readonly string[]): void => {
  for (const name of names) demand(caller, writing.updateUserProperty[name] ?? writing.updateUsers)
  if (names.length === 0) demand(caller, writing.updateUsers)
}

/**
 * SharePoint's properties are changed alone, and not by apps.
 *
 * @throws GraphFault 400, 403
 */
const checkServices = ({ delegated }: Caller, names: readonly string[], hasManager: boolean): void => {
  const ofSharePoint = names.filter(isOfSharePoint)
  if (ofSharePoint.length > 0 && (hasManager || ofSharePoint.length < names.length)) throw userFaults.mixedServices()
  if (delegated) return
  if (ofSharePoint.length > 0) throw userFaults.notByApps()
  if (names.includes('employeeHireDate')) throw faults.denied()
}

/**
 * Refuses what Active Directory masters.
 *
 * @throws GraphFault 400
 */
const checkAuthority = (user: Entity, names: readonly string[], hasManager: boolean): void => {
  const isSynced = user['onPremisesSyncEnabled']
  if (isSynced === true && (hasManager || names.some(name => name in userAttributes))) throw userFaults.synced()
  if (isSynced === false && names.some(name => formerlySyncedProperties.includes(name)))
    throw userFaults.formerlySynced()
}
