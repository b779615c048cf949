import type { Filter } from '../../odata/ast.ts'
import type { Order } from '../../odata/parse-orderby.ts'
import type { Cursor, Entity, Kind, Reference, View } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { castNeedsIndex, castOf } from './cast.ts'
import { expandedContext, relatedExpander, type RelatedExpander } from './expand.ts'
import { faults } from './faults.ts'
import { planFilter } from './filter.ts'
import { lookUp } from './lookup.ts'
import { membersNamed, nameIn } from './members-by-name.ts'
import { objectWriter } from './object-writer.ts'
import { pageSize, readOptions, type OptionName, type Options } from './options.ts'
import { planOrder } from './order.ts'
import { inOrder, orderedRows } from './related-order.ts'
import { pageReply, type Listing, type Rows } from './paging.ts'
import { everyOne, isOfMembers, shownIn, type RelationName, type References } from './relations.ts'
import { countReply, wholeReply } from './replies.ts'
import { selectContext } from './schema.ts'
import { planSearch } from './search.ts'
import { typeFacts } from './type-facts.ts'

/** How the list is returned. */
export interface RelatedOptions {
  /** Returns all in one reply and refuses `$top`, as for members of directory roles. @default false */
  readonly unpaged?: boolean
  /** Returns the addresses only, for `$ref`. @default false */
  readonly addresses?: boolean
}

/** Maximum number of links read for a page. The page is then sent as it is, short or empty, with a link. */
const mostRead = 20_000

const allowed: readonly OptionName[] = ['select', 'filter', 'orderby', 'search', 'top', 'count', 'skiptoken']
const withExpand: readonly OptionName[] = [...allowed, 'expand']

/** Answers `GET /groups/{id}/members` and similar routes, with or without a cast. */
export const relatedList =
  (owner: Kind, relation: RelationName, { unpaged = false, addresses = false }: RelatedOptions = {}): Handler =>
  call => {
    const options = readOptions(call.request, unpaged || addresses ? allowed : withExpand)
    if (unpaged && options.top !== undefined) throw faults.pageSizeRefused()
    const related = relatedOf(call, owner, relation, options)
    const expand = relatedExpander(call, related.cast, options)
    const write = addresses
      ? ({ id }: Reference) => `{"@odata.id":${JSON.stringify(`${call.request.root}/directoryObjects/${id}`)}}`
      : expanded(objectWriter(call, options.select, related.view, related.cast), expand)
    const columns = selectContext(call.schema, options.select, related.cast)
    const context = addresses
      ? 'Collection($ref)'
      : `${related.cast ? typeFacts[related.cast].set : 'directoryObjects'}${expandedContext(columns, expand)}`
    if (unpaged) {
      const items = [...related.all()].flatMap(reference => write(reference) ?? [])
      return wholeReply(call.request.root, context, items, options.count && options.advanced ? items.length : undefined)
    }
    const listing: Listing = {
      context,
      count: related.count,
      rows: (limit, from) => related.rows(limit, from, write),
    }
    return pageReply(call, listing, options, pageSize(options))
  }

/** Answers `GET /groups/{id}/members/$count` and similar routes. */
export const relatedCount =
  (owner: Kind, relation: RelationName): Handler =>
  call => {
    const options = readOptions(call.request, ['filter', 'search', 'count'])
    if (!options.eventual) throw faults.countUnsupported()
    return countReply(relatedOf(call, owner, relation, { ...options, advanced: true }).count())
  }

type Write = (reference: Reference) => string | undefined

const expanded = (write: Write, expand: RelatedExpander | undefined): Write =>
  expand === undefined
    ? write
    : reference => {
        const json = write(reference)
        return json === undefined ? undefined : expand.add(json, reference)
      }

interface Related {
  readonly view: View
  readonly cast: Kind | undefined
  count(): number
  all(): Iterable<Reference>
  rows(limit: number, from: Cursor | undefined, write: Write): Rows
}

