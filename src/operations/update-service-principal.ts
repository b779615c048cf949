import type { Operation } from '../core/operation.ts'
import { ownApp } from './applications/own.ts'
import { idIn } from './objects/one.ts'
import { updateOf } from './objects/update.ts'

/**
 * Changes properties of service principals. Secrets and certificates are not among them.
 *
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-update
 */
export const updateServicePrincipal: Operation = {
  ...updateOf({
    of: 'servicePrincipal',
    title: 'Update service principals',
    mastery: ['appId', 'displayName'],
    mastered: (paths, seen, own) =>
      paths.includes('accountEnabled') ? ownApp('servicePrincipal', seen, own) : undefined,
    removal: change => (change['accountEnabled'] === false ? 'disable' : undefined),
  }),
  touches: value => [idIn('servicePrincipal', value)],
}
