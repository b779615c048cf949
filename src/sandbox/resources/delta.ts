import type { Json } from '../../core/json.ts'
import type { Cursor, Kind } from '../directory/types.ts'
import type { SandboxReply } from '../protocol.ts'
import type { Call, Handler } from './call.ts'
import { roundOf, type Outcome } from './delta-changes.ts'
import { allLinks, grouped, only, represented, shownNames, takeLinks, type Rest } from './delta-entry.ts'
import { deltaAsked, objectsAsked, type DeltaAsked } from './delta-options.ts'
import { faults } from './faults.ts'
import { readOptions, type Options } from './options.ts'
import { context, jsonReply } from './replies.ts'
import { typeFacts } from './type-facts.ts'

/** Where a delta stands; what its tokens carry. */
interface Standing {
  /** The types it is of, and what is asked of each; several for directory objects only. */
  readonly of: readonly (readonly [kind: Kind, asked: DeltaAsked])[]
  /** When the delta token that it stands on was made, by the directory's clock. */
  readonly ms: number
  /** Links followed so far. */
  readonly n: number
  readonly place: Place
  readonly gone?: true
}

type Place =
  /** All objects, in order; changes since the sequence come with the first round. */
  | {
      readonly phase: 'sync'
      readonly since: number
      /** Which of the types. */
      readonly type: number
      readonly at?: Cursor | undefined
      /** Place among the tracked links of the object at the cursor. */
      readonly links?: Rest | undefined
    }
  /** A round of changes, and how many of its entries were given. */
  | { readonly phase: 'round'; readonly after: number; readonly until: number; readonly from: number }
  /** Between two rounds. */
  | { readonly phase: 'rest'; readonly after: number }

/** An entry, and of which type it is. */
type Entry = { readonly kind: Kind; readonly [member: string]: unknown }

interface Page {
  readonly value: readonly Entry[]
  readonly next: Place
}

/**
 * Answers `GET /users/delta` and its like: first all objects, then, from each deltaLink on, what changed. A `$select` that is
 * sent with a deltaLink takes the place of the earlier one.
 *
 * @see https://learn.microsoft.com/graph/delta-query-overview
 */
export const delta = (kind: Kind): Handler =>
  answering({
    set: typeFacts[kind].set,
    of: (call, options) => [[kind, deltaAsked(call, kind, options)]],
    isTyped: false,
  })

/** Answers `GET /directoryObjects/delta`: one delta of several types, each object with its type. */
export const objectsDelta: Handler = call =>
  answering({ set: 'directoryObjects', of: (one, options) => [...objectsAsked(one, options)], isTyped: true })(call)

interface Subject {
  /** In `@odata.context`. */
  readonly set: string
  of(call: Call, options: Options): Standing['of']
  /** Whether objects carry `@odata.type`. */
  readonly isTyped: boolean
}

const answering =
  (subject: Subject): Handler =>
  call => {
    const options = readOptions(call.request, ['select', 'filter', 'skiptoken', 'deltatoken'])
    const opened = standingOf(call, subject, options)
    const { pageFault } = call.request
    const empty = pageFault === 'emptyPage'
    const page = empty ? { value: [], next: opened.place } : pageOf(call, opened)
    const next = pageFault === 'duplicatedPage' ? opened.place : page.next
    return reply(call, subject, opened, { value: page.value, next }, empty || pageFault === 'duplicatedPage')
  }

const standingOf = (call: Call, subject: Subject, options: Options): Standing => {
  const { directory, request } = call
  const token = options.skiptoken ?? options.deltatoken
  if (token === undefined || token === '' || token.toLowerCase() === 'latest') {
    const place: Place =
      token?.toLowerCase() === 'latest'
        ? { phase: 'rest', after: directory.generation }
        : { phase: 'sync', since: directory.generation, type: 0 }
    return { of: subject.of(call, options), ms: directory.now(), n: 0, place }
  }
  if (request.pageFault === 'expiredPageToken' && options.skiptoken !== undefined) throw faults.pageTokenExpired()
  const standing = call.tokens.open(token) as unknown as (Standing & { readonly set: string }) | undefined
  if (standing?.set !== subject.set || !('place' in standing))
    throw options.skiptoken === undefined ? faults.deltaTokenInvalid() : faults.pageTokenInvalid()
  if (standing.gone) throw faults.pageTokenGone()
  if (directory.now() - standing.ms > call.knobs.deltaTokenLifeMs) throw expired(call)
  if (options.skiptoken !== undefined || options.select === undefined) return standing
  const asked = new Map(subject.of(call, options))
  return {
    ...standing,
    of: standing.of.map(([kind, before]) => [kind, { ...before, ...asked.get(kind), ids: before.ids }] as const),
  }
}

