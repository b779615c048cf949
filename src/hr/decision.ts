import type { Json } from '../core/json.ts'
import type { Values } from '../core/operation.ts'
import type { Key } from '../core/row.ts'

/** What a person of a feed, or an account without a person, is. In the order of reports. */
export const decisionClasses = [
  'joiner',
  'rehire',
  'mover',
  'leave',
  'leaver',
  'deletion',
  'waiting',
  'unchanged',
  'conflict',
  'unmatched',
  'failed',
] as const

/** One of `decisionClasses`. */
export type DecisionClass = (typeof decisionClasses)[number]

/** What is done with the account itself. Managers, groups and sessions come on top. */
type Action = 'create' | 'restore' | 'update' | 'disable' | 'delete' | 'none'

/** The account of a person, as the directory had it. */
export interface Account {
  readonly id: string
  readonly userPrincipalName: string
  readonly enabled: boolean
  /** In the recycle bin. */
  readonly deleted?: true
  /** Synchronized from Active Directory. */
  readonly synced?: true
}

/** The values of a property before and after. */
export interface Change {
  readonly old: Json
  readonly new: Json
}

/** Changes by the path of the property: `department`, `onPremisesExtensionAttributes/extensionAttribute1`. */
export type Changes = { readonly [path: string]: Change }

/** Another manager. */
export interface ManagerChange {
  /** Id of the present manager, null without one. */
  readonly old: string | null
  /** Id of the new one, null to clear it. Undefined if this run makes or restores the account. */
  readonly new?: string | null
  /** Key of the person who becomes the manager, and whose account this run makes or restores. */
  readonly joiner?: string
}

/** Memberships by the ids of the groups. */
export interface GroupChanges {
  readonly add: readonly string[]
  readonly remove: readonly string[]
  /** Display names, for people who read the report. */
  readonly names: Readonly<Record<string, string>>
}

/** What is to be done about a person, or why nothing is. */
export interface Decision {
  readonly class: DecisionClass
  readonly action: Action
  /** The person's key as the feed has it; the id of the account if it has no person, `line 7` if the key cannot be read. */
  readonly key: string
  /** Display name, for people who read the report. */
  readonly name: string
  /** Line of the feed that counts. */
  readonly line?: Key
  readonly account?: Account
  /** Properties of a new account by path. Without a password. */
  readonly wanted?: Values
  readonly changes: Changes
  /** Changes that only Active Directory can make. */
  readonly onPremises?: Changes
  readonly manager?: ManagerChange
  readonly groups?: GroupChanges
  readonly revokeSessions?: true
  /** The option by which nothing is done: `--no-joiners`, `--cloud-joiners`. */
  readonly off?: string
  /** As a sentence. */
  readonly why: string
  /** What was left out, as sentences: a manager who was not found. */
  readonly notes: readonly string[]
  /** What to do about a conflict or a failed row. */
  readonly fix?: string
}
