import { isoDurationMs, shownDuration } from '../../core/iso-duration.ts'
import { joined } from '../../core/joined.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import { graphTime } from '../../operations/objects/graph-time.ts'
import { endIn } from '../../operations/roles/ends.ts'
import { demanded } from '../../operations/roles/policy-refusal.ts'
import { readRoleSettings, type RoleSettings } from '../../operations/roles/settings.ts'
import type { OnboardOptions } from './options.ts'

type Options = Pick<OnboardOptions, 'isEligible' | 'roleUntil' | 'justification' | 'ticket'>

interface Role {
  readonly id: string
  readonly name: string
}

/** What the settings of roles refuse, and what people should know of them. */
interface Judged {
  /** By the id of a role, why it cannot be given. */
  readonly refused: ReadonlyMap<string, Finding>
  readonly remarks: readonly string[]
}

const nothing: Judged = { refused: new Map(), remarks: [] }

const unread =
  'The settings of roles in Privileged Identity Management could not be read, so what they refuse is found when roles are given. RoleManagementPolicy.Read.Directory allows it.'

/** What is refused of an assignment that the options describe, by the names of Microsoft's rules. */
const failing = (
  { longest, needsJustification, needsTicket }: RoleSettings['giving'],
  { roleUntil, justification, ticket }: Options,
  nowMs: number | undefined,
): readonly string[] => {
  const until = endIn(roleUntil === undefined ? {} : { until: roleUntil })
  const mostMs = isoDurationMs(longest)
  const isTooLong =
    longest !== undefined &&
    (until === undefined || (mostMs !== undefined && nowMs !== undefined && Date.parse(until) - nowMs > mostMs))
  return [
    ...(isTooLong ? ['ExpirationRule'] : []),
    ...(needsJustification && justification === undefined ? ['JustificationRule'] : []),
    ...(needsTicket && ticket === undefined ? ['TicketingRule'] : []),
  ]
}

const refusalOf = (
  { name }: Role,
  { giving }: RoleSettings,
  options: Options,
  nowMs: number | undefined,
): Finding | undefined => {
  const failed = failing(giving, options, nowMs)
  if (failed.length === 0) return undefined
  const { demands, fix } = demanded(failed, {
    ...(giving.longest !== undefined && {
      ExpirationRule: [
        `an end within ${shownDuration(giving.longest)}`,
        options.roleUntil === undefined ? 'Add --role-until.' : 'Choose an earlier --role-until.',
      ],
    }),
    TicketingRule: ['the number of a ticket', 'Add --ticket.'],
  })
  return {
    outcome: 'failed',
    code: 'ROLE_SETTINGS',
    message: `The settings of the role ${name} in Privileged Identity Management demand ${demands}. Nothing was sent.`,
    fix,
  }
}

const remarksOf = ({ name }: Role, { giving, activating }: RoleSettings, isEligible: boolean): readonly string[] => {
  const { needsApproval, needsMfa, needsTicket, context, longest } = activating
  const needs = [
    ...(needsApproval ? ['an approval'] : []),
    ...(needsMfa ? ['multifactor authentication'] : []),
    ...(context === undefined ? [] : [`the authentication context ${context}`]),
    ...(needsTicket ? ['the number of a ticket'] : []),
  ]
  const lasts = longest === undefined ? '' : ` It then lasts ${shownDuration(longest)} at most.`
  return [
    ...(giving.needsMfa
      ? [`The role ${name} is only given by who has signed in with multifactor authentication: an app may be refused.`]
      : []),
    ...(isEligible && needs.length > 0 ? [`To activate the role ${name}, people need ${joined(needs)}.${lasts}`] : []),
  ]
}

/** Compares assignments with the settings of their roles. Permanent active assignments have no schedule, and the settings do not apply to them. */
export const judgeRoles = async (
  roles: readonly Role[],
  options: Options,
  context: OperationContext,
): Promise<Judged> => {
  const { isEligible, roleUntil } = options
  if (roles.length === 0 || (!isEligible && roleUntil === undefined)) return nothing
  const settings = await readRoleSettings(
    roles.map(({ id }) => id),
    isEligible,
    context,
  )
  if (!settings) return { ...nothing, remarks: [unread] }
  const nowMs = roleUntil === undefined ? undefined : await graphTime(context)
  const known = roles.flatMap(role => {
    const found = settings.get(role.id)
    return found ? [{ role, found }] : []
  })
  return {
    refused: new Map(
      known.flatMap(({ role, found }) => {
        const why = refusalOf(role, found, options, nowMs)
        return why ? [[role.id, why] as const] : []
      }),
    ),
    remarks: known.flatMap(({ role, found }) => remarksOf(role, found, isEligible)),
  }
}
