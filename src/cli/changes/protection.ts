import type { ObjectKind } from '../../core/object-kinds.ts'
import { once } from '../../core/once.ts'
import type { Protection } from '../../engine/changes/looks.ts'
import { privilegedRoles } from '../../data/privileged-roles.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import type { TenantSettings } from '../../tenants/choose-tenant.ts'
import { protectedApps } from '../../tenants/protected-apps.ts'
import { protectOf } from '../../tenants/protect-within.ts'
import { protectedObjects } from '../../tenants/protected-objects.ts'

/** Removals that are not sent while it is unknown who is privileged. Changes of links are, and the preview says so. */
const needsRoles = new Set<unknown>(['delete', 'disable', 'rename'])

/** Kinds of objects for which it matters what apps may do. */
const appKinds: ReadonlySet<ObjectKind> = new Set(['application', 'servicePrincipal'])

/** Why a role must not be given or taken without consent. */
const ofRole = (id: string) => {
  const name = privilegedRoles[id.toLowerCase()]
  return name === undefined ? undefined : { why: `${name} is a privileged role`, isLifted: true }
}

/** Finds what a run must not touch: protected objects, and those that the configuration names. */
export const protectionOf =
  (
    graph: GraphClient,
    settings: Pick<TenantSettings, 'protect' | 'protectElsewhere'>,
    includePrivileged: boolean | undefined,
    signal: AbortSignal,
  ): (() => Promise<Protection>) =>
  async () => {
    const { claims } = await graph.signedIn(signal)
    const { reasons, unread } = await protectedObjects({
      graph,
      signal,
      ownId: claims.objectId,
      includePrivileged,
      protect: await protectOf(graph, settings, signal),
    })
    const withApps = once(() => protectedApps({ graph, signal, reasons, includePrivileged }))
    return {
      unchecked: unread ? ['who holds a privileged role, which needs RoleManagement.Read.Directory'] : [],
      async refusal(changes, touched, removal) {
        const known = appKinds.has(changes) ? await withApps() : reasons
        for (const id of touched) {
          const reason = known.get(id.toLowerCase()) ?? (includePrivileged ? undefined : ofRole(id))
          if (!reason) continue
          return {
            outcome: 'failed',
            code: 'PROTECTED',
            message: `The object ${id} is protected: ${reason.why}. Nothing was sent.`,
            fix: reason.isLifted ? 'Add --include-privileged if it is intended.' : 'Remove the row.',
          }
        }
        if (unread && needsRoles.has(removal)) throw unread
        return undefined
      },
    }
  }
