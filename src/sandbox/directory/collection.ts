import { jsonOfValues, type Content, type Faces } from './faces.ts'
import type { Records } from './memory/records.ts'
import type { Overlay } from './overlay.ts'
import { countOf, plans, startOf, type Segment } from './plans.ts'
import type { Population } from './population.ts'
import { rememberedTest } from './remembered-test.ts'
import type { Collection, Entity, Query, View } from './types.ts'

/** Number of objects that one slice tests at most. It may then return fewer rows than requested. */
const scanned = 20_000
/** A changed object counts as this many: its values are scattered over the memory. */
const changedCost = 10

interface CollectionOptions {
  readonly population: Population
  readonly look: Faces
  readonly records: Records
  readonly overlayOf: (view: View) => Overlay
  /** Incremented when computed properties change that no version has. */
  readonly revision: () => number
}

/** The live or deleted objects of a kind: synthetic ones are computed, and changed ones merged into them. */
export const collection = ({ population, look, records, overlayOf, revision }: CollectionOptions): Collection => {
  const { size } = population
  const { fast, planOf } = plans(population, look, overlayOf)
  const counts = new Map<string, { generation: number; revision: number; overlay: Overlay; count: number }>()
  const count = (query: Query): number => {
    const plan = planOf({ ...query, order: 'default' })
    const { segments, spans, lists, order, test } = plan
    const overlay = overlayOf(query.view)
    if (!test) return countOf(plan, overlay)
    const { order: _order, descending: _descending, where, ...rest } = query
    const text = where && query.whereText === undefined ? undefined : JSON.stringify(rest)
    const remembered = text === undefined ? undefined : counts.get(text)
    const kept = remembered?.revision === revision() ? remembered : undefined
    if (kept && kept.overlay === overlay && kept.generation === overlay.generation) return kept.count
    const { generation } = overlay
    const since =
      kept && kept.overlay === overlay && !spans && generation > kept.generation
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
    for (const { low, high, extraLow, extraHigh } of segments) {
      const all = high - low === size
      for (let at = low; at < high; at++) {
        // A count needs no order. Ranks are faster to read in sequence, because neighbours share names.
        const rank = all ? at : order.rankAt(at)
        if (hasChanges && overlay.isMasked(rank)) continue
        if (test(look.probe(rank))) found++
      }
      if (!spans) continue
      const next = lists.extras.walk(extraLow)
      for (let at = extraLow; at < extraHigh; at++) {
        const row = next() as number
        if (overlay.shows(row) && passes(overlay.content(row))) found++
      }
    }
    if (!spans)
      overlay.each((rank, record) => {
        if (passes({ rank, record })) found++
      })
    if (text !== undefined) {
      if (counts.size >= 1000) counts.clear()
      counts.set(text, { generation, revision: revision(), overlay, count: found })
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
    const hasChanges = overlay.hasChanges
    /** The row, or else the position, that was read last. Most of what a test reads is not returned, so nothing is made of it. */
    let [lastRow, lastPosition] = [0, 0]
    let budget = test ? scanned : Infinity
    /** Returns whether it came to the end of the segment. */
    const read = ({ low, high, extraLow, extraHigh }: Segment, start: { position: number; extra: number }): boolean => {
      let { position } = start
      let left = descending ? start.extra - extraLow : extraHigh - start.extra
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
      const hasSynthetic = (): boolean => (descending ? position > low : position < high)
      while (hasSynthetic() || next !== undefined) {
        if (json.length >= limit || budget <= 0) return false
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
      return true
    }
    const start = startOf(lists, row => overlay.at(row).id, descending, from)
    const segments = descending ? plan.segments.toReversed() : plan.segments
    if (segments.every(segment => read(segment, start(segment)))) return { json, ids, cursor: undefined }
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
