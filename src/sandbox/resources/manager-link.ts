import { isFields } from '../../core/json.ts'
import type { Kind, Reference } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { faults } from './faults.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { namedObject } from './reference-address.ts'
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
      const target = managerNamed(call, named.kind, named.key)
      commit(call, [{ do: 'link', kind: 'user', id, relation: 'manager', target }])
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

/** A manager is a user or a contact. @throws GraphFault 400, 404 */
const managerNamed = (call: Call, kind: Kind | undefined, key: Parameters<typeof lookUp>[2]): Reference => {
  const found = kind === undefined ? call.directory.locate(key.value) : { kind, id: lookUp(call, kind, key).id }
  if (!found || (found.kind !== 'user' && found.kind !== 'orgContact')) throw faults.notFound(key.value)
  return found
}
