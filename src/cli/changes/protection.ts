import type { Protection } from '../../engine/changes/looks.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import { protectedObjects, type Protect } from '../../tenants/protected-objects.ts'

/** Finds what a run must not take away from: protected objects, and those that the configuration names. */
export const protectionOf =
  (
    graph: GraphClient,
    protect: Protect | undefined,
    includePrivileged: boolean | undefined,
    signal: AbortSignal,
  ): (() => Promise<Protection>) =>
  async () => {
    const { claims } = await graph.signedIn(signal)
    const found = await protectedObjects({ graph, signal, ownId: claims.objectId, includePrivileged, protect })
    return (_removal, _operation, [object]) => {
      const reason = object === undefined ? undefined : found.get(object)
      if (reason === undefined) return undefined
      const canBeLet = reason.startsWith('it holds')
      return {
        outcome: 'failed',
        code: 'PROTECTED',
        message: `The object is protected: ${reason}. Nothing was sent.`,
        fix: canBeLet ? 'Add --include-privileged if it is intended.' : 'Remove the row.',
      }
    }
  }
