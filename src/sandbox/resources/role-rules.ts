import type { Fields } from '../../core/json.ts'
import type { Call } from './call.ts'

/** Who a rule is for: administrators who assign a role, or people who activate it; and for which assignments. */
type Of = readonly [caller: 'Admin' | 'EndUser', level: 'Eligibility' | 'Assignment']

/** A rule of a role, as Graph returns it. */
interface RoleRule extends Fields {
  readonly '@odata.type': string
  readonly id: string
}

/** The types of rules, by the first word of their ids. */
const typeOf = (word: string): string => `#microsoft.graph.unifiedRoleManagementPolicy${word}Rule`

const ruleOf = (word: string, [caller, level]: Of, values: Fields, who?: string): RoleRule => ({
  '@odata.type': typeOf(word),
  id: [word, ...(who === undefined ? [] : [who]), caller, level].join('_'),
  ...values,
  target: { caller, operations: ['all'], level, inheritableSettings: [], enforcedSettings: [] },
})

/** The three notifications of a caller and level. */
const notifications = (of: Of): readonly RoleRule[] =>
  ['Admin', 'Requestor', 'Approver'].map(recipientType =>
    ruleOf(
      'Notification',
      of,
      {
        notificationType: 'Email',
        recipientType,
        notificationLevel: 'All',
        isDefaultRecipientsEnabled: true,
        notificationRecipients: [],
      },
      recipientType,
    ),
  )

const expiration = (of: Of, days: number, usual: string): RoleRule =>
  ruleOf('Expiration', of, {
    isExpirationRequired: days > 0,
    maximumDuration: days > 0 ? durationOf(days) : usual,
  })

const durationOf = (days: number): string => {
  const minutes = Math.round(days * 24 * 60)
  return minutes % (24 * 60) === 0 ? `P${minutes / (24 * 60)}D` : `PT${minutes}M`
}

/**
 * The 17 rules of a role: Microsoft's defaults and what the knobs demand, before requests change them.
 *
 * @see https://learn.microsoft.com/graph/identity-governance-pim-rules-overview
 * @see https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments
 */
const defaults = ({ knobs }: Pick<Call, 'knobs'>): readonly RoleRule[] => [
  expiration(['Admin', 'Eligibility'], knobs.maxEligibleRoleDays, 'P365D'),
  ruleOf('Enablement', ['Admin', 'Eligibility'], { enabledRules: [] }),
  ...notifications(['Admin', 'Eligibility']),
  expiration(['Admin', 'Assignment'], knobs.maxActiveRoleDays, 'P180D'),
  ruleOf('Enablement', ['Admin', 'Assignment'], {
    enabledRules: ['Justification', ...(knobs.roleTicketRequired ? ['Ticketing'] : [])],
  }),
  ...notifications(['Admin', 'Assignment']),
  ruleOf('Expiration', ['EndUser', 'Assignment'], { isExpirationRequired: true, maximumDuration: 'PT8H' }),
  ruleOf('Enablement', ['EndUser', 'Assignment'], { enabledRules: ['MultiFactorAuthentication', 'Justification'] }),
  ruleOf('Approval', ['EndUser', 'Assignment'], {
    setting: {
      isApprovalRequired: false,
      isApprovalRequiredForExtension: false,
      isRequestorJustificationRequired: true,
      approvalMode: 'SingleStage',
      approvalStages: [
        {
          approvalStageTimeOutInDays: 1,
          isApproverJustificationRequired: true,
          escalationTimeInMinutes: 0,
          isEscalationEnabled: false,
          primaryApprovers: [],
          escalationApprovers: [],
        },
      ],
    },
  }),
  ruleOf('AuthenticationContext', ['EndUser', 'Assignment'], { isEnabled: false, claimValue: null }),
  ...notifications(['EndUser', 'Assignment']),
]

/** The name under which the tenant keeps what differs from the defaults, by the ids of the rules. */
export const settingsOf = (role: string): string => `role/${role}`

/** The rules of a role. */
export const rulesOf = (call: Pick<Call, 'knobs' | 'directory'>, role: string): readonly RoleRule[] => {
  const changed = call.directory.policies.get(settingsOf(role)) ?? {}
  return defaults(call).map(rule => ({ ...rule, ...(changed[rule.id] as Fields | undefined) }))
}

/** What can be changed of each type of rule, and the values that it can have. */
export const changeable: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  [typeOf('Expiration')]: {
    isExpirationRequired: value => typeof value === 'boolean',
    maximumDuration: value =>
      typeof value === 'string' && /^P(?!$)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?)?$/.test(value),
  },
  [typeOf('Enablement')]: {
    enabledRules: value =>
      Array.isArray(value) &&
      value.every(one => ['MultiFactorAuthentication', 'Justification', 'Ticketing'].includes(one as string)),
  },
  [typeOf('Approval')]: { setting: value => typeof value === 'object' && value !== null },
  [typeOf('AuthenticationContext')]: {
    isEnabled: value => typeof value === 'boolean',
    claimValue: value => value === null || typeof value === 'string',
  },
  [typeOf('Notification')]: {
    notificationType: value => value === 'Email',
    recipientType: value => ['Requestor', 'Approver', 'Admin'].includes(value as string),
    notificationLevel: value => ['None', 'Critical', 'All'].includes(value as string),
    isDefaultRecipientsEnabled: value => typeof value === 'boolean',
    notificationRecipients: value => Array.isArray(value),
  },
}
