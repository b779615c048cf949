import { hidden } from '../directory/hidden-properties.ts'
import type { Entity } from '../directory/types.ts'
import { accessPassFaults } from './access-pass-faults.ts'
import { askedPass, newPass, passJson, type AccessPass } from './access-pass.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { isExternal } from './external.ts'
import { faults } from './faults.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { isInPolicy, passPolicy } from './pass-policy.ts'
import { accessPasses, demand, type Requirement } from './permissions.ts'
import { demandMethodsRole } from './privileged.ts'
import { createdReply, entityReply, noContent, wholeReply } from './replies.ts'

/** Answers `GET …/temporaryAccessPassMethods`: at most one pass. @see https://learn.microsoft.com/graph/api/authentication-list-temporaryaccesspassmethods */
export const listPasses: Handler = call => {
  const user = userOf(call, 'read')
  const pass = passOf(call, user)
  const { root } = call.request
  return wholeReply(root, setOf(user), pass ? [shown(call, user, pass, null)] : [])
}

/** Answers `GET …/temporaryAccessPassMethods/{id}`. @see https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethod-get */
export const singlePass: Handler = call => {
  const user = userOf(call, 'read')
  const pass = named(call, passOf(call, user))
  return entityReply(call.request.root, `${setOf(user)}/$entity`, shown(call, user, pass, null))
}

/**
 * Answers `POST …/temporaryAccessPassMethods`. A pass that the user has is replaced. Only this reply has its value.
 *
 * @see https://learn.microsoft.com/graph/api/authentication-post-temporaryaccesspassmethods
 */
export const createPass: Handler = call => {
  const user = userOf(call, 'write')
  const policy = passPolicy(call.directory)
  const asked = askedPass(call.request.body, policy)
  if (isExternal(user)) throw accessPassFaults.external()
  if (!isInPolicy(call.directory, user)) throw accessPassFaults.notInPolicy()
  return {
    holds: [user.id],
    apply() {
      const nowMs = call.directory.now()
      const { pass, value } = newPass(asked, policy, nowMs)
      keep(call, user, pass)
      return createdReply(call.request.root, setOf(user), pass.id, shown(call, user, pass, value))
    },
  }
}

/** Answers `DELETE …/temporaryAccessPassMethods/{id}`. @see https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethod-delete */
export const deletePass: Handler = call => {
  const user = userOf(call, 'delete')
  named(call, passOf(call, user))
  return {
    holds: [user.id],
    apply() {
      named(call, passOf(call, user, 'truth'))
      keep(call, user, null)
      return noContent
    },
  }
}

/** A pass that can be used again is not allowed where the policy allows one-time passes only. */
const shown = ({ directory }: Call, user: Entity, pass: AccessPass, value: string | null): string => {
  const isAllowed = isInPolicy(directory, user) && (pass.isUsableOnce || !passPolicy(directory).isUsableOnce)
  return passJson(pass, isAllowed, directory.now(), value)
}

const setOf = ({ id }: Entity): string => `users('${id}')/authentication/temporaryAccessPassMethods`

/** The pass is kept with its user, so that its changes are those of the user: journaled, lagging, in the ledger of truth. */
const keep = (call: Call, { id }: Entity, pass: AccessPass | null): void =>
  void commit(call, [{ do: 'update', kind: 'user', id, values: { [hidden.accessPass]: pass } }])

const passOf = ({ directory }: Call, { id }: Entity, view: 'direct' | 'truth' = 'direct'): AccessPass | undefined =>
  (directory.collection('user').hidden(id, hidden.accessPass, view) ?? undefined) as AccessPass | undefined

/** The pass that the path names. @throws GraphFault 404 */
const named = ({ keys }: Call, pass: AccessPass | undefined): AccessPass => {
  const { value } = keys[1]!
  if (pass?.id !== value.toLowerCase()) throw faults.notFound(value)
  return pass
}

/**
 * The user of the path. Apps need a permission; people a role too, and none for their own pass, which they cannot create.
 *
 * @throws GraphFault 400, 403, 404
 */
const userOf = (call: Call, what: 'read' | 'write' | 'delete'): Entity => {
  const { caller } = call.request
  readOptions(call.request, [])
  const needs = what === 'read' ? accessPasses.read : accessPasses.write
  const key = call.keys[0]!
  const isOwn = caller.delegated && what !== 'write' && key.value.toLowerCase() === caller.objectId
  demand(caller, isOwn ? [...needs, ...ofSelf(needs)] : needs)
  const user = lookUp(call, 'user', key)
  if (caller.delegated && user.id === caller.objectId && what === 'write') throw faults.denied()
  if (caller.delegated && !isOwn) demandMethodsRole(call, user.id, what === 'read')
  return user
}

const ofSelf = (needs: Requirement): Requirement => needs.map(name => name.replace(/\.All$/, ''))
