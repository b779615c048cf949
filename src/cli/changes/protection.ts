import type { Protection } from '../../engine/changes/looks.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import type { TenantSettings } from '../../tenants/choose-tenant.ts'
import { protectOf } from '../../tenants/protect-within.ts'
import { protectedObjects } from '../../tenants/protected-objects.ts'

/** Removals that are not sent while it is unknown who is privileged. Changes of links are, and the preview says so. */
const needsRoles = new Set<unknown>(['delete', 'disable', 'rename'])

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
    return {
      unchecked: unread ? ['who holds a privileged role, which needs RoleManagement.Read.Directory'] : [],
      refusal(touched, removal) {
        for (const id of touched) {
          const reason = reasons.get(id.toLowerCase())
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
