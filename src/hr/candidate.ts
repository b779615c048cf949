import type { Fields } from '../core/json.ts'
import type { Values } from '../core/operation.ts'
import type { Account, Decision } from './decision.ts'
import type { Standing } from './mapping.ts'

/** A person of the feed. */
export interface Candidate {
  readonly key: string
  readonly line: Decision['line'] | null
  readonly name: string
  readonly standing: Standing
  readonly today: string
  /** First day, if it is still to come. */
  readonly starts: string | null
  /** Last day, if it is over. */
  readonly ended: string | null
  readonly wanted: Values
}

/** The account of a person, with what is compared. */
export interface Held extends Account {
  /** The directory masters it, or Active Directory did earlier. */
  readonly formerlySynced: boolean
  readonly owned: boolean
  readonly value: Fields
  /** The day on which the feed disabled the account; undefined if it did not. */
  readonly disabledOn: string | undefined
  /** The feed has revoked the sessions of a leaver. */
  readonly isRevoked: boolean
  /** The feed has done all that is asked of a leaver. */
  readonly isSettled: boolean
}

/** What the feed did about a person earlier. */
export interface Remembered {
  readonly class: 'active' | 'leave' | 'leaver' | 'prehire'
  /** The day on which the class began. */
  readonly since: string
}

/** What a run is asked to do. */
export interface DecideOptions {
  /** Whether accounts of the directory are synchronized from Active Directory. */
  readonly isSyncing: boolean
  /** Whether new people get accounts in the cloud although the directory synchronizes. */
  readonly cloudJoiners: boolean
  /** Days after which the account of a leaver is deleted. @default never */
  readonly deleteAfterDays: number | undefined
}

/** The account of a decision. */
export const accountIn = (held: Held | undefined): Pick<Decision, 'account'> => {
  if (!held) return {}
  const { id, userPrincipalName, enabled, deleted, synced } = held
  return { account: { id, userPrincipalName, enabled, ...(deleted && { deleted }), ...(synced && { synced }) } }
}
