import type { Fields } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'

/** A role that a person has, as Graph lists it. */
export interface HeldRole {
  readonly id: string
  readonly roleDefinitionId: string
  /** `/` for the whole directory, `/administrativeUnits/ID`, or an object such as an app. */
  readonly directoryScopeId: string
  /** Name of a role that is given for an object; undefined if it cannot be read. */
  readonly name?: string
}

/** A group that a person belongs to, or owns. */
export interface HeldGroup extends Values {
  readonly id: string
}

/** What a person has. Lists are empty where they are not asked for. */
export interface Person {
  readonly user: Fields & { readonly id: string }
  readonly groups: readonly HeldGroup[]
  /** Groups that the person owns, with whether somebody else stays who owns them. */
  readonly owned: readonly { readonly group: HeldGroup; readonly isLast: boolean }[]
  /** Active roles without an end. */
  readonly active: readonly HeldRole[]
  /** Active roles that end, or that have not begun yet. */
  readonly timed: readonly HeldRole[]
  readonly eligible: readonly HeldRole[]
}

/** What is taken from people, besides their sign-in. */
export interface Taking {
  readonly groups: boolean
  readonly roles: boolean
  readonly licences: boolean
}
