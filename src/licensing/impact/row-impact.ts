import type { Json } from '../../core/json.ts'
import { isFields } from '../../core/json.ts'
import type { LicenceChange } from '../decisions/decision.ts'
import type { Assignment, Inherited, UserLicences } from '../user-licences.ts'

/** What a preview counts of a row about licences, without whose they are. */
export interface ImpactBody {
  /** What the user has before: see `heldText`. */
  readonly held: string
  /** Without it, nothing is sent for the row. */
  readonly change?: LicenceChange
  /** Of a transfer: the ids of the products that are replaced, whether the user has them or not, and the new one. */
  readonly transfer?: { readonly from: readonly string[]; readonly to: string }
  /** Whether the user has no usage location, though a product would be assigned. */
  readonly lacksLocation?: true
  /** Whether nothing is sent because a group gives the product. */
  readonly isInherited?: true
}

/** What a preview counts of a row about licences, as JSON, so that it can be kept on disk. */
interface RowImpact extends ImpactBody {
  /** Id of the user, in lower case. */
  readonly user: string
  readonly name?: string
}

/** A usage location that is set for a user who has none. */
interface LocationImpact {
  readonly user: string
  readonly location: string
}

/** An impact as the engine hands it on. */
export const impactJson = (impact: RowImpact | LocationImpact): Json => impact as unknown as Json

/** The impact of a row on licences; undefined if it is about something else. */
export const rowImpactOf = (value: Json | undefined): RowImpact | undefined =>
  isFields(value) && typeof value['held'] === 'string' ? (value as unknown as RowImpact) : undefined

/** The usage location that a row sets; undefined if it is about something else. */
export const locationImpactOf = (value: Json | undefined): LocationImpact | undefined =>
  isFields(value) && typeof value['location'] === 'string' ? (value as unknown as LocationImpact) : undefined

type KeptAssignment = readonly [state: string, error: string | null, disabledPlans: readonly string[]]
type Kept = readonly [
  direct: readonly (readonly [sku: string, ...KeptAssignment])[],
  inherited: readonly (readonly [sku: string, group: string, ...KeptAssignment])[],
]

const kept = ({ state, error, disabledPlans }: Assignment): KeptAssignment => [state, error, [...disabledPlans].sort()]

const read = ([state, error, disabledPlans]: KeptAssignment): Assignment => ({
  state,
  error,
  disabledPlans: new Set(disabledPlans),
})

const inOrder = <T>(all: readonly T[]): readonly T[] =>
  all
    .map(each => [JSON.stringify(each), each] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, each]) => each)

/** What a user has, as text: users who have the same have equal texts. There are few of them, however many users there are. */
export const heldText = ({ direct, inherited }: UserLicences): string =>
  JSON.stringify([
    inOrder([...direct].map(([sku, own]) => [sku, ...kept(own)] as const)),
    inOrder([...inherited].flatMap(([sku, all]) => all.map(each => [sku, each.group, ...kept(each)] as const))),
  ] satisfies Kept)

/** The inverse of `heldText`. */
export const heldOf = (text: string): UserLicences => {
  const [direct, inherited] = JSON.parse(text) as Kept
  const groups = new Map<string, Inherited[]>()
  for (const [sku, group, ...rest] of inherited) groups.set(sku, [...(groups.get(sku) ?? []), { group, ...read(rest) }])
  return { direct: new Map(direct.map(([sku, ...rest]) => [sku, read(rest)])), inherited: groups }
}
