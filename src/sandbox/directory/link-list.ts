import { wideMap } from './wide-map.ts'
import type { Kind, Reference } from './types.ts'

/** One time during which a target was in a list. */
interface Stint {
  /** Sequence of the change that began it. */
  readonly from: number
  /** Sequence of the change that ended it; undefined as long as it lasts. */
  readonly until: number | undefined
}

/**
 * Targets of one object, in the order in which they were added. Each keeps its place for good, also when it was removed, so that
 * a cursor stays valid. A target that is added again gets a new place.
 */
export interface LinkList {
  /** Number of places. */
  readonly length: number
  /** The target of a place; undefined if it was not there after the change with the sequence. */
  at(place: number, sequence: number): Reference | undefined
  has(id: string, sequence: number): boolean
  /** Adds or removes a target, and takes that back. */
  set(target: Reference, isThere: boolean, sequence: number): void
  takeBack(target: Reference, isThere: boolean): void
  /** Number of live targets that are there now, of a kind or of all. */
  count(kind?: Kind): number
  /** Counts a live target more or less. */
  tally(kind: Kind, by: 1 | -1): void
  /** Every target that was ever added, with its times, oldest first. */
  history(): Iterable<readonly [target: Reference, stints: readonly Stint[]]>
}

const never = 2 ** 31 - 1

/** Creates an empty list. */
export const linkList = (): LinkList => {
  const targets: Reference[] = []
  const from: number[] = []
  const until: number[] = []
  /** The place of the same target before, or −1. */
  const earlier: number[] = []
  const latest = wideMap<number>()
  const counts = new Map<Kind, number>()
  const shows = (place: number, sequence: number): boolean => from[place]! <= sequence && until[place]! > sequence
  return {
    get length() {
      return targets.length
    },
    at: (place, sequence) => (shows(place, sequence) ? targets[place] : undefined),
    has(id, sequence) {
      for (let place = latest.get(id) ?? -1; place >= 0; place = earlier[place]!)
        if (shows(place, sequence)) return true
      return false
    },
    set(target, isThere, sequence) {
      const place = latest.get(target.id)
      if (isThere) {
        earlier.push(place ?? -1)
        latest.set(target.id, targets.length)
        targets.push(place === undefined ? target : targets[place]!)
        from.push(sequence)
        until.push(never)
      } else if (place !== undefined) until[place] = sequence
    },
    takeBack({ id }, isThere) {
      const place = latest.get(id)!
      if (!isThere) {
        until[place] = never
        return
      }
      const before = earlier.pop()!
      if (before < 0) latest.delete(id)
      else latest.set(id, before)
      for (const each of [targets, from, until]) each.pop()
    },
    count(kind) {
      if (kind !== undefined) return counts.get(kind) ?? 0
      let sum = 0
      for (const each of counts.values()) sum += each
      return sum
    },
    tally: (kind, by) => void counts.set(kind, (counts.get(kind) ?? 0) + by),
    *history() {
      for (const [place, target] of targets.entries()) {
        if (latest.get(target.id) !== place) continue
        const stints: Stint[] = []
        for (let each = place; each >= 0; each = earlier[each]!)
          stints.unshift({ from: from[each]!, until: until[each] === never ? undefined : until[each]! })
        yield [target, stints]
      }
    },
  }
}
