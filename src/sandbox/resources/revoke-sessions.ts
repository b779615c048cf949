import { isoTimeOfMs } from '../directory/iso-time.ts'
import type { Handler } from './call.ts'
import { commit } from './commit.ts'
import { isExternal } from './external.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { demand, writing } from './permissions.ts'
import { context, jsonReply } from './replies.ts'

/**
 * Answers `POST /users/{id}/revokeSignInSessions`: sessions that began before now are invalid. The reply is the same for
 * external users, whose sessions are those of their home tenant, and changes nothing.
 *
 * @see https://learn.microsoft.com/graph/api/user-revokesigninsessions
 */
export const revokeSessions: Handler = call => {
  readOptions(call.request, [])
  const { caller, root } = call.request
  demand(caller, caller.delegated ? writing.revokeSessionsForPerson : writing.revokeSessions)
  const user = lookUp(call, 'user', call.keys[0]!)
  return {
    holds: [user.id],
    apply() {
      const values = { signInSessionsValidFromDateTime: isoTimeOfMs(call.directory.now()) }
      if (!isExternal(user)) commit(call, [{ do: 'update', kind: 'user', id: user.id, values }])
      return jsonReply(`${context(root, 'Edm.Boolean')},"value":true}`)
    },
  }
}
