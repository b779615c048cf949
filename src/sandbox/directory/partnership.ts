import { randomUUID } from 'node:crypto'
import { guidOf } from './registered-apps.ts'
import type { Directory, Reference } from './types.ts'

/** A relationship as it was agreed on. Times are ISO 8601. */
interface Agreement {
  readonly id: string
  readonly displayName: string
  readonly customer: { readonly tenantId: string; readonly displayName: string }
  /** Template ids of directory roles. */
  readonly roles: readonly string[]
  readonly createdDateTime: string
  readonly lastModifiedDateTime: string
  readonly activatedDateTime: string
  readonly endDateTime: string
  /** `PT0S` or `P180D`. */
  readonly autoExtendDuration: string
  /** The customer has not approved it. */
  readonly isPending: boolean
  readonly isTerminated: boolean
  /** The access assignment: the members of the group get all roles. */
  readonly assignment: string
}

/** Changes of agreements. */
export type AgreementChange = Partial<
  Pick<Agreement, 'roles' | 'endDateTime' | 'autoExtendDuration' | 'isPending' | 'isTerminated'>
>

/** A relationship, with what follows from the time. */
export interface Relationship extends Agreement {
  readonly status: 'approvalPending' | 'active' | 'expired' | 'terminated'
}

/** What the tenant of a partner has agreed on with its customers. */
export interface Partnership {
  /** Id of the security group whose members have the access. */
  readonly group: string
  /** Id of the user who has it at first. */
  readonly user: string
  list(): readonly Relationship[]
  /** Changes the agreements with a customer, or with all. False if there is none. */
  change(customer: string | undefined, change: AgreementChange): boolean
  /** The roles that a user of the partner has in the tenant of a customer now. Undefined without access. */
  rolesIn(customer: string, user: string): readonly string[] | undefined
}

const dayMs = 86_400_000
const extensionMs = 180 * dayMs

/** User, Groups, License and Helpdesk Administrator, and Directory Readers. */
const usualRoles: readonly string[] = [
  'fe930be7-5e62-47db-91af-98c3a49a38b1',
  'fdd7a751-b60b-444a-984c-02652fe8fa1c',
  '4d6ac14f-3453-41d0-bef9-a3e0c569773a',
  '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
]

/** What is kept of a partnership across restarts. */
export interface KeptPartnership {
  readonly user: string
  readonly agreements: readonly Agreement[]
}

/** The agreements that a sandbox begins with: one with each customer, of two years, since 30 days. */
export const firstAgreements = (
  partner: string,
  customers: readonly Agreement['customer'][],
  nowMs: number,
): readonly Agreement[] => {
  const begun = new Date(nowMs - 30 * dayMs).toISOString()
  return customers.map(customer => ({
    id: `${guidOf(`${partner}/${customer.tenantId}/relationship`)}-${partner}`,
    displayName: `${customer.displayName} administration`,
    customer,
    roles: usualRoles,
    createdDateTime: begun,
    lastModifiedDateTime: begun,
    activatedDateTime: begun,
    endDateTime: new Date(nowMs + 700 * dayMs).toISOString(),
    autoExtendDuration: 'PT0S',
    isPending: false,
    isTerminated: false,
    assignment: randomUUID(),
  }))
}

/** When a relationship ends, by a time: one that is extended by itself ends 180 days later, as often as needed. */
const endAt = ({ endDateTime, autoExtendDuration, isTerminated }: Agreement, nowMs: number): string => {
  const end = Date.parse(endDateTime)
  if (autoExtendDuration !== 'P180D' || isTerminated || end > nowMs) return endDateTime
  return new Date(end + Math.ceil((nowMs - end + 1) / extensionMs) * extensionMs).toISOString()
}

const statusOf = ({ endDateTime, isPending, isTerminated }: Agreement, nowMs: number) => {
  if (isTerminated) return 'terminated'
  if (isPending) return 'approvalPending'
  return Date.parse(endDateTime) <= nowMs ? 'expired' : 'active'
}

/**
 * The partnership of a tenant with others. Its group is made by the directory's mutations; the agreements are kept by
 * `keep`. The clock of the partner's directory decides what is over.
 */
export const createPartnership = (
  directory: Directory,
  kept: KeptPartnership,
  keep: (kept: KeptPartnership) => void,
): Partnership => {
  const group = guidOf(`${directory.tenantId}/group/partner`)
  let { agreements } = kept
  const user: Reference = { kind: 'user', id: kept.user }
  if (!directory.truth(group))
    directory.commit(
      [
        {
          do: 'create',
          kind: 'group',
          values: {
            id: group,
            displayName: 'Administrators of customers',
            mailNickname: 'administrators-of-customers',
            groupTypes: [],
            mailEnabled: false,
            securityEnabled: true,
          },
        },
        { do: 'link', kind: 'group', id: group, relation: 'members', target: user },
      ],
      { request: 'partnership' },
    )
  const list = (): readonly Relationship[] => {
    const now = directory.now()
    return agreements.map(each => {
      const agreement = { ...each, endDateTime: endAt(each, now) }
      return { ...agreement, status: statusOf(agreement, now) }
    })
  }
  return {
    group,
    user: kept.user,
    list,
    change(customer, change) {
      const lastModifiedDateTime = new Date(directory.now()).toISOString()
      const isMeant = (each: Agreement) => customer === undefined || each.customer.tenantId === customer
      if (customer !== undefined && !agreements.some(isMeant)) return false
      agreements = agreements.map(each => (isMeant(each) ? { ...each, ...change, lastModifiedDateTime } : each))
      keep({ user: kept.user, agreements })
      return true
    },
    rolesIn(customer, id) {
      const active = list().filter(each => each.customer.tenantId === customer && each.status === 'active')
      const isMember = directory.isRelated('group', group, 'members', { kind: 'user', id }, 'truth')
      return active.length > 0 && isMember ? [...new Set(active.flatMap(({ roles }) => roles))] : undefined
    },
  }
}
