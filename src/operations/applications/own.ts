import type { Identity } from '../../core/graph.ts'
import { wordOf, type ObjectKind } from '../../core/object-kinds.ts'
import type { Finding, Values } from '../../core/operation.ts'

/** Why the app that signed in is not taken away; undefined for any other one. */
export const ownApp = (of: ObjectKind, seen: Values, own: Identity | undefined): Finding | undefined => {
  if (own === undefined || String(seen['appId']).toLowerCase() !== own.appId.toLowerCase()) return undefined
  const name = seen['displayName']
  return {
    outcome: 'failed',
    code: 'PROTECTED',
    message: `The ${wordOf(of)} ${typeof name === 'string' ? name : own.appId} is protected: this program signs in with it. Nothing was sent.`,
    fix: 'Remove the row.',
  }
}
