import type { FreeUnits, Units } from '../../core/supply.ts'
import { numberList, type NumberList } from './number-list.ts'
import type { UnitRows } from './unit-rows.ts'

/** The need of a run for the units of an id. */
interface UnitNeed {
  readonly id: string
  /** Rows that take a unit. */
  readonly takes: number
  /** Rows that free one. */
  readonly frees: number
  /** Units that nobody uses now; undefined if that may not be read. */
  readonly free: number | undefined
  /** Units that are missing. 0 if there are enough, those included that rows free before others take them. */
  readonly short: number
}

/** A need, and how messages name its units. */
export interface NamedNeed extends UnitNeed {
  readonly name: string
}

/** A row that is sent after one that frees its unit. */
interface UnitWait {
  readonly ordinal: number
  readonly for: number
  readonly waits: 'after'
}

/** A row for which there is no unit of this id. */
interface LeftRow {
  readonly ordinal: number
  readonly id: string
}

/** Rows that are kept as numbers: there may be millions. */
interface Rows<T> extends Iterable<T> {
  readonly length: number
}

/** In which order rows get their units. */
export interface UnitsInTurn {
  readonly needs: readonly UnitNeed[]
  readonly waits: Rows<UnitWait>
  /** In the order of intake. */
  readonly left: Rows<LeftRow>
}

const noRows: Rows<never> = { length: 0, *[Symbol.iterator]() {} }

interface Row extends Units {
  readonly ordinal: number
}

/**
 * Gives free units to rows in the order of intake. Rows that free units as well go first. Where more are taken than are free, the units
 * that rows free count, too: each goes to one row, which waits for the row that frees it. So no row waits for a unit that comes later.
 *
 * @param free the free units; undefined if they may not be read, and then no row waits or is left
 * @param waiting rows that already wait for one that frees their unit, each with that row
 */
export const unitsInTurn = (
  rows: UnitRows,
  free: ReadonlyMap<string, FreeUnits> | undefined,
  waiting: ReadonlyMap<number, number> = new Map(),
): UnitsInTurn => {
  const ids = [...new Set([...rows.takes.keys(), ...rows.frees.keys()])].sort()
  const of = (id: string): Omit<UnitNeed, 'short'> => ({
    id,
    takes: rows.takes.get(id) ?? 0,
    frees: rows.frees.get(id) ?? 0,
    free: free && (free.get(id)?.free ?? 0),
  })
  const isScarce = ({ takes, free: left = Infinity }: Omit<UnitNeed, 'short'>): boolean => takes > left
  const scarce = ids.map(of).filter(isScarce)
  const turns = scarce.length === 0 ? undefined : takeTurns(rows, scarce, waiting)
  const leftBy = turns?.leftBy ?? new Set<string>()
  return {
    needs: ids
      .map(of)
      // Rows that exchange units need one to begin with.
      .map(need => ({ ...need, short: leftBy.has(need.id) ? Math.max(1, missing(need)) : 0 }))
      .filter(({ takes, frees }) => takes + frees > 0),
    waits: turns?.waits ?? noRows,
    left: turns?.left ?? noRows,
  }
}

const missing = ({ takes, frees, free = 0 }: Omit<UnitNeed, 'short'>): number => takes - frees - Math.max(0, free)

/** The unit for which a row already waits, as if it were of an id of its own. */
const reserved = (ordinal: number, id: string): string => `${ordinal} ${id}`
const idIn = (text: string): string => text.slice(text.indexOf(' ') + 1)

/** Finds the scarce units of a row. Rows with the same units share them. */
const scarceIn = (
  rows: Pick<UnitRows, 'of'>,
  scarce: ReadonlySet<string>,
  waiting: ReadonlyMap<number, number>,
): ((ordinal: number, units: Units) => Units) => {
  const known = new Map<Units, Units>()
  const scarceOf = (units: Units): Units => {
    const found = known.get(units) ?? {
      takes: units.takes.filter(id => scarce.has(id)),
      frees: units.frees.filter(id => scarce.has(id)),
    }
    known.set(units, found)
    return found
  }
  /** Of rows that already wait for a unit, and of those that free it. */
  const instead = new Map<number, Units>()
  const replaced = ({ takes, frees }: Units, name: keyof Units, id: string, by: string): Units => {
    const ids = { takes, frees }[name].map(each => (each === id ? by : each))
    return { takes, frees, [name]: ids }
  }
  for (const [ordinal, first] of waiting) {
    const [own, giver] = [ordinal, first].map(each => {
      const units = instead.get(each) ?? rows.of(each)
      return units && (instead.get(each) ?? scarceOf(units))
    })
    const id = own?.takes.find(each => giver?.frees.includes(each))
    if (!own || !giver || id === undefined) continue
    instead.set(ordinal, replaced(own, 'takes', id, reserved(ordinal, id)))
    instead.set(first, replaced(giver, 'frees', id, reserved(ordinal, id)))
  }
  return (ordinal, units) => instead.get(ordinal) ?? scarceOf(units)
}

