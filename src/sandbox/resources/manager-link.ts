import { isFields } from '../../core/json.ts'
import type { Mutation, Reference } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { faults } from './faults.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { namedObject, type NamedObject } from './reference-address.ts'
import { noContent } from './replies.ts'
import { userFaults } from './user-faults.ts'

/** Answers `PUT /users/{id}/manager/$ref`. It replaces the manager. @see https://learn.microsoft.com/graph/api/user-post-manager */
export const setManager: Handler = call => {
  readOptions(call.request, [])
  const { id } = ownUser(call)
  const { body, root } = call.request
  const named = namedObject(isFields(body) ? body['@odata.id'] : undefined, root)
  if (!named) throw userFaults.referenceInvalid()
  return {
    holds: [id],
    apply() {
      commit(call, [managerLink(call, id, named)])
      return noContent
    },
  }
}

/** Answers `DELETE /users/{id}/manager/$ref`. @see https://learn.microsoft.com/graph/api/user-delete-manager */
export const removeManager: Handler = call => {
  readOptions(call.request, [])
  const { id } = ownUser(call)
  return {
    holds: [id],
    apply() {
      const [target] = call.directory.related('user', id, 'manager', 1).references
      if (!target) throw faults.notFound('manager')
      commit(call, [{ do: 'unlink', kind: 'user', id, relation: 'manager', target }])
      return noContent
    },
  }
}

/** The user whose manager changes. Active Directory masters that of a synced user. @throws GraphFault 400, 404 */
const ownUser = (call: Call): Reference => {
  const user = lookUp(call, 'user', call.keys[0]!)
  if (user['onPremisesSyncEnabled'] === true) throw userFaults.synced()
  return { kind: 'user', id: user.id }
}

/** The change that makes a user or a contact the manager of a user. @throws GraphFault 400, 404 */
export const managerLink = (call: Call, id: string, { kind, key }: NamedObject): Mutation => {
  const target = kind === undefined ? call.directory.locate(key.value) : { kind, id: lookUp(call, kind, key).id }
  if (!target || (target.kind !== 'user' && target.kind !== 'orgContact')) throw faults.notFound(key.value)
  return { do: 'link', kind: 'user', id, relation: 'manager', target }
}
