import type { Operation } from '../core/operation.ts'
import { idIn } from './objects/one.ts'
import { updateOf } from './objects/update.ts'

/**
 * Changes properties of applications. Secrets and certificates are not among them.
 *
 * @see https://learn.microsoft.com/graph/api/application-update
 */
export const updateApplication: Operation = {
  ...updateOf({
    of: 'application',
    title: 'Update applications',
    mastery: [],
    mastered: () => undefined,
  }),
  touches: value => [idIn('application', value)],
}
