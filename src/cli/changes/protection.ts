import type { ObjectKind } from '../../core/object-kinds.ts'
import { once } from '../../core/once.ts'
import type { Protection } from '../../engine/changes/looks.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import type { TenantSettings } from '../../tenants/choose-tenant.ts'
import { outranking } from '../../tenants/outranking.ts'
import { protectedApps } from '../../tenants/protected-apps.ts'
import { protectOf } from '../../tenants/protect-within.ts'
import { protectedObjects } from '../../tenants/protected-objects.ts'

/** Kinds of objects for which it matters what apps may do. */
const appKinds: ReadonlySet<ObjectKind> = new Set(['application', 'servicePrincipal'])

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
    const { reasons, roles, unread } = await protectedObjects({
      graph,
      signal,
      ownId: claims.objectId,
      includePrivileged,
      protect: await protectOf(graph, settings, signal),
    })
    /** Why a role must not be given or taken without consent. */
    const ofRole = (id: string) => {
      const name = roles.get(id)
      return name === undefined ? undefined : { why: `${name} is a privileged role`, isLifted: true }
    }
    const denial = outranking({ graph, signal }, claims)
    const withApps = once(() => protectedApps({ graph, signal, reasons, includePrivileged }))
    return {
      ids: [...reasons.keys()],
      denial,
      unchecked: unread ? ['who holds a privileged role, which needs RoleManagement.Read.Directory'] : [],
      async refusal(changes, touched, mustKnowRoles, losers) {
        const known = appKinds.has(changes) ? await withApps() : reasons
        for (const id of touched) {
          const reason = known.get(id.toLowerCase()) ?? ofRole(id.toLowerCase())
          if (!reason) continue
          const others = losers === undefined || losers < 2 ? '' : `, and ${losers - 1} more protected`
          return {
            outcome: 'failed',
            code: 'PROTECTED',
            message: `The object ${id} is protected: ${reason.why}. ${losers === undefined ? '' : `It would lose something by this change${others}. `}Nothing was sent.`,
            fix: reason.isLifted
              ? 'Add --include-privileged if it is intended.'
              : losers === undefined
                ? 'Remove the row.'
                : 'First give it directly, or by another group, what it would lose.',
          }
        }
        if (unread && mustKnowRoles) throw unread
        return undefined
      },
    }
  }
