import { GraphFault } from '../protocol.ts'
import type { Call } from './call.ts'
import { kinds } from './type-facts.ts'

/**
 * Requires room for one more object, if the knob `objectQuota` limits them.
 *
 * @throws GraphFault 403 `Directory_QuotaExceeded`
 */
export const checkQuota = ({ directory, knobs }: Call): void => {
  if (knobs.objectQuota === 0) return
  const all = { order: 'default', view: 'direct' } as const
  const used = kinds.reduce((sum, kind) => sum + directory.collection(kind).count(all), 0)
  if (used >= knobs.objectQuota)
    throw new GraphFault(
      403,
      'Directory_QuotaExceeded',
      'The directory object quota limit for the Tenant has been exceeded. Please ask your administrator to increase the quota limit or delete objects to reduce the used quota.',
    )
}
