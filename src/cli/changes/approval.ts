import { machineUser } from '../../core/environment.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { PlanHead } from '../../formats/change-plan.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import { identityOf } from './identity.ts'

/** How the changes of a run were approved: by a plan, or before the run was resumed. */
export type Approved = { readonly plan: PlanHead } | 'before'

const refused = (message: string, fix: string): EntrapipeError => new EntrapipeError('PLAN_REFUSED', message, { fix })

/**
 * Checks that somebody else made the plan of these changes.
 *
 * @throws EntrapipeError `PLAN_REFUSED`, also for changes without a plan
 */
export const expectSecondPerson = async (
  approved: Approved | undefined,
  { tenant, signedIn }: Pick<GraphClient, 'tenant' | 'signedIn'>,
  signal: AbortSignal,
): Promise<void> => {
  if (approved === 'before') return
  if (!approved)
    throw refused(
      `The tenant ${tenant.name} requires a second person (approval in the configuration). Nothing was sent.`,
      'Write the changes to a plan with --plan, and let somebody else make them with `entrapipe apply`.',
    )
  const { maker } = approved.plan
  const { claims } = await signedIn(signal)
  const own = machineUser()
  const isOwnUser = maker.user === own.user && maker.host === own.host
  // Several persons may use the same app, but a person signs in as nobody else.
  const isOwnSignIn = claims.kind === 'delegated' && maker.identity === identityOf(claims)
  if (isOwnUser || isOwnSignIn)
    throw refused(
      `You made this plan, and the tenant ${tenant.name} requires a second person (approval in the configuration). Nothing was sent.`,
      'Let somebody else apply it.',
    )
}