const relatedOf = (call: Call, ownerKind: Kind, relation: RelationName, options: Options): Related => {
  const { directory, relations } = call
  const view: View = options.advanced ? 'index' : 'direct'
  const owner = lookUp(call, ownerKind, call.keys[0]!, view)
  const cast = castOf(call.type, ownerKind, owner, relation)
  if (isOfMembers(relation) && !call.memberSight.of({ kind: ownerKind, id: owner.id })) throw faults.denied()
  const references = relations({ kind: ownerKind, id: owner.id }, relation, view)
  const { passes, filter } = testOf(call, cast, options)
  // The service reports an invalid filter first.
  if (cast && !options.advanced && castNeedsIndex(relation)) throw faults.castNeedsAdvanced()
  const order = planOrder(cast, options, { relation: true })
  const shown = shownIn(ownerKind, relation)
  const wanted = (reference: Reference): boolean =>
    (cast === undefined || reference.kind === cast) &&
    shown(reference) &&
    (!passes || directory.collection(reference.kind).matches(reference.id, passes, view))
  const unordered = function* () {
    for (const reference of everyOne(references)) if (wanted(reference)) yield reference
  }
  const asked = [view, cast, options.filter, options.search, order?.property, order?.direction, call.memberSight.all]
  let sorted: readonly Reference[] | undefined
  const ordered = (by: Order): readonly Reference[] =>
    (sorted ??= call.sortedLists(
      `${owner.id}/${relation}/${JSON.stringify(asked)}`,
      options.skiptoken === undefined,
      () => inOrder(call, unordered(), by, view),
    ))
  const names = cast && filter && !order && !options.search && isOfMembers(relation) ? nameIn(filter) : undefined
  /** Members by name need no walk through all of them. */
  const named = (): readonly Reference[] | undefined => {
    if (!names) return undefined
    const ofCast = function* () {
      for (const reference of everyOne(references)) if (reference.kind === cast && shown(reference)) yield reference
    }
    const key = `${owner.id}/${relation}/${cast}/${view}/${call.memberSight.all}`
    const found = membersNamed(call.membersByName(key, ofCast, names.property, view), names.spans)
    return names.isPartial ? found.filter(wanted) : found
  }
  const all = (): Iterable<Reference> => (order ? ordered(order) : (quickly() ?? unordered()))
  // A view that lags changes with time, so no order of it is kept.
  const quickly = (): readonly Reference[] | undefined => (directory.lagBound === 0 ? named() : undefined)
  const quick = !passes && relation !== 'memberOf' && relation !== 'transitiveMemberOf' ? references.count : undefined
  return {
    view,
    cast,
    all,
    count() {
      if (!quick) return counted(all())
      const hides = cast === undefined && !shown({ kind: 'servicePrincipal', id: '' })
      if (cast !== undefined) return shown({ kind: cast, id: '' }) ? quick(cast) : 0
      return quick() - (hides ? quick('servicePrincipal') : 0)
    },
    rows(limit, from, write) {
      if (order) return orderedRows(ordered(order), limit, from, write)
      const list = from === undefined ? quickly() : from['named'] ? named() : undefined
      if (!list) return rowsOf(references, wanted, limit, from, write)
      const { json, cursor } = orderedRows(list, limit, from, write)
      return { json, cursor: cursor && { ...cursor, named: 1 } }
    },
  }
}

const counted = (all: Iterable<Reference>): number => {
  let count = 0
  for (const _ of all) count++
  return count
}

interface Test {
  readonly passes?: (entity: Entity) => boolean
  readonly filter?: Filter
}

const testOf = (call: Call, cast: Kind | undefined, options: Options): Test => {
  const { advanced } = options
  const plan =
    options.filter === undefined ? undefined : planFilter(call, options.filter, cast, { advanced, relation: true })
  const search = options.search === undefined ? undefined : planSearch(call.schema, options.search, cast)
  if (!plan) return search ? { passes: search } : {}
  return { passes: search ? entity => plan.test(entity) && search(entity) : plan.test, filter: plan.filter }
}

/** Links that are read at once, where finding the first of them costs more than reading the others. */
const readAtOnce = 500

const rowsOf = (
  references: References,
  wanted: (reference: Reference) => boolean,
  limit: number,
  from: Cursor | undefined,
  write: Write,
): Rows => {
  const json: string[] = []
  let cursor = from
  let read = 0
  do {
    // The first ones may be wanted. Further ones are rare.
    const taken = read === 0 ? references.take(limit, from) : someOf(references, wanted, limit - json.length, cursor)
    read += Math.max(1, taken.references.length)
    for (const reference of taken.references) {
      const text = wanted(reference) ? write(reference) : undefined
      if (text !== undefined) json.push(text)
    }
    cursor = taken.cursor
  } while (cursor && json.length < limit && read < mostRead)
  return { json, cursor }
}

/** The next references, of which at most so many are wanted. */
const someOf = (
  references: References,
  wanted: (reference: Reference) => boolean,
  most: number,
  from: Cursor | undefined,
): ReturnType<References['take']> => {
  // Without a count they are a walk, which cannot go back.
  if (!references.count || most >= readAtOnce) return references.take(most, from)
  const taken = references.take(readAtOnce, from)
  let found = 0
  const end = taken.references.findIndex(reference => wanted(reference) && ++found > most)
  return end < 0 ? taken : references.take(end, from)
}
