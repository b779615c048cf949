import { authorList } from './authors.ts'
import { bytes, column, words } from './memory/column.ts'
import { addNumbers, addValue, type Memory } from './memory/memory.ts'
import type { ObjectTable } from './object-table.ts'
import { firstIndex } from './search.ts'
import type { Author, Change, Kind, Relation } from './types.ts'

/** All changes in order, and who made them. About 75 bytes a change, outside the heap. */
export interface Ledger {
  readonly sequence: number
  add(change: Change, by: Author): void
  /** Changes after a sequence; undefined when they have been discarded. */
  after(sequence: number): readonly Change[] | undefined
  /** The first change after a sequence of each changed object: at most `limit` of those from `from` on. Undefined as in `after`. */
  firstAfter(sequence: number, from: number, limit: number): readonly Change[] | undefined
  /** Purges after a sequence, oldest first. */
  purgesAfter(sequence: number): readonly Change[]
  change(sequence: number): Change
  whatOf(sequence: number): Change['what']
  /** Names of the properties that any of the changes changed. */
  propertiesOf(sequences: readonly number[]): Iterable<string>
  /** The link that a change added or removed. Objects are numbers of the table of objects. */
  linkOf(sequence: number): { readonly object: number; readonly relation: Relation; readonly target: number }
  author(sequence: number): Author
  /** Sequences of the changes of an object, oldest first: after a sequence, up to and including another. */
  sequencesOf(id: string, after?: number, until?: number): readonly number[]
  /** Kind of an object that was changed. */
  kindOf(id: string): Kind | undefined
  /** Ids of all objects of a kind that were changed, in order of their first change. */
  changed(kind: Kind): Iterable<string>
}

const whats: readonly Change['what'][] = [
  ...(['created', 'updated', 'deleted', 'purged', 'restored'] as const),
  ...(['linked', 'unlinked', 'assigned', 'unassigned'] as const),
]

const isOfAssignment = (what: Change['what']): boolean => what === 'assigned' || what === 'unassigned'

/** All relations. */
export const relations: readonly Relation[] = ['members', 'owners', 'registeredOwners', 'registeredUsers', 'manager']

/** Keeps every change, and offers the last `kept` to delta. */
export const ledger = (kept: number, memory: Memory, objects: ObjectTable): Ledger => {
  const authors = authorList(memory)
  let propertyLists: (readonly string[])[] = []
  let listNumbers = new Map<string, number>()
  const times = column(memory, 'change.time', Float64Array, true)
  const authorOf = words(memory, 'change.author', true)
  const what = bytes(memory, 'change.what', true)
  const relation = bytes(memory, 'change.relation', true)
  /** Object and target by number; the target 0 for none, the list of properties plus one. */
  const object = words(memory, 'change.object', true)
  const target = words(memory, 'change.target', true)
  const properties = words(memory, 'change.properties', true)
  /** The change of the same object before, and the last one of each object; 0 for none. */
  const previous = words(memory, 'change.previous', true)
  const latest = words(memory, 'object.latestChange')
  let purges: number[] = []
  let first = 1
  let last = 0
  addNumbers(
    memory,
    'change.purges',
    () => purges,
    saved => (purges = [...saved]),
  )
  addValue(
    memory,
    'change.known',
    () => ({ first, last, propertyLists }),
    saved => {
      ;({ first, last, propertyLists } = saved)
      listNumbers = new Map(propertyLists.map((names, index) => [names.join(), index + 1]))
    },
  )

  const listNumber = (names: readonly string[]): number => {
    const text = names.join()
    let number = listNumbers.get(text)
    if (number === undefined) listNumbers.set(text, (number = propertyLists.push(names)))
    return number
  }
  const whatOf = (sequence: number): Change['what'] => whats[what.get(sequence)]!
  const change = (sequence: number): Change => {
    const [number, to, names] = [object.get(sequence), target.get(sequence), properties.get(sequence)]
    return {
      sequence,
      atMs: times.get(sequence),
      kind: objects.kindOf(number),
      id: objects.idOf(number),
      what: whatOf(sequence),
      ...(names > 0 ? { properties: propertyLists[names - 1]! } : {}),
      ...(to > 0 ? { relation: relations[relation.get(sequence)]!, target: objects.of(to) } : {}),
    }
  }
  return {
    get sequence() {
      return last
    },
    add(made, by) {
      last = made.sequence
      if (last - first + 1 > 2 * kept) first = last - kept + 1
      const number = objects.add(made.kind, made.id)
      times.set(last, made.atMs)
      what.set(last, whats.indexOf(made.what))
      if (made.what === 'purged') purges.push(last)
      object.set(last, number)
      authorOf.set(last, authors.add(by))
      if (made.properties) properties.set(last, listNumber(made.properties))
      if (made.relation && made.target) {
        relation.set(last, relations.indexOf(made.relation))
        target.set(last, objects.add(made.target.kind, made.target.id))
      }
      // No delta shows assignments.
      if (isOfAssignment(made.what)) return
      previous.set(last, latest.get(number))
      latest.set(number, last)
    },
    after: sequence =>
      sequence + 1 < first
        ? undefined
        : Array.from({ length: Math.max(0, last - sequence) }, (_, index) => change(sequence + 1 + index)),
    firstAfter(sequence, from, limit) {
      if (sequence + 1 < first) return undefined
      const found: Change[] = []
      for (let at = Math.max(from, sequence + 1); at <= last && found.length < limit; at++)
        if (previous.get(at) <= sequence && !isOfAssignment(whatOf(at))) found.push(change(at))
      return found
    },
    purgesAfter: sequence => purges.slice(firstIndex(0, purges.length, index => purges[index]! > sequence)).map(change),
    change,
    whatOf,
    propertiesOf: sequences =>
      [...new Set(sequences.map(properties.get))].flatMap(names => (names > 0 ? propertyLists[names - 1]! : [])),
    linkOf: sequence => ({
      object: object.get(sequence),
      relation: relations[relation.get(sequence)]!,
      target: target.get(sequence),
    }),
    author: sequence => authors.get(authorOf.get(sequence)),
    sequencesOf(id, after = 0, until = last) {
      const found: number[] = []
      const number = objects.numberOf(id)
      for (let sequence = latest.get(number); sequence > after; sequence = previous.get(sequence))
        if (sequence <= until) found.push(sequence)
      return found.reverse()
    },
    kindOf(id) {
      const number = objects.numberOf(id)
      return latest.get(number) === 0 ? undefined : objects.kindOf(number)
    },
    *changed(kind) {
      for (let number = 1; number <= objects.count; number++)
        if (latest.get(number) > 0 && objects.kindOf(number) === kind) yield objects.idOf(number)
    },
  }
}