/** The units of an id. */
interface Pool {
  readonly id: string
  free: number
  /** Ordinals of rows that free a unit each, and how many of them were taken. */
  readonly from: NumberList
  taken: number
  /** Ordinals of rows that lacked a unit, and how many of them were visited again. */
  readonly blocked: NumberList
  resumed: number
}

/** More ids than a supply has: the place of an id shares a number with the ordinal of a row. */
const mostIds = 2 ** 20

const takeTurns = (
  rows: Pick<UnitRows, 'inOrder' | 'of'>,
  scarce: readonly Pick<UnitNeed, 'id' | 'free'>[],
  waiting: ReadonlyMap<number, number>,
): Pick<UnitsInTurn, 'waits' | 'left'> & { readonly leftBy: ReadonlySet<string> } => {
  const scarceOf = scarceIn(rows, new Set(scarce.map(({ id }) => id)), waiting)
  const pools = new Map<string, Pool>()
  const poolOf = (id: string): Pool => {
    const known = pools.get(id) ?? { id, free: 0, from: numberList(), taken: 0, blocked: numberList(), resumed: 0 }
    pools.set(id, known)
    return known
  }
  for (const { id, free = 0 } of scarce) poolOf(id).free = Math.max(0, free)
  const [waiters, givers] = [numberList(), numberList()]
  const turn = turnsOf()
  const rowAt = (ordinal: number): Row => ({ ordinal, ...scarceOf(ordinal, rows.of(ordinal)!) })

  /** Gives a row its units, and returns the ids of which it frees some. */
  const serve = ({ ordinal, takes, frees }: Row): readonly string[] => {
    let last: number | undefined
    for (const pool of takes.map(poolOf)) {
      if (pool.free > 0) {
        pool.free--
        continue
      }
      const giver = pool.from.at(pool.taken++)
      if (last === undefined || turn.of(giver) > turn.of(last)) last = giver
    }
    if (last !== undefined) {
      waiters.add(ordinal)
      givers.add(last)
    }
    if (frees.length > 0) turn.take(ordinal)
    for (const id of frees) poolOf(id).from.add(ordinal)
    return frees
  }
  const hasUnit = ({ free, from, taken }: Pool): boolean => free > 0 || taken < from.length
  const visit = (first: Row): void => {
    const open = [first]
    for (let row = open.pop(); row; row = open.pop()) {
      const id = row.takes.find(each => !hasUnit(poolOf(each)))
      if (id !== undefined) poolOf(id).blocked.add(row.ordinal)
      // A row that lacks another unit, too, leaves this one to the next.
      for (const given of id === undefined ? serve(row) : row.takes) {
        const pool = poolOf(given)
        if (pool.resumed === pool.blocked.length || !hasUnit(pool)) continue
        open.push(rowAt(pool.blocked.at(pool.resumed++)))
      }
    }
  }
  for (const isFirst of [true, false])
    for (const [ordinal, units] of rows.inOrder()) {
      const { takes, frees } = scarceOf(ordinal, units)
      if (takes.length + frees.length > 0 && frees.length > 0 === isFirst) visit({ ordinal, takes, frees })
    }
  const short = [...pools.values()].filter(({ blocked, resumed }) => resumed < blocked.length)
  const leftBy = [...new Set(short.map(({ id }) => idIn(id)))]
  const left = numberList()
  for (const { id, blocked, resumed } of short)
    for (let place = resumed; place < blocked.length; place++)
      left.add(blocked.at(place) * mostIds + leftBy.indexOf(idIn(id)))
  left.sort()
  return {
    waits: {
      length: waiters.length,
      *[Symbol.iterator]() {
        for (let at = 0; at < waiters.length; at++)
          yield { ordinal: waiters.at(at), for: givers.at(at), waits: 'after' as const }
      },
    },
    left: {
      length: left.length,
      *[Symbol.iterator]() {
        for (let at = 0; at < left.length; at++) {
          const entry = left.at(at)
          yield { ordinal: Math.floor(entry / mostIds), id: leftBy[entry % mostIds]! }
        }
      },
    },
    leftBy: new Set(leftBy),
  }
}

/** The turns in which rows are served that free units: four bytes for each ordinal. */
const turnsOf = () => {
  let held = new Uint32Array(1024)
  let turns = 0
  return {
    take(ordinal: number): void {
      if (ordinal >= held.length) {
        const more = new Uint32Array(2 * Math.max(ordinal, held.length))
        more.set(held)
        held = more
      }
      held[ordinal] = ++turns
    },
    of: (ordinal: number): number => held[ordinal] ?? 0,
  }
}
