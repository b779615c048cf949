import { changedApp, checkAppValues, type AppKind } from './application-values.ts'
import type { Handler } from './call.ts'
import { commit } from './commit.ts'
import { faults } from './faults.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { demandOwned } from './owned-apps.ts'
import { noContent } from './replies.ts'
import { readBody } from './write-body.ts'

/**
 * Answers `PATCH /applications/{id}` and `PATCH /servicePrincipals/{id}`. A service principal is changed by itself: what Graph
 * copies from its application now and then, and what it keeps of Microsoft's own, is not simulated.
 *
 * @see https://learn.microsoft.com/graph/api/application-update
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-update
 */
export const updateApp =
  (kind: AppKind): Handler =>
  call => {
    readOptions(call.request, [])
    const { directory, request } = call
    const given = readBody(directory, kind, request.body)
    const { id } = lookUp(call, kind, call.keys[0]!)
    demandOwned(call, kind, id)
    checkAppValues(call, kind, given)
    return {
      holds: [id],
      apply() {
        const live = directory.truth(id)
        if (live?.state !== 'live' || !live.entity) throw faults.notFound(id)
        const values = changedApp(call, kind, given, live.entity)
        if (Object.keys(values).length > 0) commit(call, [{ do: 'update', kind, id, values }])
        return noContent
      },
    }
  }
