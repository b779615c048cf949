import { jsonOfValues, type Content, type Faces } from './faces.ts'
import type { Records } from './memory/records.ts'
import { keyOf, type OrderLists } from './order-lists.ts'
import type { Overlay } from './overlay.ts'
import type { Order, Population } from './population.ts'
import { dateRange, prefixRange, wholeRange, within, type Range } from './ranges.ts'
import { rememberedTest } from './remembered-test.ts'
import { firstIndex } from './search.ts'
import { sortedOrder } from './sorted-order.ts'
import type { Collection, Cursor, Entity, Query, View } from './types.ts'

/** Number of objects that one slice tests at most. It may then return fewer rows than requested. */
const scanned = 20_000
/** A changed object counts as this many: its values are scattered over the memory. */
const changedCost = 10

interface CollectionOptions {
  readonly population: Population
  readonly look: Faces
  readonly records: Records
  readonly overlayOf: (view: View) => Overlay
}

/** How a query is executed: an order, a range of it, and a test of each object. */
interface Plan {
  readonly name: string
  readonly order: Order
  readonly low: number
  readonly high: number
  readonly range: Range | undefined
  readonly lists: OrderLists
  readonly extraLow: number
  readonly extraHigh: number
  readonly test: ((entity: Entity) => boolean) | undefined
}

/** The live or deleted objects of a kind: synthetic ones are computed, and changed ones merged into them. */
export const collection = ({ population, look, records, overlayOf }: CollectionOptions): Collection => {
  const { size } = population
  const sorted = new Map<string, Order>()
  const orderOf = (name: string): Order => {
    const found = population.orders[name] ?? sorted.get(name)
    if (found) return found
    const made = sortedOrder(population, look, name)
    sorted.set(name, made)
    return made
  }
  const fast = (property: string): boolean => property !== 'default' && size > 0 && property in population.orders

  const planOf = (query: Query): Plan => {
    const { prefix, between, where } = query
    const property = [prefix?.property, between?.property].find(name => name !== undefined && fast(name))
    const name = query.order === 'default' && property !== undefined ? property : query.order
    const order = orderOf(name)
    const overlay = overlayOf(query.view)
    const lists = overlay.lists(name, order)
    const { extras } = lists
    const tests: ((entity: Entity) => boolean)[] = []
    const ranges: Range[] = []
    const take = (of: string, range: Range): void => {
      if (of === name && ranges.length === 0) ranges.push(range)
      else tests.push(entity => within(range, keyOf(entity[of])))
    }
    if (prefix) take(prefix.property, prefix.isWhole ? wholeRange(prefix.value) : prefixRange(prefix.value))
    if (between) take(between.property, dateRange(between))
    if (where) tests.push(where)
    const [range] = ranges
    const test = tests.length < 2 ? tests[0] : (entity: Entity) => tests.every(each => each(entity))
    const shared = { name, order, range, lists, test }
    if (!range) return { ...shared, low: 0, high: size, extraLow: 0, extraHigh: extras.length }
    const low = firstIndex(0, size, at => range.starts(order.keyAt(at)))
    return {
      ...shared,
      low,
      high: firstIndex(low, size, at => range.ends(order.keyAt(at))),
      extraLow: extras.indexWhere(row => range.starts(lists.keyOf(row))),
      extraHigh: extras.indexWhere(row => range.ends(lists.keyOf(row))),
    }
  }

  const counts = new Map<string, { generation: number; overlay: Overlay; count: number }>()
  const count = (query: Query): number => {
    const plan = planOf(query)
    const { low, high, extraLow, extraHigh, lists, order, test } = plan
    const overlay = overlayOf(query.view)
    if (!test) return countOf(plan, overlay)
    const { order: _order, descending: _descending, where, ...rest } = query
    const text = where && query.whereText === undefined ? undefined : JSON.stringify(rest)
    const kept = text === undefined ? undefined : counts.get(text)
    if (kept && kept.overlay === overlay && kept.generation === overlay.generation) return kept.count
    const { generation } = overlay
    const since =
      kept && kept.overlay === overlay && !plan.range && generation > kept.generation
        ? overlay.between(kept.generation, generation)
        : undefined
    if (kept && since) {
      const counted = (version: Content | undefined): number =>
        version && test(look.probe(version.rank, version.record)) ? 1 : 0
      for (const { before, after } of since) kept.count += counted(after) - counted(before)
      kept.generation = generation
      return kept.count
    }
    let found = 0
    const passes = rememberedTest(test, look, records)
    const hasChanges = overlay.hasChanges
    const all = high - low === size
    for (let at = low; at < high; at++) {
      // A count needs no order. Ranks are faster to read in sequence, because neighbours share names.
      const rank = all ? at : order.rankAt(at)
      if (hasChanges && overlay.isMasked(rank)) continue
      if (test(look.probe(rank))) found++
    }
    if (!plan.range)
      overlay.each((rank, record) => {
        if (passes({ rank, record })) found++
      })
    else {
      const next = lists.extras.walk(extraLow)
      for (let at = extraLow; at < extraHigh; at++) {
        const row = next() as number
        if (overlay.shows(row) && passes(overlay.content(row))) found++
      }
    }
    if (text !== undefined) {
      if (counts.size >= 1000) counts.clear()
      counts.set(text, { generation, overlay, count: found })
    }
    return found
  }

  const slice: Collection['slice'] = (query, limit, select, from) => {
    const plan = planOf(query)
    const overlay = overlayOf(query.view)
    const descending = query.descending === true
    const { order, lists, test } = plan
    const write = look.writer(select)
    const passes = test ? rememberedTest(test, look, records) : () => true
    const json: string[] = []
    const ids: string[] = []
    const start = startOf(plan, row => overlay.at(row).id, descending, from)
    let { position } = start
    let left = descending ? start.extra - plan.extraLow : plan.extraHigh - start.extra
    const walk = lists.extras.walk(start.extra, descending)
    /** The next extra that the view shows. */
    const nextExtra = (): number | undefined => {
      while (left-- > 0) {
        const row = walk()
        if (row !== undefined && overlay.shows(row)) return row
      }
      return undefined
    }
    let next = nextExtra()
    const hasSynthetic = (): boolean => (descending ? position > plan.low : position < plan.high)
    const hasChanges = overlay.hasChanges
    /** The row, or else the position, that was read last. Most of what a test reads is not returned, so nothing is made of it. */
    let [lastRow, lastPosition] = [0, 0]
    let budget = test ? scanned : Infinity
    while (json.length < limit && budget > 0) {
      if (!hasSynthetic() && next === undefined) return { json, ids, cursor: undefined }
      if (
        next !== undefined &&
        (!hasSynthetic() || (descending ? !lists.isUpTo(next, position - 1) : lists.isUpTo(next, position)))
      ) {
        budget -= changedCost
        const row = (lastRow = next)
        next = nextExtra()
        if (test && !passes(overlay.content(row))) continue
        const version = overlay.at(row)
        json.push(look.json(version, select))
        ids.push(version.id)
        continue
      }
      const at = descending ? --position : position++
      const rank = order.rankAt(at)
      ;[lastRow, lastPosition] = [0, at]
      if (hasChanges && overlay.isMasked(rank)) continue
      budget--
      if (test && !test(look.probe(rank))) continue
      json.push(write(rank))
      ids.push(population.idOf(rank))
    }
    if (!hasSynthetic() && next === undefined) return { json, ids, cursor: undefined }
    const cursor =
      lastRow > 0
        ? { p: lists.placeOf(lastRow), k: lists.keyOf(lastRow), i: overlay.at(lastRow).id }
        : { p: lastPosition }
    return { json, ids, cursor }
  }

  const known = (id: string, view: View): { rank: number; record: number } | undefined => {
    const overlay = overlayOf(view)
    const version = overlay.version(id.toLowerCase())
    if (version) return version
    const rank = size === 0 ? undefined : population.rankOf(id)
    return rank === undefined || overlay.isMasked(rank) ? undefined : { rank, record: 0 }
  }
  const get = (id: string, view: View = 'direct'): Entity | undefined => {
    const found = known(id, view)
    return found && look.entity({ id, rank: found.rank, record: found.record })
  }

  return {
    kind: population.kind,
    properties: Object.keys(population.columns),
    count,
    slice,
    fast,
    get,
    find(property, value, view = 'direct') {
      if (property === 'id') return get(value, view)
      const key = value.toLowerCase()
      const overlay = overlayOf(view)
      const id = overlay.find(property, key)
      if (id !== undefined) return get(id, view)
      const rank = size === 0 ? undefined : population.keys[property]?.(key)
      // A changed object is found by its current key only.
      return rank === undefined || overlay.isMasked(rank) ? undefined : get(population.idOf(rank), view)
    },
    json: (entity, select) =>
      jsonOfValues(name => (name in entity ? entity[name] : (population.empty[name] ?? null)), select),
    jsonOf(id, select, view = 'direct') {
      const found = known(id, view)
      if (!found) return undefined
      return found.record > 0
        ? look.json({ id, rank: found.rank, record: found.record }, select)
        : look.writer(select)(found.rank)
    },
    hidden(id, property, view = 'direct') {
      const found = known(id, view)
      return found && look.value(found, property)
    },
    matches(id, where, view = 'direct') {
      const found = known(id, view)
      return found !== undefined && where(look.probe(found.rank, found.record))
    },
  }
}

