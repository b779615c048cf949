import type { Fields } from '../../core/json.ts'
import { defaultProperties } from '../../data/listing.ts'
import { isoTimeOfMs } from '../directory/iso-time.ts'
import { securityIdentifierOf } from '../directory/texts.ts'
import type { Entity } from '../directory/types.ts'
import type { SandboxReply } from '../protocol.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { managerLink } from './manager-link.ts'
import { checkQuota } from './object-quota.ts'
import { createdReply } from './replies.ts'
import { written } from './schema.ts'
import { userBody } from './user-body.ts'
import { checkDomain, withComputed } from './user-computed.ts'
import { userFaults } from './user-faults.ts'
import { withoutPassword } from './user-secrets.ts'
import { checkUserValues, isOfSharePoint } from './user-values.ts'
import { writeFaults } from './write-faults.ts'

const required = ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName']

/** Answers `POST /users`. @see https://learn.microsoft.com/graph/api/user-post-users */
export const createUser: Handler = call => {
  const body = userBody(call)
  const values = newUser(call, body.values)
  return {
    holds: [],
    apply() {
      checkQuota(call)
      const id = call.directory.freshId()
      const user = { id, ...values, securityIdentifier: securityIdentifierOf(id) }
      commit(call, [
        { do: 'create', kind: 'user', values: user },
        ...(body.manager ? [managerLink(call, id, body.manager)] : []),
      ])
      return reply(call, user)
    },
  }
}

/** @throws GraphFault 400 */
const newUser = ({ directory }: Call, given: Fields): Fields => {
  for (const name of required) if ((given[name] ?? '') === '') throw writeFaults.valueMissing(name)
  const { password } = (given['passwordProfile'] ?? {}) as { readonly password?: string | null }
  if ((password ?? '') === '') throw userFaults.passwordMissing()
  if (Object.keys(given).some(isOfSharePoint)) throw userFaults.mixedServices()
  checkUserValues(given)
  checkDomain(directory, given['userPrincipalName'], given['onPremisesImmutableId'])
  const values = withComputed(directory, given, {})
  return { userType: 'Member', ...withoutPassword(values, given['passwordPolicies'], isoTimeOfMs(directory.now())) }
}

/** The default properties, from the request: a view may lag behind. */
const reply = ({ directory, request }: Call, user: Entity): SandboxReply => {
  const columns = { names: defaultProperties('user'), nulls: '', context: '' }
  return createdReply(request.root, 'users', user.id, written(directory.collection('user'), user, columns))
}
