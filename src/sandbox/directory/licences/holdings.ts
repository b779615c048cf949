import { authorList } from '../authors.ts'
import { column, words } from '../memory/column.ts'
import { addValue, type Memory } from '../memory/memory.ts'
import type { Author } from '../types.ts'
import type { Share } from './types.ts'

/** What an assigner gave a user from a time on. An empty list ends what was before. */
interface Row {
  /** 0 for direct licences, else the number of a group. */
  readonly slot: number
  readonly shares: readonly Share[]
  readonly atMs: number
  readonly by: Author
}

/** A user with errors, for a list of them. */
interface Mistaken {
  readonly user: number
  /** Where the list is resumed after it. */
  readonly place: number
}

/**
 * What assigners gave users since the start, in columns outside the heap: about 30 bytes a change. Equal lists of shares are kept
 * once, so half a million members of a group cost half a million rows and no more. Users are keys (`user-keys.ts`).
 */
export interface Holdings {
  /** Number of a group that assigns or once assigned licences. */
  slotOf(group: string): number | undefined
  addSlot(group: string): number
  groupOf(slot: number): string
  has(user: number): boolean
  /** The time of the last row of an assigner; 0 if it changed nothing. */
  lastAt(user: number, slot: number): number
  /** The last row of each assigner. */
  current(user: number): readonly Row[]
  set(user: number, row: Row): void
  /** All rows of a user, oldest first. */
  history(user: number): readonly Row[]
  /** Every user with a row. */
  users(): Iterable<number>
  /** Users to whom a group gives something, by its rows. */
  holders(slot: number): Iterable<number>
  /** Users with errors in a group, from a place on. */
  mistaken(slot: number, from: number): Iterable<Mistaken>
  mistakes(slot: number): number
  /** Incremented by every change. */
  readonly revision: number
}

const hasError = (shares: readonly Share[]): boolean => shares.some(({ error }) => error !== null)

/** Creates holdings without rows. */
export const holdingsOf = (memory: Memory): Holdings => {
  const authors = authorList(memory, 'licence.author')
  const user = words(memory, 'licence.user', true)
  const slot = words(memory, 'licence.slot', true)
  const set = words(memory, 'licence.set', true)
  const at = column(memory, 'licence.at', Float64Array, true)
  const author = words(memory, 'licence.by', true)
  /** The row of the same user before; 0 if there is none. */
  const older = words(memory, 'licence.older', true)
  const newest = words(memory, 'licence.newest')
  let count = 0
  let slots: string[] = ['']
  let sets: (readonly Share[])[] = [[]]
  let numbers = new Map([['[]', 0]])
  /** Rows that began with an error, by slot. */
  let wrong: number[][] = []
  let mistakes: number[] = []
  const slotNumbers = new Map<string, number>()
  addValue(
    memory,
    'licence.known',
    () => ({ count, slots, sets, wrong, mistakes }),
    saved => {
      ;({ count, slots, sets, wrong, mistakes } = saved)
      numbers = new Map(sets.map((shares, index) => [JSON.stringify(shares), index]))
      slotNumbers.clear()
      for (const [index, group] of slots.entries()) if (index > 0) slotNumbers.set(group, index)
    },
  )
  const recent = new WeakMap<readonly Share[], number>()
  const setNumber = (shares: readonly Share[]): number => {
    const known = recent.get(shares)
    if (known !== undefined) return known
    const found = numberOfText(shares)
    recent.set(shares, found)
    return found
  }
  const numberOfText = (shares: readonly Share[]): number => {
    const text = JSON.stringify(shares)
    let number = numbers.get(text)
    if (number === undefined) numbers.set(text, (number = sets.push(shares) - 1))
    return number
  }
  const lastRow = (of: number, wanted: number): number => {
    for (let row = newest.get(of); row > 0; row = older.get(row)) if (slot.get(row) === wanted) return row
    return 0
  }
  const rowAt = (row: number): Row => ({
    slot: slot.get(row),
    shares: sets[set.get(row)]!,
    atMs: at.get(row),
    get by() {
      return authors.get(author.get(row))
    },
  })
  const rowsOf = (of: number): readonly number[] => {
    const found: number[] = []
    for (let row = newest.get(of); row > 0; row = older.get(row)) found.push(row)
    return found
  }
  return {
    slotOf: group => slotNumbers.get(group),
    addSlot(group) {
      const found = slotNumbers.get(group)
      if (found !== undefined) return found
      const number = slots.push(group) - 1
      slotNumbers.set(group, number)
      return number
    },
    groupOf: number => slots[number]!,
    has: of => newest.get(of) > 0,
    lastAt: (of, wanted) => at.get(lastRow(of, wanted)),
    current(of) {
      const seen = new Set<number>()
      return rowsOf(of).flatMap(row => {
        const number = slot.get(row)
        if (seen.has(number)) return []
        seen.add(number)
        return rowAt(row)
      })
    },
    set(of, { slot: number, shares, atMs, by }) {
      const before = lastRow(of, number)
      if (before > 0 && hasError(sets[set.get(before)]!)) mistakes[number] = (mistakes[number] ?? 0) - 1
      const row = ++count
      user.set(row, of)
      slot.set(row, number)
      set.set(row, setNumber(shares))
      at.set(row, atMs)
      author.set(row, authors.add(by))
      older.set(row, newest.get(of))
      newest.set(of, row)
      if (!hasError(shares)) return
      mistakes[number] = (mistakes[number] ?? 0) + 1
      ;(wrong[number] ??= []).push(row)
    },
    history: of => rowsOf(of).toReversed().map(rowAt),
    *users() {
      for (let row = 1; row <= count; row++) if (older.get(row) === 0) yield user.get(row)
    },
    *holders(number) {
      for (let row = 1; row <= count; row++)
        if (slot.get(row) === number && set.get(row) > 0 && lastRow(user.get(row), number) === row) yield user.get(row)
    },
    *mistaken(number, from) {
      const rows = wrong[number] ?? []
      for (let place = from; place < rows.length; place++) {
        const row = rows[place]!
        if (lastRow(user.get(row), number) === row) yield { user: user.get(row), place: place + 1 }
      }
    },
    mistakes: number => mistakes[number] ?? 0,
    get revision() {
      return count
    },
  }
}