/** Counts a range without a test. What the view does not show is in the lists, and is taken off. */
const countOf = ({ low, high, extraLow, extraHigh, range, lists, order }: Plan, overlay: Overlay): number => {
  const { masked, keyOf } = lists
  const hidden = overlay.hidden()
  const extras = hidden.rows.filter(row => !range || within(range, keyOf(row))).length
  const ranks = hidden.ranks.filter(rank => order.positionOf(rank) >= low && order.positionOf(rank) < high).length
  const inRange = masked.indexWhere(at => at >= high) - masked.indexWhere(at => at >= low)
  return high - low - (inRange - ranks) + (extraHigh - extraLow - extras)
}

/** Returns where a slice begins: the next synthetic position and the next extra, or the ones after them if descending. */
const startOf = (
  { low, high, lists: { extras, placeOf, keyOf: keyAt }, extraLow, extraHigh }: Plan,
  idOf: (row: number) => string,
  descending: boolean,
  from: Cursor | undefined,
): { position: number; extra: number } => {
  if (!from) return descending ? { position: high, extra: extraHigh } : { position: low, extra: extraLow }
  const place = Number(from['p'])
  const key = from['k']
  const id = String(from['i'])
  const isExtra = key !== undefined
  const after = (row: number): boolean => {
    const position = placeOf(row)
    if (position !== place) return position > place
    return isExtra && (keyAt(row) === key ? idOf(row) > id : keyAt(row) > String(key))
  }
  const atOrAfter = (row: number): boolean =>
    after(row) || (isExtra && placeOf(row) === place && keyAt(row) === key && idOf(row) === id)
  const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
  return descending
    ? {
        position: clamp(place, low, high),
        extra: clamp(extras.indexWhere(isExtra ? atOrAfter : after), extraLow, extraHigh),
      }
    : {
        position: clamp(isExtra ? place : place + 1, low, high),
        extra: clamp(extras.indexWhere(after), extraLow, extraHigh),
      }
}
