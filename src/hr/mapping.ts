import type { Fields } from '../core/json.ts'
import type { AccountProperty } from './account-properties.ts'
import type { Expression, Mistake } from './expression.ts'
import type { Given } from './values.ts'
import type { Generated } from './generated.ts'
import type { Written } from './written.ts'

/** Whether a person works, is on leave, or has left. */
export type Standing = 'active' | 'leave' | 'leaver'

/** Members of a group by the properties of the account. */
export interface GroupRuleOptions {
  /** Properties of `account` with the value that they must have, or several values. All must fit; case does not count. */
  readonly when: Readonly<Record<string, string | readonly string[]>>
  /** Id or display name of the group. */
  readonly group: string
}

/** A mapping file: what the columns of a feed mean. */
export interface HrFeedOptions {
  /** Name of the feed. What it said is remembered under this name. Lower-case letters, digits and hyphens. */
  readonly name: string
  /** The accounts that the feed owns, as a filter: `employeeType eq 'Employee'`. Others are never touched. */
  readonly scope: string
  /** The key of a person. */
  readonly person: Given
  /** Properties of `account` by which accounts are recognised, the surest first. */
  readonly match: readonly string[]
  /**
   * Which row of a person counts if there are several: of those that are in effect today, the primary ones; of these the last one. Two
   * that are equal fail the person. @default several rows fail the person
   */
  readonly rows?: {
    /** First day of the row: an expression with `.date(…)`. Rows that begin later wait for their day. */
    readonly effective?: Expression
    /** Whether it is the main job: an expression with `.is(…)`. */
    readonly primary?: Expression
  }
  /** What the values of a column say about a person. Case does not count. Any other value fails the row. @default everybody is active */
  readonly status?: {
    readonly from: Given
    readonly active: readonly string[]
    readonly leave?: readonly string[]
    readonly leaver?: readonly string[]
  }
  /** First day of work: an expression with `.date(…)`. */
  readonly hireDate?: Expression
  /** Last day of work: an expression with `.date(…)`. The person is a leaver from the next day on, in the own time zone. */
  readonly lastDay?: Expression
  /**
   * What a last day before the hire date is of a person who works or is on leave. `earlier`: that of an earlier employment, which says
   * nothing about this one. @default 'refuse' fails the row
   */
  readonly lastDayBeforeHireDate?: 'refuse' | 'earlier'
  /** Time zone of the person, such as `Europe/Berlin`. @default the one of the run */
  readonly timeZone?: Given
  readonly joiners?: {
    /** How many days before the hire date the account is created. @default 0 */
    readonly createDaysBefore?: number
    /** Whether it is disabled until then. @default true */
    readonly disabledUntilHireDate?: boolean
  }
  /** What happens to accounts of people on leave. @default 'keep' */
  readonly onLeave?: 'keep' | 'disable'
  readonly leavers?: {
    /** Whether their sessions are revoked. @default true */
    readonly revokeSessions?: boolean
    /** `given`: the memberships that the feed gave are removed. `all`: all of which members can be removed. @default 'keep' */
    readonly groups?: 'keep' | 'given' | 'all'
  }
  /** Whether a changed name changes the user principal name. @default false */
  readonly renames?: boolean
  /** Properties of the account by path, each from a column, an expression, or `generated`. */
  readonly account: Readonly<Record<string, Given | Generated>>
  /** Key of the manager: a person of the feed, else an `employeeId` in the directory. */
  readonly manager?: Given
  readonly groups?: readonly GroupRuleOptions[]
}

/** A property of `account` with its expression. */
export interface MappedProperty extends AccountProperty {
  readonly from: Expression
}

/** A property of `account` that is generated. */
export type GeneratedName = 'userPrincipalName' | 'mailNickname'

/** A rule as it is tested: values are in lower case. */
export interface GroupRule {
  readonly when: ReadonlyMap<string, ReadonlySet<string>>
  readonly group: string
}

/** A mapping file that was checked. */
export interface Mapping {
  readonly name: string
  /** Place of its `hrFeed` call. */
  readonly at: string | undefined
  readonly scope: {
    readonly text: string
    /** Paths of the properties that it reads. */
    readonly properties: readonly string[]
    readonly owns: (account: Fields) => boolean
  }
  readonly person: Expression
  readonly match: readonly MappedProperty[]
  readonly rows: { readonly effective: Expression | undefined; readonly primary: Expression | undefined } | undefined
  readonly status: { readonly from: Expression; readonly standings: ReadonlyMap<string, Standing> } | undefined
  readonly hireDate: Expression | undefined
  readonly lastDay: Expression | undefined
  readonly lastDayBeforeHireDate: 'refuse' | 'earlier'
  readonly timeZone: Expression | undefined
  readonly joiners: { readonly createDaysBefore: number; readonly disabledUntilHireDate: boolean }
  readonly onLeave: 'keep' | 'disable'
  readonly leavers: { readonly revokeSessions: boolean; readonly groups: 'keep' | 'given' | 'all' }
  readonly renames: boolean
  readonly properties: readonly MappedProperty[]
  readonly generated: ReadonlyMap<GeneratedName, Generated>
  readonly manager: Expression | undefined
  readonly groups: readonly GroupRule[]
  /** All columns of the feed that it reads, with the place of each. */
  readonly columns: readonly { readonly name: string; readonly at: string | undefined }[]
}

const brand = Symbol.for('entrapipe.hr.mapping')

/** Marks a mapping, so that a file that exports something else is recognised. */
export const branded = (mapping: Mapping): Mapping => Object.freeze({ ...mapping, [brand]: true })

/** Whether a value was made by `hrFeed`. */
export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && brand in value

/** Collects mistakes of a mapping file. */
export interface Mistakes {
  readonly all: Mistake[]
  /** Where things are in the file. */
  readonly written: Written
  /** @param at @default the place of the whole */
  add(text: string, at?: string): void
}
