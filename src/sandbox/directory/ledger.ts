import { authorList } from './authors.ts'
import { denseColumn } from './dense-column.ts'
import { kinds } from './state.ts'
import type { Author, Change, Kind, Relation } from './types.ts'
import { wideMap } from './wide-map.ts'

/** All changes in order, and who made them. About 60 bytes a change, outside the heap. */
export interface Ledger {
  readonly sequence: number
  add(change: Change, by: Author): void
  /** Changes after a sequence; undefined when they have been discarded. */
  after(sequence: number): readonly Change[] | undefined
  change(sequence: number): Change
  author(sequence: number): Author
  /** Sequences of the changes of an object, oldest first. */
  sequencesOf(id: string): readonly number[]
  /** Kind of an object that was changed. */
  kindOf(id: string): Kind | undefined
  /** Ids of all objects of a kind that were changed, in order of their first change. */
  changed(kind: Kind): Iterable<string>
}

const whats: readonly Change['what'][] = ['created', 'updated', 'deleted', 'purged', 'restored', 'linked', 'unlinked']
const relations: readonly Relation[] = ['members', 'owners', 'registeredOwners', 'registeredUsers', 'manager']
const bytes = (length: number) => new Uint8Array(length)
const words = (length: number) => new Uint32Array(length)

/** Objects by number. */
const objectTable = () => {
  const numbers = wideMap<number>()
  const ids: string[] = []
  const kindNumbers = denseColumn(bytes)
  return {
    ids,
    numberOf: (id: string) => numbers.get(id),
    idOf: (number: number): string => ids[number] as string,
    kindOf: (number: number): Kind => kinds[kindNumbers.get(number)] as Kind,
    add(kind: Kind, id: string): number {
      const found = numbers.get(id)
      if (found !== undefined) return found
      const number = ids.push(id) - 1
      numbers.set(id, number)
      kindNumbers.set(number, kinds.indexOf(kind))
      return number
    },
  }
}

/** Keeps every change, and offers the last `kept` to delta. */
export const ledger = (kept: number): Ledger => {
  const objects = objectTable()
  const authors = authorList()
  const propertyLists: (readonly string[])[] = []
  const listNumbers = new Map<string, number>()
  const [times, authorOf] = [denseColumn(length => new Float64Array(length)), denseColumn(words)]
  const [what, relation] = [denseColumn(bytes), denseColumn(bytes)]
  /** Object and target by number; the target and the list of properties plus one, 0 for none. */
  const [object, target, properties] = [denseColumn(words), denseColumn(words), denseColumn(words)]
  /** The change of the same object before, and the last one of each object; 0 for none. */
  const [previous, latest] = [denseColumn(words), denseColumn(words)]
  let first = 1
  let last = 0

  const listNumber = (names: readonly string[]): number => {
    const text = names.join('\n')
    let number = listNumbers.get(text)
    if (number === undefined) listNumbers.set(text, (number = propertyLists.push(names)))
    return number
  }
  const change = (sequence: number): Change => {
    const [number, to, names] = [object.get(sequence), target.get(sequence), properties.get(sequence)]
    const isLink = to > 0
    return {
      sequence,
      atMs: times.get(sequence),
      kind: objects.kindOf(number),
      id: objects.idOf(number),
      what: whats[what.get(sequence)]!,
      ...(names > 0 ? { properties: propertyLists[names - 1]! } : {}),
      ...(isLink
        ? {
            relation: relations[relation.get(sequence)]!,
            target: { kind: objects.kindOf(to - 1), id: objects.idOf(to - 1) },
          }
        : {}),
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
      object.set(last, number)
      authorOf.set(last, authors.add(by))
      if (made.properties) properties.set(last, listNumber(made.properties))
      if (made.relation && made.target) {
        relation.set(last, relations.indexOf(made.relation))
        target.set(last, objects.add(made.target.kind, made.target.id) + 1)
      }
      previous.set(last, latest.get(number))
      latest.set(number, last)
    },
    after: sequence =>
      sequence + 1 < first
        ? undefined
        : Array.from({ length: Math.max(0, last - sequence) }, (_, index) => change(sequence + 1 + index)),
    change,
    author: sequence => authors.get(authorOf.get(sequence)),
    sequencesOf(id) {
      const number = objects.numberOf(id)
      const found: number[] = []
      if (number !== undefined)
        for (let sequence = latest.get(number); sequence > 0; sequence = previous.get(sequence)) found.push(sequence)
      return found.reverse()
    },
    kindOf(id) {
      const number = objects.numberOf(id)
      return number === undefined || latest.get(number) === 0 ? undefined : objects.kindOf(number)
    },
    *changed(kind) {
      for (const [number, id] of objects.ids.entries())
        if (latest.get(number) > 0 && objects.kindOf(number) === kind) yield id
    },
  }
}
