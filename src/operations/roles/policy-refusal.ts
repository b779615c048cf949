import type { GraphReply } from '../../core/graph.ts'
import { joined } from '../../core/joined.ts'
import type { Finding } from '../../core/operation.ts'
import { graphCode, graphMessage } from '../../graph/refusal.ts'
import { refused } from '../replies/refused.ts'

/** What the settings of a role demand, by the names of the rules in Graph's message, and what to do. */
const rules: Readonly<Record<string, readonly [demand: string, fix: string]>> = {
  ExpirationRule: ['an end of the assignment, or an earlier one', 'Choose an earlier end.'],
  JustificationRule: ['a justification', 'Say why the role is given.'],
  TicketingRule: ['the number of a ticket', 'Name the ticket.'],
  MfaRule: ['multifactor authentication of who assigns it', 'Sign in with it.'],
  ApprovalRule: ['an approval', 'Ask those who approve assignments of the role.'],
  AuthenticationContextRule: ['an authentication context of who assigns it', 'Sign in with it.'],
  EligibilityRule: ['that the principal is eligible', 'Make the principal eligible first.'],
}

/**
 * What rules demand that refuse an assignment, in words, and what to do.
 *
 * @param names of the rules, as in Graph's message
 * @param own words for some of them, where more is known
 */
export const demanded = (
  names: readonly string[],
  own: Readonly<Record<string, readonly [demand: string, fix: string]>> = {},
): { readonly demands: string; readonly fix: string } => {
  const known = names.map(name => own[name] ?? rules[name] ?? ([`what its rule ${name} says`, ''] as const))
  const fixes = new Set(known.map(([, fix]) => fix).filter(fix => fix !== ''))
  return {
    demands: joined(known.map(([demand]) => demand)),
    fix: [...fixes, 'Or change the settings of the role.'].join(' '),
  }
}

const named = /policy rules failed:\s*(\[[^\]]*\])/i

/**
 * What the settings of a role refuse, in words; undefined for another refusal.
 *
 * @see https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-troubleshoot
 */
export const policyRefusal = (reply: GraphReply): Finding | undefined => {
  if (graphCode(reply) !== 'RoleAssignmentRequestPolicyValidationFailed') return undefined
  const found = [...(named.exec(graphMessage(reply) ?? '')?.[1] ?? '').matchAll(/\w+/g)].map(([name]) => name)
  if (found.length === 0) return undefined
  const { demands, fix } = demanded(found)
  return {
    ...refused(reply),
    message: `The settings of the role in Privileged Identity Management demand ${demands}.`,
    fix,
  }
}
