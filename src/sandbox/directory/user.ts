import type { Hierarchy } from './hierarchy.ts'
import type { Licences } from './licences.ts'
import type { NamePlace, People } from './people.ts'
import type { Permutation } from './permutation.ts'
import type { Population } from './population.ts'
import type { Timeline } from './timeline.ts'

/** One user; everything else about them follows from these. */
export interface User extends NamePlace {
  readonly world: UserWorld
  /** Place in the order of ids, which is that of a plain listing. */
  listed: number
  seniority: number
  licence: number
  created: number
  office: number
  guest: boolean
  /** Three random numbers of 32 bits. */
  a: number
  b: number
  c: number
}

/** What users depend on besides their number. */
export interface UserOptions {
  readonly size: number
  readonly key: number
  readonly tenant: TenantNames
  readonly licences: Licences
  /** The code of the dynamic group a user belongs to; what its rule compares. */
  readonly dynamicCode: (rank: number) => string | null
  /** `extension_…` */
  readonly directoryExtension: string
  /** See `PeopleOptions`. */
  readonly suffix?: string
}

/** Names of the tenant that its objects carry. */
export interface TenantNames {
  readonly tenantId: string
  readonly domain: string
  readonly federatedDomain: string
  readonly initialDomain: string
  /** Security identifier of the domain on premises, without the last part. */
  readonly sid: string
}

/** What the columns of users read besides the user. */
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

/** The population of users, and what else is known of them by rank. */
export interface Users extends Population<User> {
  readonly world: UserWorld
}
