import { isCode } from '../../core/errors.ts'
import { isFields, type Fields } from '../../core/json.ts'
import type { OperationContext } from '../../core/operation.ts'
import { readListings } from '../../graph/read-listings.ts'

/** What the settings of a role demand. */
export interface RoleSettings {
  /** Of administrators who give it. */
  readonly giving: Demands
  /** Of people who activate an eligible assignment. */
  readonly activating: Demands & {
    readonly needsApproval: boolean
    /** The authentication context of Conditional Access; undefined for none. */
    readonly context?: string
  }
}

interface Demands {
  /** The longest time, as an ISO 8601 duration; undefined if an end is not required. */
  readonly longest?: string
  readonly needsJustification: boolean
  readonly needsTicket: boolean
  readonly needsMfa: boolean
}

/** A rule as Graph returns it. @see https://learn.microsoft.com/graph/identity-governance-pim-rules-overview */
type Rules = ReadonlyMap<unknown, Fields>

const demandsOf = (rules: Rules, of: string): Demands => {
  const { isExpirationRequired, maximumDuration } = rules.get(`Expiration_${of}`) ?? {}
  const enabled = rules.get(`Enablement_${of}`)?.['enabledRules']
  const isEnabled = (rule: string): boolean => Array.isArray(enabled) && enabled.includes(rule)
  return {
    ...(isExpirationRequired === true && typeof maximumDuration === 'string' && { longest: maximumDuration }),
    needsJustification: isEnabled('Justification'),
    needsTicket: isEnabled('Ticketing'),
    needsMfa: isEnabled('MultiFactorAuthentication'),
  }
}

const settingsIn = (policy: unknown, isEligible: boolean): RoleSettings | undefined => {
  const listed = isFields(policy) ? policy['rules'] : undefined
  if (!Array.isArray(listed)) return undefined
  const rules: Rules = new Map(listed.filter(isFields).map(rule => [rule['id'], rule]))
  const approval = rules.get('Approval_EndUser_Assignment')?.['setting']
  const context = rules.get('AuthenticationContext_EndUser_Assignment')
  const claim = context?.['isEnabled'] === true ? context['claimValue'] : undefined
  return {
    giving: demandsOf(rules, isEligible ? 'Admin_Eligibility' : 'Admin_Assignment'),
    activating: {
      ...demandsOf(rules, 'EndUser_Assignment'),
      needsApproval: isFields(approval) && approval['isApprovalRequired'] === true,
      ...(typeof claim === 'string' && { context: claim }),
    },
  }
}

interface Listed {
  readonly id: string
  readonly policy?: unknown
}

/**
 * Reads the settings of roles in Privileged Identity Management, by the ids of the roles. Undefined if the sign-in may not read them, or the
 * tenant has none.
 *
 * @see https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments
 */
export const readRoleSettings = async (
  roles: readonly string[],
  isEligible: boolean,
  context: OperationContext,
): Promise<ReadonlyMap<string, RoleSettings> | undefined> => {
  const urls = roles.map(role => {
    const filter = `scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '${role}'`
    return `/policies/roleManagementPolicyAssignments?$filter=${encodeURIComponent(filter)}&$expand=policy($expand=rules)`
  })
  try {
    // Without its product, a tenant answers with 400 or 403.
    const listings = await readListings<Listed>(context, urls, status => status === 400 || status === 404)
    if (listings.every(listing => listing === undefined)) return undefined
    return new Map(
      listings.flatMap((listing, at) => {
        const settings = settingsIn(listing?.[0]?.policy, isEligible)
        return settings ? [[roles[at]!, settings] as const] : []
      }),
    )
  } catch (error) {
    if (isCode(error, 'NOT_PERMITTED')) return undefined
    throw error
  }
}
