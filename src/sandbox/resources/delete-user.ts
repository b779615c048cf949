import type { Handler } from './call.ts'
import { commit } from './commit.ts'
import { withLicences } from './licensing.ts'
import { lookUp } from './lookup.ts'
import { demandOver } from './privileged.ts'
import { noContent } from './replies.ts'

/** Answers `DELETE /users/{id}`: the user is kept in the bin for 30 days. @see https://learn.microsoft.com/graph/api/user-delete */
export const deleteUser: Handler = call => {
  const { id } = lookUp(call, 'user', call.keys[0]!)
  demandOver(call, id)
  return {
    holds: [id],
    apply() {
      commit(call, [withLicences(call.directory, call.knobs, { do: 'delete', kind: 'user', id })])
      return noContent
    },
  }
}
