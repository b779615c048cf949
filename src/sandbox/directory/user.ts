import type { Hierarchy } from './hierarchy.ts'
import type { Licences } from './licences/generated.ts'
import type { NamePlace, People } from './people.ts'
import type { Permutation } from './permutation.ts'
import type { Population } from './population.ts'
import type { Timeline } from './timeline.ts'

/** A user. All other properties are derived from these. */
export interface User extends NamePlace {
  readonly world: UserWorld
  /** Position in the order of ids, which is the order of a plain listing. */
  listed: number
  seniority: number
  licence: number
  created: number
  office: number
  guest: boolean
  /** Three random 32-bit numbers. */
  a: number
  b: number
  c: number
}

/** Options of the users of a directory. */
export interface UserOptions {
  readonly size: number
  readonly key: number
  readonly tenant: TenantNames
  readonly licences: Licences
  /** The code of a user's dynamic group, which its rule compares. */
  readonly dynamicCode: (rank: number) => string | null
  /** `extension_…` */
  readonly directoryExtension: string
  /** See `PeopleOptions`. */
  readonly suffix?: string
}

/** Names of the tenant that its objects contain. */
export interface TenantNames {
  readonly tenantId: string
  readonly domain: string
  readonly federatedDomain: string
  readonly initialDomain: string
  /** Security identifier of the on-premises domain, without the last part. */
  readonly sid: string
}

/** What the columns of users read in addition to the user. */
export interface UserWorld extends UserOptions {
  readonly people: People
  readonly hierarchy: Hierarchy
  readonly byId: Permutation
  readonly bySeniority: Permutation
  readonly byLicence: Permutation
  readonly byCreation: Permutation
  readonly creation: Timeline
  idOf(rank: number): string
  isGuest(rank: number): boolean
  /** Rank of the manager: the next one above who is not a guest. */
  managerOf(rank: number): number | undefined
}

/** The population of users, with data by rank. */
export interface Users extends Population<User> {
  readonly world: UserWorld
}
