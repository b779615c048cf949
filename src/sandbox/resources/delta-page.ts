import { isHidden } from '../directory/hidden-properties.ts'
import type { Cursor, Kind } from '../directory/types.ts'
import type { Call } from './call.ts'
import { endOfRound, netChanges, type Link, type NetChange } from './delta-changes.ts'
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
   * A round of changes: the sequence of the first change of the next object, the number of objects after it that were returned, and the
   * place from which the links of the next one are returned. Objects are counted because one that is deleted meanwhile no longer has an entry.
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
  readonly links: number
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
  return roundPage(call, standing, { phase: 'round', after, until, from: after + 1, objects: 0, links: 0 })
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
  const options = new Map(standing.of)
  const changes = netChanges(call.directory, kindsOf(standing), { after, until }, place.from)
  if (!changes) throw expired(call)
  const minimal = /\breturn\s*=\s*minimal\b/i.test(call.request.headers['prefer'] ?? '')
  const value: Entry[] = []
  let room = call.knobs.deltaMembersPerPage
  let [from, objects, skipped] = [place.from, 0, 0]
  for (const change of changes) {
    if (change.first > from) [from, objects] = [change.first, 0]
    objects++
    if (skipped++ < place.objects) continue
    const asked = options.get(change.kind)
    if (!asked || (asked.ids && !asked.ids.includes(change.id))) continue
    const links = skipped === place.objects + 1 ? place.links : 0
    const found = entryOf(call, asked, change, minimal, room, links)
    // Objects without an entry take no room, so the last page is never empty.
    if (!found) continue
    const next = { phase: 'round', after, until, from, objects: objects - 1 } as const
    const isFull = value.length === call.knobs.deltaPageSize || (room === 0 && found.rest !== undefined)
    if (isFull) return { value, next: { ...next, links } }
    value.push({ kind: change.kind, ...found.entry })
    room -= found.count
    if (found.rest !== undefined) return { value, next: { ...next, links: found.rest } }
  }
  return { value, next: { phase: 'rest', after: until } }
}

/** Kinds whose entries repeat the properties that have not changed. */
const returnsAll: ReadonlySet<Kind> = new Set(['user', 'group'])

/** The entry of an object, with at most `room` links. */
interface Found {
  readonly entry: object
  /** Number of its links. */
  readonly count: number
  /** The place of the next link. */
  readonly rest?: number | undefined
}

/** @param from the place of the first link. Many changed links take several entries */
const entryOf = (
  call: Call,
  asked: DeltaAsked,
  change: NetChange,
  minimal: boolean,
  room: number,
  from: number,
): Found | undefined => {
  const { kind, id, state, properties } = change
  if (state !== 'live')
    return { entry: { id, '@removed': { reason: state === 'binned' ? 'changed' : 'deleted' } }, count: 0 }
  const touched =
    properties === undefined || [...properties].some(name => !isHidden(name) && (asked.select?.includes(name) ?? true))
  if (!touched && asked.relations.length === 0) return undefined
  const shown = asked.relations.filter(relation => relation !== 'members' || call.memberSight.of({ kind, id }))
  const links: Link[] = []
  let rest: number | undefined
  if (shown.length > 0)
    for (const link of change.links(from)) {
      if (!shown.includes(link.relation)) continue
      rest = links.length === room ? link.place : undefined
      if (rest !== undefined) break
      links.push(link)
    }
  if (!touched && links.length === 0 && rest === undefined) return undefined
  const collection = call.directory.collection(kind)
  const entity = collection.get(id)
  if (!entity) return undefined
  // The pages of other kinds promise only what has changed.
  const own =
    (minimal || !returnsAll.has(kind)) && properties
      ? only(entity, properties, asked)
      : represented(collection.json(entity, shownNames(call, kind, asked)), properties)
  return { entry: { ...own, ...grouped(links) }, count: links.length, rest }
}