const expired = ({ request }: Call) => faults.deltaTokenExpired(`${request.root}${request.path}?$deltatoken=`)

const pageOf = (call: Call, standing: Standing): Page => {
  const { place } = standing
  if (place.phase === 'sync') return syncPage(call, standing, place)
  if (place.phase === 'round') return roundPage(call, standing, place.after, place.until, place.from)
  const after = standing.n === 0 ? place.after : Math.max(0, place.after - call.knobs.deltaReplays)
  const first = roundOf(call.directory, kindsOf(standing), after)
  if (!first) throw expired(call)
  return roundPage(call, standing, after, Math.max(first.until, place.after), 0)
}

const reply = (call: Call, subject: Subject, standing: Standing, page: Page, again: boolean): SandboxReply => {
  const { request, tokens, directory } = call
  const ends = page.next.phase === 'rest' && !again
  const gone = request.retried === true && request.pageFault === 'tokenGoneAfterRetry'
  const sealed = tokens.seal({
    ...standing,
    set: subject.set,
    place: page.next,
    n: standing.n + 1,
    ms: ends ? directory.now() : standing.ms,
    ...(gone ? { gone } : {}),
  } as unknown as Json)
  const path = `${request.root}${request.path}`
  const link =
    request.pageFault === 'repeatedLink'
      ? `"@odata.nextLink":${JSON.stringify(`${path}${request.query === '' ? '' : `?${request.query}`}`)}`
      : ends
        ? `"@odata.deltaLink":${JSON.stringify(`${path}?$deltatoken=${sealed}`)}`
        : `"@odata.nextLink":${JSON.stringify(`${path}?$skiptoken=${sealed}`)}`
  const chosen = new Set(standing.of.flatMap(([, { select = [], relations }]) => [...select, ...relations]))
  const selects = standing.of.some(([, { select }]) => select !== undefined)
  const selected = selects ? `(${[...chosen].join(',')})` : ''
  const value = JSON.stringify(page.value.map(({ kind, ...entry }) => (subject.isTyped ? typed(kind, entry) : entry)))
  return jsonReply(`${context(request.root, `${subject.set}${selected}`)},${link},"value":${value}}`)
}

const kindsOf = ({ of }: Standing): readonly Kind[] => of.map(([kind]) => kind)

const typed = (kind: Kind, entry: object): object => ({ '@odata.type': `#${typeFacts[kind].type}`, ...entry })

/** A page of the first full reading, of one type. A page ends early where the links of a large group fill it. */
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

const roundPage = (call: Call, standing: Standing, after: number, until: number, from: number): Page => {
  const asked = new Map(standing.of)
  const round = roundOf(call.directory, kindsOf(standing), after, until)
  if (!round) throw expired(call)
  const minimal = /\breturn\s*=\s*minimal\b/i.test(call.request.headers['prefer'] ?? '')
  const entries = round.outcomes.flatMap(outcome => {
    const own = asked.get(outcome.kind)
    if (!own || (own.ids && !own.ids.includes(outcome.id))) return []
    return entriesOf(call, own, outcome, minimal).map(entry => ({ kind: outcome.kind, ...entry }))
  })
  const value = entries.slice(from, from + call.knobs.deltaPageSize)
  const end = from + value.length
  return {
    value,
    next: end < entries.length ? { phase: 'round', after, until, from: end } : { phase: 'rest', after: until },
  }
}

/** An object's entries: one, or several when many links changed. */
const entriesOf = (call: Call, asked: DeltaAsked, outcome: Outcome, minimal: boolean): readonly object[] => {
  const { kind, id, state, properties } = outcome
  if (state !== 'live') return [{ id, '@removed': { reason: state === 'binned' ? 'changed' : 'deleted' } }]
  const collection = call.directory.collection(kind)
  const entity = collection.get(id)
  if (!entity) return []
  const links = outcome.links.filter(({ relation }) => asked.relations.includes(relation))
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
