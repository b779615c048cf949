import type { Mutation } from '../directory/types.ts'
import type { AppKind } from './application-values.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { demandOwned } from './owned-apps.ts'
import { noContent } from './replies.ts'

/**
 * Answers `DELETE /applications/{id}` and `DELETE /servicePrincipals/{id}`: both are kept in the bin for 30 days. With an
 * application goes its service principal in this tenant, and a restored application comes back without it.
 *
 * @see https://learn.microsoft.com/graph/api/application-delete
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-delete
 * @see https://learn.microsoft.com/entra/identity/enterprise-apps/restore-application
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-restore
 */
export const deleteApp =
  (kind: AppKind): Handler =>
  call => {
    readOptions(call.request, [])
    const { id, appId } = lookUp(call, kind, call.keys[0]!)
    demandOwned(call, kind, id)
    return {
      holds: [id],
      apply() {
        const principal = kind === 'application' ? principalOf(call, String(appId)) : []
        commit(call, [{ do: 'delete', kind, id }, ...principal])
        return noContent
      },
    }
  }

const principalOf = ({ directory }: Call, appId: string): readonly Mutation[] => {
  const principal = directory.collection('servicePrincipal').find('appId', appId, 'truth')
  return principal ? [{ do: 'delete', kind: 'servicePrincipal', id: principal.id }] : []
}
