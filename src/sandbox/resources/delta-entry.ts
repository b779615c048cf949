import type { Fields } from '../../core/json.ts'
import type { Entity, Kind, Reference } from '../directory/types.ts'
import type { Call } from './call.ts'
import type { Link } from './delta-changes.ts'
import type { DeltaAsked } from './delta-options.ts'
import { typeFacts } from './type-facts.ts'

/** Position in the tracked links of one object. */
export type Rest = { readonly relation: number; readonly from: number }

/**
 * Returns the links of an object's tracked relations as `members@delta`: at most `room`, but at least one.
 *
 * @param start `rest` of the previous page
 */
export const takeLinks = (
  { relations: read }: Call,
  owner: Reference,
  { relations }: DeltaAsked,
  room: number,
  start: Rest | undefined,
): { readonly members: object; readonly count: number; readonly rest?: Rest | undefined } => {
  const members: Record<string, unknown> = {}
  let count = 0
  for (let relation = start?.relation ?? 0; relation < relations.length; relation++) {
    const name = relations[relation]!
    const from = relation === start?.relation ? start.from : 0
    const left = room - count
    const taken = read(owner, name, 'direct').take(Math.max(1, left), from === 0 ? undefined : { n: from })
    if (left <= 0 && count > 0 && taken.references.length > 0) return { members, count, rest: { relation, from } }
    if (taken.references.length > 0) members[`${name}@delta`] = taken.references.map(target => linked(target, false))
    count += taken.references.length
    if (taken.cursor !== undefined) return { members, count, rest: { relation, from: Number(taken.cursor['n']) } }
  }
  return { members, count }
}

/** All links of one object, for deltas of a few ids, which are not paged. */
export const allLinks = (call: Call, kind: Kind, id: string, asked: DeltaAsked): object =>
  takeLinks(call, { kind, id }, asked, Number.MAX_SAFE_INTEGER, undefined).members

const linked = ({ kind, id }: Reference, removed: boolean): object => ({
  '@odata.type': `#${typeFacts[kind].type}`,
  id,
  ...(removed ? { '@removed': { reason: 'deleted' } } : {}),
})

/** Names of the properties in an entry, `id` last: the selected ones, or those of a listing. */
export const shownNames = (call: Call, kind: Kind, { select }: DeltaAsked): readonly string[] => [
  ...(select ?? call.schema.columns(kind, undefined, call.request.caller, 'list').names).filter(name => name !== 'id'),
  'id',
]

/**
 * Makes an entry from the JSON text of an object. It omits properties that were never set, and contains those that became null.
 *
 * @param changed names of the changed properties
 */
export const represented = (json: string, changed?: ReadonlySet<string>): object => {
  const fields = JSON.parse(json) as Fields
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== null || changed?.has(name)))
}

/** An entry with the id and the changed properties, for `Prefer: return=minimal`. */
export const only = (entity: Entity, properties: ReadonlySet<string>, { select }: DeltaAsked): object =>
  Object.fromEntries(
    ['id', ...[...properties].filter(name => select?.includes(name) ?? true)].map(name => [name, entity[name] ?? null]),
  )

/** Added and removed links by relation, as `members@delta`. */
export const grouped = (links: readonly Link[]): object =>
  Object.fromEntries(
    [...Map.groupBy(links, ({ relation }) => relation)].map(([relation, own]) => [
      `${relation}@delta`,
      own.map(({ target, removed }) => linked(target, removed)),
    ]),
  )
