import type { Units } from '../../core/supply.ts'

/** Rows that take or free units, as far as they have no result yet. */
export interface UnitRows {
  /** Adds a row, once and in any order. */
  add(ordinal: number, units: Units): void
  /** The row has a result. */
  settled(ordinal: number): void
  /** The units of a row without a result; undefined for any other one. */
  of(ordinal: number): Units | undefined
  /** The rows in the order of intake. */
  inOrder(): Iterable<readonly [ordinal: number, units: Units]>
  /** Number of rows that take a unit, by id. */
  readonly takes: ReadonlyMap<string, number>
  /** Number of rows that free one. */
  readonly frees: ReadonlyMap<string, number>
}

/** More units than rows of one run have: the kinds of units of a row share a number with its ordinal. */
const most = 2 ** 20

const nothing: Units = { takes: [], frees: [] }

/** Holds eight bytes for each row: a run may have millions. */
export const unitRows = (): UnitRows => {
  const kinds: Units[] = [nothing]
  const kindOf = new Map<string, number>()
  const counts = { takes: new Map<string, number>(), frees: new Map<string, number>() }
  let held = new Float64Array(1024)
  let length = 0
  let isSorted = true

  const numberOf = (units: Units): number => {
    const name = `${units.takes.join()}|${units.frees.join()}`
    const known = kindOf.get(name)
    if (known !== undefined) return known
    kindOf.set(name, kinds.push({ takes: [...units.takes], frees: [...units.frees] }) - 1)
    return kinds.length - 1
  }
  const count = ({ takes, frees }: Units, by: 1 | -1): void => {
    for (const id of takes) counts.takes.set(id, (counts.takes.get(id) ?? 0) + by)
    for (const id of frees) counts.frees.set(id, (counts.frees.get(id) ?? 0) + by)
  }
  const sort = (): void => {
    if (!isSorted) held.subarray(0, length).sort()
    isSorted = true
  }
  /** The place of a row in the sorted list; -1 if it is not there. */
  const placeOf = (ordinal: number): number => {
    sort()
    let [low, high] = [0, length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (held[middle]! < ordinal * most) low = middle + 1
      else high = middle
    }
    return low < length && Math.floor(held[low]! / most) === ordinal ? low : -1
  }

  return {
    ...counts,
    add(ordinal, units) {
      if (units.takes.length + units.frees.length === 0) return
      if (length === held.length) {
        const more = new Float64Array(2 * length)
        more.set(held)
        held = more
      }
      const entry = ordinal * most + numberOf(units)
      isSorted &&= length === 0 || held[length - 1]! < entry
      held[length++] = entry
      count(units, 1)
    },
    settled(ordinal) {
      const at = placeOf(ordinal)
      if (at < 0) return
      count(kinds[held[at]! % most]!, -1)
      held[at] = ordinal * most
    },
    of(ordinal) {
      const at = placeOf(ordinal)
      const units = at < 0 ? nothing : kinds[held[at]! % most]!
      return units === nothing ? undefined : units
    },
    *inOrder() {
      sort()
      for (let at = 0; at < length; at++) {
        const units = kinds[held[at]! % most]!
        if (units !== nothing) yield [Math.floor(held[at]! / most), units]
      }
    },
  }
}
