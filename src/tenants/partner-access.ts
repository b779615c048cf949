import { EntrapipeError } from '../core/errors.ts'
import type { Graph } from '../core/graph.ts'
import type { Credential } from '../graph/credential.ts'

/** A delegated admin relationship of a partner with a customer. Times are ISO 8601, UTC. */
export interface Relationship {
  readonly id: string
  readonly displayName: string
  readonly status: string
  readonly endDateTime: string | null
  readonly autoExtendDuration?: string | null
  readonly customer?: { readonly tenantId: string } | null
}

/** Delegated access to a tenant. */
export interface DelegatedAccess {
  /** Name of the relationship that lasts longest. */
  readonly relationship: string
  readonly endsAt: string
  /** It is extended by itself. */
  readonly isExtended: boolean
  readonly daysLeft: number
}

/**
 * The relationships with a customer, as the partner's tenant lists them.
 *
 * @throws EntrapipeError `NOT_PERMITTED` without DelegatedAdminRelationship.Read.All
 * @see https://learn.microsoft.com/graph/api/tenantrelationship-list-delegatedadminrelationships
 */
export const relationshipsWith = async (
  partner: Pick<Graph, 'pages'>,
  customerId: string,
  signal?: AbortSignal,
): Promise<readonly Relationship[]> => {
  const found: Relationship[] = []
  // Microsoft's page does not say whether a customer can be filtered for.
  const pages = partner.pages<Relationship>('/tenantRelationships/delegatedAdminRelationships?$top=300', {
    ...(signal && { signal }),
  })
  for await (const { values } of pages)
    found.push(...values.filter(({ customer }) => customer?.tenantId.toLowerCase() === customerId.toLowerCase()))
  return found
}

const byEnd = (one: Relationship, other: Relationship): number =>
  Date.parse(other.endDateTime ?? '') - Date.parse(one.endDateTime ?? '')

/** Access that is active now; undefined if none is. */
export const accessBy = (relationships: readonly Relationship[], nowMs: number): DelegatedAccess | undefined => {
  const [last] = relationships.filter(({ status, endDateTime }) => status === 'active' && endDateTime).toSorted(byEnd)
  if (last?.endDateTime == null) return undefined
  return {
    relationship: last.displayName,
    endsAt: new Date(last.endDateTime).toISOString(),
    isExtended: /^P[1-9]/.test(last.autoExtendDuration ?? ''),
    daysLeft: Math.max(0, Math.floor((Date.parse(last.endDateTime) - nowMs) / 86_400_000)),
  }
}

const ended = /^(?:expir|terminat)/i
const begin =
  'Request a new relationship in Partner Center (Customers, Admin relationships), have the customer approve it, and give its roles to the group of the account.'

/** Why there is no access, and what to do. */
const reasonFor = (relationships: readonly Relationship[], tenant: string): readonly [why: string, fix: string] => {
  const active = relationships.find(({ status }) => status === 'active')
  if (active)
    return [
      `The relationship "${active.displayName}" with tenant ${tenant} is active, but gives the account of the refresh token no role.`,
      'Add the account to a security group of the partner that has roles in this relationship. If the account is a guest of the customer, remove the guest.',
    ]
  const over = relationships.filter(({ status, endDateTime }) => ended.test(status) && endDateTime).toSorted(byEnd)[0]
  if (over) {
    const since = new Date(over.endDateTime!).toISOString().slice(0, 10)
    const how = /^terminat/i.test(over.status) ? 'was terminated' : 'expired'
    return [
      `The delegated access to tenant ${tenant} ended on ${since}: the relationship "${over.displayName}" ${how}.`,
      begin,
    ]
  }
  const waiting = relationships[0]
  if (waiting)
    return [
      `The relationship "${waiting.displayName}" with tenant ${tenant} is not active yet (${waiting.status}).`,
      'Have the customer approve it, in the Microsoft 365 admin center under Settings, Partner relationships.',
    ]
  return [`The partner has no delegated admin relationship with tenant ${tenant}.`, begin]
}

/** The refusals of a person without access to a tenant. */
const refusals: readonly unknown[] = ['AADSTS50020', 'AADSTS50177']

/**
 * A credential whose refusal says why there is no delegated access and since when, if the partner's tenant tells.
 *
 * @param name of the tenant, for messages
 * @param ask for the relationships with the tenant
 */
export const explained = (
  credential: Credential,
  name: string,
  ask: (signal?: AbortSignal) => Promise<readonly Relationship[]>,
): Credential => ({
  ...credential,
  async token(options) {
    try {
      return await credential.token(options)
    } catch (error) {
      if (!(error instanceof EntrapipeError) || !refusals.includes(error.facts['code'])) throw error
      let relationships: readonly Relationship[]
      try {
        relationships = await ask(options?.signal)
      } catch (cause) {
        if (!(cause instanceof EntrapipeError)) throw cause
        // What Entra said must do.
        throw error
      }
      const [why, fix] = reasonFor(relationships, name)
      throw new EntrapipeError(error.code, why, { cause: error, facts: error.facts, fix })
    }
  },
})
