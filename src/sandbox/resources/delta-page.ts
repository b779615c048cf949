import type { Cursor, Kind } from '../directory/types.ts'
import type { Call } from './call.ts'
import { endOfRound, netChanges, type NetChange } from './delta-changes.ts'
import { allLinks, grouped, only, represented, shownNames, takeLinks, type Rest } from './delta-entry.ts'
import type { DeltaAsked } from './delta-options.ts'
import { faults } from './faults.ts'

/** The position of a delta, kept in its tokens. */
export interface Standing {
  /** Its types and the options of each. Only a delta of directory objects has several. */
  readonly of: readonly (readonly [kind: Kind, asked: DeltaAsked])[]
  /** Age of the delta token it started from, by the directory's clock. */
  readonly ms: number
  /** Number of links followed so far. */
  readonly n: number
  readonly place: Place
  readonly gone?: true
}

/** The position of the next page. */
export type Place =
  /** The first full reading. Changes after `since` come with the first round. */
  | {
      readonly phase: 'sync'
      readonly since: number
      /** Index of the type. */
      readonly type: number
      readonly at?: Cursor | undefined
      /** Position in the tracked links of the object at the cursor. */
      readonly links?: Rest | undefined
    }
  /**
   * A round of changes: the sequence of the first change of the next object, the number of objects after it that were returned, and of
   * entries of the next one. They are counted because an object that is deleted meanwhile no longer has entries.
   */
  | RoundPlace
  /** Between two rounds. */
  | { readonly phase: 'rest'; readonly after: number }

interface RoundPlace {
  readonly phase: 'round'
  readonly after: number
  readonly until: number
  readonly from: number
  readonly objects: number
  readonly entries: number
}

/** An entry with the type of its object. */
type Entry = { readonly kind: Kind; readonly [member: string]: unknown }

/** Some entries and the position of the next ones. */
export interface Page {
  readonly value: readonly Entry[]
  readonly next: Place
}

/** The error for an expired token, with the URL to start over. */
export const expired = ({ request }: Call) => faults.deltaTokenExpired(`${request.root}${request.path}?$deltatoken=`)

/** @throws GraphFault 410 when the changes have been discarded */
export const pageOf = (call: Call, standing: Standing): Page => {
  const { place } = standing
  if (place.phase === 'sync') return syncPage(call, standing, place)
  if (place.phase === 'round') return roundPage(call, standing, place)
  const after = standing.n === 0 ? place.after : Math.max(0, place.after - call.knobs.deltaReplays)
  const until = Math.max(endOfRound(call.directory, after), place.after)
  return roundPage(call, standing, { phase: 'round', after, until, from: after + 1, objects: 0, entries: 0 })
}

const kindsOf = ({ of }: Standing): readonly Kind[] => of.map(([kind]) => kind)

/** A page of the first full reading, of one type. The links of a large group may fill a page early. */
const syncPage = (call: Call, { of }: Standing, place: Extract<Place, { phase: 'sync' }>): Page => {
  const { directory, knobs } = call
  const { since, type } = place
  const [kind, asked] = of[type]!
  const collection = directory.collection(kind)
  const done: Place = type + 1 < of.length ? { phase: 'sync', since, type: type + 1 } : { phase: 'rest', after: since }
  const names = shownNames(call, kind, asked)
  if (asked.ids) {
    const value = asked.ids.flatMap(id => {
      const json = collection.jsonOf(id, names)
      return json === undefined ? [] : { kind, ...represented(json), ...allLinks(call, kind, id, asked) }
    })
    return { value, next: done }
  }
  const query = { order: 'default', view: 'direct' } as const
  const slice = collection.slice(query, knobs.deltaPageSize, names, place.at)
  const value: Entry[] = []
  let room = knobs.deltaMembersPerPage
  let links = place.links
  for (const [index, id] of slice.ids.entries()) {
    const taken = takeLinks(call, { kind, id }, asked, room, links)
    value.push({ kind, ...represented(slice.json[index]!), ...taken.members })
    room -= taken.count
    links = undefined
    if (taken.rest || (room <= 0 && index + 1 < slice.ids.length)) {
      const upTo = taken.rest ? index : index + 1
      const at = upTo === 0 ? place.at : collection.slice(query, upTo, ['id'], place.at).cursor
      return { value, next: { phase: 'sync', since, type, at, links: taken.rest } }
    }
  }
  return { value, next: slice.cursor ? { phase: 'sync', since, type, at: slice.cursor } : done }
}

const roundPage = (call: Call, standing: Standing, place: RoundPlace): Page => {
  const { after, until } = place
  const asked = new Map(standing.of)
  const changes = netChanges(call.directory, kindsOf(standing), { after, until }, place.from)
  if (!changes) throw expired(call)
  const minimal = /\breturn\s*=\s*minimal\b/i.test(call.request.headers['prefer'] ?? '')
  const entriesAt = (outcome: NetChange): readonly Entry[] => {
    const own = asked.get(outcome.kind)
    if (!own || (own.ids && !own.ids.includes(outcome.id))) return []
    return entriesOf(call, own, outcome, minimal).map(entry => ({ kind: outcome.kind, ...entry }))
  }
  const value: Entry[] = []
  let returned = place.entries
  let [from, objects, skipped] = [place.from, 0, 0]
  for (const change of changes) {
    if (change.first > from) [from, objects] = [change.first, 0]
    objects++
    if (skipped++ < place.objects) continue
    const left = entriesAt(change).slice(returned)
    const room = call.knobs.deltaPageSize - value.length
    // Objects without entries take no room, so the last page is never empty.
    if (left.length > room) {
      value.push(...left.slice(0, room))
      return { value, next: { phase: 'round', after, until, from, objects: objects - 1, entries: returned + room } }
    }
    value.push(...left)
    returned = 0
  }
  return { value, next: { phase: 'rest', after: until } }
}

/** The entries of an object. Many changed links take several. */
const entriesOf = (call: Call, asked: DeltaAsked, outcome: NetChange, minimal: boolean): readonly object[] => {
  const { kind, id, state, properties } = outcome
  if (state !== 'live') return [{ id, '@removed': { reason: state === 'binned' ? 'changed' : 'deleted' } }]
  const collection = call.directory.collection(kind)
  const entity = collection.get(id)
  if (!entity) return []
  const links = outcome.links.filter(
    ({ relation }) =>
      asked.relations.includes(relation) && (relation !== 'members' || call.memberSight.of({ kind, id })),
  )
  const touched = properties === undefined || [...properties].some(name => asked.select?.includes(name) ?? true)
  if (!touched && links.length === 0) return []
  const own =
    minimal && properties
      ? only(entity, properties, asked)
      : represented(collection.json(entity, shownNames(call, kind, asked)), properties)
  const size = call.knobs.deltaMembersPerPage
  const parts = Array.from({ length: Math.max(1, Math.ceil(links.length / size)) }, (_, at) =>
    links.slice(at * size, at * size + size),
  )
  return parts.map(part => ({ ...own, ...grouped(part) }))
}
