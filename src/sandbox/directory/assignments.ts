import type { Fields } from '../../core/json.ts'
import { addValue, type Memory } from './memory/memory.ts'
import type { Assignment, AssignmentFamily, AssignmentOf } from './assignment-types.ts'
import { never } from './version-rows.ts'

/** An assignment that was made or removed. */
export interface AssignmentChange {
  readonly assignment: Assignment
  readonly isThere: boolean
}

/** When an assignment was there: from a change up to another. One that was there from the start begins with 0. */
interface Held {
  readonly assignment: Assignment
  readonly from: number
  until: number
}

/** Which assignments are wanted. */
interface Wanted {
  readonly family: AssignmentFamily
  readonly principal?: string
  readonly of?: string
}

/** Assignments as one view sees them. */
export interface AssignmentOverlay {
  list(wanted: Wanted): readonly Assignment[]
  find(of: AssignmentOf): Assignment | undefined
}

/** All assignments of roles, with their times. In the heap: there are few. */
interface Assignments {
  /** Puts an assignment there before the first change. */
  fill(assignment: Assignment): void
  /** Returns a function that takes the change back, if nothing was set since. */
  set(change: AssignmentChange, sequence: number): () => void
  at(shown: () => number): AssignmentOverlay
  /** Those that ended by themselves, in truth. */
  ended(nowMs: number): readonly Assignment[]
  /** Every assignment of a family that was ever changed: those of one principal, role and scope together, oldest first. */
  history(family: AssignmentFamily, of?: string): Iterable<readonly Held[]>
}

/** When an assignment ends by itself, in milliseconds since 1970. One that has not begun ends when it begins. */
export const endOf = ({ family, values }: Assignment): number => {
  if (family === 'activeRequests' || family === 'eligibleRequests') return Infinity
  const { expiration, startDateTime } = (values['scheduleInfo'] ?? {}) as {
    readonly expiration?: Fields
    readonly startDateTime?: unknown
  }
  const end = family === 'laterRoles' ? startDateTime : expiration?.['endDateTime']
  return typeof end === 'string' ? Date.parse(end) : Infinity
}

const placesOf = ({ family, principal, of }: Assignment): readonly string[] => [
  family,
  `${family}/principal/${principal.id}`,
  `${family}/of/${of}`,
]

const placeOf = ({ family, principal, of }: Wanted): string =>
  principal !== undefined ? `${family}/principal/${principal}` : of !== undefined ? `${family}/of/${of}` : family

/** Creates a directory's assignments. */
export const assignmentsOf = (memory: Memory): Assignments => {
  const places = new Map<string, Held[]>()
  let all: Held[] = []
  /** The earliest end of those that are there. */
  let nextEnd = Infinity
  const add = (held: Held): void => {
    all.push(held)
    for (const place of placesOf(held.assignment)) {
      const list = places.get(place)
      if (list) list.push(held)
      else places.set(place, [held])
    }
    if (held.until === never) nextEnd = Math.min(nextEnd, endOf(held.assignment))
  }
  const drop = (held: Held): void => {
    all.splice(all.lastIndexOf(held), 1)
    for (const place of placesOf(held.assignment)) {
      const list = places.get(place)!
      list.splice(list.lastIndexOf(held), 1)
    }
  }
  const isSame = (one: Assignment, { principal, of, within }: AssignmentOf): boolean =>
    one.principal.id === principal.id && one.of === of && one.within === within
  const current = (wanted: AssignmentOf): Held | undefined =>
    places
      .get(placeOf({ family: wanted.family, principal: wanted.principal.id }))
      ?.findLast(held => held.until === never && isSame(held.assignment, wanted))
  addValue(
    memory,
    'assignments',
    () => all,
    saved => {
      all = []
      places.clear()
      nextEnd = Infinity
      saved.forEach(add)
    },
  )
  return {
    fill: assignment => add({ assignment, from: 0, until: never }),
    set({ assignment, isThere }, sequence) {
      if (isThere) {
        const held: Held = { assignment, from: sequence, until: never }
        add(held)
        return () => drop(held)
      }
      const held = current(assignment)!
      held.until = sequence
      return () => void (held.until = never)
    },
    at: shown => {
      const isShown = ({ from, until }: Held): boolean => from <= shown() && until > shown()
      return {
        list: wanted =>
          (places.get(placeOf(wanted)) ?? [])
            .filter(isShown)
            .map(({ assignment }) => assignment)
            .filter(({ of }) => wanted.of === undefined || of === wanted.of),
        find: wanted =>
          places
            .get(placeOf({ family: wanted.family, principal: wanted.principal.id }))
            ?.find(held => isShown(held) && isSame(held.assignment, wanted))?.assignment,
      }
    },
    ended(nowMs) {
      if (nextEnd > nowMs) return []
      const there = all.filter(({ until }) => until === never).map(({ assignment }) => assignment)
      const over = there.filter(assignment => endOf(assignment) <= nowMs)
      nextEnd = Math.min(Infinity, ...there.map(endOf).filter(end => end > nowMs))
      return over
    },
    *history(family, of) {
      const changed = new Map<string, Held[]>()
      for (const held of places.get(placeOf(of === undefined ? { family } : { family, of })) ?? []) {
        const { principal, of: role, within } = held.assignment
        const key = `${principal.id}/${role}/${within}`
        changed.set(key, [...(changed.get(key) ?? []), held])
      }
      for (const same of changed.values()) if (same.some(({ from, until }) => from > 0 || until !== never)) yield same
    },
  }
}
