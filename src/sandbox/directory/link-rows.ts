import { relations } from './ledger.ts'
import { kinds } from './kinds.ts'
import { column, words } from './memory/column.ts'
import { hashOfPair, hashTable } from './memory/hash-table.ts'
import { addValue, type Memory } from './memory/memory.ts'
import type { Kind, Relation } from './types.ts'
import { never } from './version-rows.ts'

/** One time during which a target was in a list. */
export interface Stint {
  /** Sequence of the change that began it. */
  readonly from: number
  /** Sequence of the change that ended it; undefined as long as it lasts. */
  readonly until: number | undefined
}

/** Links that were added, or synthetic ones that were removed. */
export type Side = 'added' | 'removed'

/**
 * Lists of targets, by number. The first is 1. The targets of one list are in the order in which they were added. Each keeps its
 * place permanently, also when it was taken out, so that a cursor stays valid. A target that is added again gets a new place. Objects
 * are numbers of the table of objects.
 */
interface LinkRows {
  /** List of an owner, a relation and a side; 0 if there is none. */
  listOf(owner: number, relation: Relation, side: Side): number
  addList(owner: number, relation: Relation, side: Side): number
  ownerOf(list: number): number
  relationOf(list: number): Relation
  sideOf(list: number): Side
  /** Number of places of a list. */
  places(list: number): number
  /** Target of a place; 0 if it was not there after the change with the sequence. */
  at(list: number, place: number, sequence: number): number
  has(list: number, target: number, sequence: number): boolean
  /** Sequence of the last change of a target up to and including one; 0 if there is none. */
  lastChange(list: number, target: number, until: number): number
  /** Adds a target or takes it out. Returns a function that takes that back. */
  set(list: number, target: number, isIn: boolean, sequence: number): () => void
  /** Lists that the target was ever in, oldest first. */
  listsWith(target: number): readonly number[]
  /** Number of live targets that are in now, of a kind or of all. */
  count(list: number, kind?: Kind): number
  /** Counts a live target more or less. */
  tally(list: number, kind: Kind, by: 1 | -1): void
  /** Every target that was ever in, with its times, oldest first. */
  history(list: number): Iterable<readonly [target: number, stints: readonly Stint[]]>
}

/** Both sides. */
export const sides: readonly Side[] = ['added', 'removed']

/** Creates lists in a memory. About 45 bytes a link. */
export const linkRows = (memory: Memory): LinkRows => {
  const [owner, type] = [words(memory, 'list.owner', true), words(memory, 'list.type', true)]
  const counts = column(memory, 'list.counts', Int32Array)
  const byOwner = hashTable(memory, 'list.byOwner')
  const list = words(memory, 'link.list')
  const target = words(memory, 'link.target')
  const [from, until] = [words(memory, 'link.from'), words(memory, 'link.until')]
  /** Row of the same link before; 0 if there is none. */
  const earlier = words(memory, 'link.earlier')
  /** The first row of another link to the same target, and the last of these; 0 if there is none. */
  const [next, head] = [words(memory, 'link.next'), words(memory, 'object.firstLink')]
  /** The last row of each link. */
  const latest = hashTable(memory, 'link.latest')
  /** Rows of each list. */
  let rowsOf: number[][] = [[]]
  let [listCount, rowCount] = [0, 0]
  addValue(
    memory,
    'link.known',
    () => ({ listCount, rowCount }),
    saved => {
      ;({ listCount, rowCount } = saved)
      rowsOf = Array.from({ length: listCount + 1 }, () => [])
      for (let row = 1; row <= rowCount; row++) rowsOf[list.get(row)]!.push(row)
    },
  )

  const typeOf = (relation: Relation, side: Side): number => relations.indexOf(relation) * 2 + sides.indexOf(side)
  const listOf: LinkRows['listOf'] = (of, relation, side) => {
    const wanted = typeOf(relation, side)
    const found = byOwner.find(hashOfPair(of, wanted), each => owner.get(each) === of && type.get(each) === wanted)
    return Math.max(0, found)
  }
  const latestOf = (of: number, to: number): number =>
    Math.max(
      0,
      latest.find(hashOfPair(of, to), row => list.get(row) === of && target.get(row) === to),
    )
  const shows = (row: number, sequence: number): boolean => from.get(row) <= sequence && until.get(row) > sequence
  const countAt = (of: number, kind: Kind): number => of * kinds.length + kinds.indexOf(kind)

  return {
    listOf,
    addList(of, relation, side) {
      const found = listOf(of, relation, side)
      if (found > 0) return found
      const added = ++listCount
      owner.set(added, of)
      type.set(added, typeOf(relation, side))
      byOwner.add(hashOfPair(of, typeOf(relation, side)), added)
      rowsOf.push([])
      return added
    },
    ownerOf: owner.get,
    relationOf: of => relations[type.get(of) >> 1]!,
    sideOf: of => sides[type.get(of) & 1]!,
    places: of => rowsOf[of]!.length,
    at(of, place, sequence) {
      const row = rowsOf[of]![place]
      return row !== undefined && shows(row, sequence) ? target.get(row) : 0
    },
    has(of, to, sequence) {
      if (of === 0 || to === 0) return false
      for (let row = latestOf(of, to); row > 0; row = earlier.get(row)) if (shows(row, sequence)) return true
      return false
    },
    lastChange(of, to, last) {
      if (of === 0) return 0
      for (let row = latestOf(of, to); row > 0; row = earlier.get(row)) {
        if (until.get(row) <= last) return until.get(row)
        if (from.get(row) <= last) return from.get(row)
      }
      return 0
    },
    set(of, to, isIn, sequence) {
      const before = latestOf(of, to)
      if (!isIn) {
        until.set(before, sequence)
        return () => until.set(before, never)
      }
      const hash = hashOfPair(of, to)
      const row = ++rowCount
      list.set(row, of)
      target.set(row, to)
      from.set(row, sequence)
      until.set(row, never)
      earlier.set(row, before)
      if (before > 0) latest.remove(hash, before)
      else {
        next.set(row, head.get(to))
        head.set(to, row)
      }
      latest.add(hash, row)
      rowsOf[of]!.push(row)
      return () => {
        rowsOf[of]!.pop()
        latest.remove(hash, row)
        if (before > 0) latest.add(hash, before)
        else head.set(to, next.get(row))
        rowCount--
      }
    },
    listsWith(to) {
      const found: number[] = []
      for (let row = head.get(to); row > 0; row = next.get(row)) found.push(list.get(row))
      return found.reverse()
    },
    count(of, kind) {
      if (kind !== undefined) return counts.get(countAt(of, kind))
      return kinds.reduce((sum, each) => sum + counts.get(countAt(of, each)), 0)
    },
    tally: (of, kind, by) => counts.set(countAt(of, kind), counts.get(countAt(of, kind)) + by),
    *history(of) {
      for (const row of rowsOf[of]!) {
        if (latestOf(of, target.get(row)) !== row) continue
        const stints: Stint[] = []
        for (let each = row; each > 0; each = earlier.get(each))
          stints.unshift({ from: from.get(each), until: until.get(each) === never ? undefined : until.get(each) })
        yield [target.get(row), stints]
      }
    },
  }
}
