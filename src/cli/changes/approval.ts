import { machineUser } from '../../core/environment.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Stop } from '../../core/stop.ts'
import type { PlanHead } from '../../formats/change-plan.ts'
import type { GraphClient } from '../../graph/create-graph.ts'
import { identityOf } from './identity.ts'

/** How the changes of a run are approved: by a plan, whose maker is compared when it is read, or before the run was resumed. */
export type Approved = 'by plan' | 'before'

type Client = Pick<GraphClient, 'tenant' | 'signedIn'>

const refused = (message: string, fix: string): EntrapipeError => new EntrapipeError('PLAN_REFUSED', message, { fix })

/** Why changes without a plan are not made: `PLAN_REFUSED`. @param canPlan whether the command can write one */
export const planMissing = ({ tenant }: Client, canPlan: boolean): Stop => ({
  code: 'PLAN_REFUSED',
  why: `The tenant ${tenant.name} requires a second person (approval in the configuration).`,
  fix: canPlan
    ? 'Write the changes to a plan with --plan, and ask somebody else to make them with `entrapipe apply`.'
    : 'This command changes the directory in several phases, which no plan has. Show its dry run to somebody else, who runs it with a tenant of the configuration without approval.',
})

/** Checks that somebody else made the plan. @throws EntrapipeError `PLAN_REFUSED` */
export const expectSecondPerson = async (
  { maker }: PlanHead,
  { tenant, signedIn }: Client,
  signal: AbortSignal,
): Promise<void> => {
  const { claims } = await signedIn(signal)
  const own = machineUser()
  const isOwnUser = maker.user === own.user && maker.host === own.host
  // Several persons may use the same app, but a person signs in as nobody else.
  const isOwnSignIn = claims.kind === 'delegated' && maker.identity === identityOf(claims)
  if (isOwnUser || isOwnSignIn)
    throw refused(
      `You made this plan, and the tenant ${tenant.name} requires a second person (approval in the configuration). Nothing was sent.`,
      'Ask somebody else to apply it.',
    )
}
