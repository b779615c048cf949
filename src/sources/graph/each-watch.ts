import { judge, type Judged } from '../../core/completeness.ts'
import { given } from '../../core/given.ts'
import { leftOf, type Repeats } from '../../core/graph.ts'
import type { Fields } from '../../core/json.ts'
import type { Drift } from '../../core/manifest.ts'
import { joined } from '../../core/joined.ts'
import { printable } from '../../core/printable.ts'
import type { Entity } from './listing.ts'
import { isReduced } from './hidden-members.ts'
import type { Sight } from './unseen.ts'

/** Several of a kind: the first ones, in words, and how many there are. */
type Some = {
  readonly first: readonly string[]
  readonly count: number
}

/** What was seen of the lists of many objects, small enough for a position. */
export type Seen = {
  /** Objects whose lists were read, or found to be missing. */
  readonly objects: number
  /** Objects counted before the first was read. */
  readonly before?: number
  readonly gone?: Some
  readonly hidden?: Some
  readonly refused?: Some
  readonly reduced?: Some
  /** Types of entries of which the sign-in may not see selected properties. */
  readonly unseen?: readonly string[]
  /** Whether a service principal was among the entries. */
  readonly principals?: true
}

/** Names in a message. */
const mostNamed = 3

/** Words of a kind of lists, for messages. */
export interface EachWords {
  /** One of the objects: `group`. */
  readonly object: string
  /** What their lists have: `members`. */
  readonly entries: string
  /** Whether groups that hide their members are left out of the lists without a permission. @default false */
  readonly hides?: true
  /** Whether Graph v1.0 leaves service principals out of the lists. @default false */
  readonly omits?: true
}

/** Watches the lists of many objects for what is missing. */
export interface EachWatch {
  readonly seen: Seen
  /** The list of an object was read to its end. */
  ended(object: Entity, isEmpty: boolean): void
  /** The object was deleted before its list was read. */
  gone(object: Entity): void
  refused(object: Entity): void
  /** So many of the last objects are repeated, and are counted again. */
  comeAgain(repeats: Repeats): void
  see(entries: readonly Fields[]): void
  /** Judges what was read. @param after objects counted at the end */
  judged(after: number | undefined, drift: Drift | undefined): Judged
  /** Why entries may be missing, so far; undefined if nothing is known to be. */
  readonly why: string | undefined
}

/** @param select the properties of entries; without the display name, reduced ones are not recognised */
export const eachWatch = (
  words: EachWords,
  select: readonly string[] | undefined,
  sight: Sight,
  from: Seen = { objects: 0 },
): EachWatch => {
  const selectsName = !select?.length || select.includes('displayName')
  const reasons = new Map<string, string | undefined>()
  /** Why the sign-in may not see properties of entries of a type. */
  const unseen = (type: string): string | undefined => {
    if (!reasons.has(type)) reasons.set(type, sight.ofEntries(type, select?.length ? select : undefined))
    return reasons.get(type)
  }
  let seen = from
  const add = (kind: 'gone' | 'hidden' | 'refused' | 'reduced', first: string): void => {
    const { first: names, count } = seen[kind] ?? { first: [], count: 0 }
    const some: Some = { first: names.length < mostNamed ? [...names, first] : names, count: count + 1 }
    seen = { ...seen, [kind]: some }
  }
  const count = (): void => void (seen = { ...seen, objects: seen.objects + 1 })
  const watchEntry = (entry: Fields, type: string): void => {
    if (words.omits && !seen.principals && type === 'servicePrincipal') seen = { ...seen, principals: true }
    if (isReduced(entry, selectsName)) return add('reduced', `the ${type} ${String(entry['id'])}`)
    if (unseen(type) === undefined || seen.unseen?.includes(type)) return
    seen = { ...seen, unseen: [...(seen.unseen ?? []), type] }
  }
  /** Why entries may be missing, or parts of them. */
  const known = (): readonly string[] => [
    ...reasonsOf(seen, words, sight),
    ...(seen.unseen ?? []).flatMap(type => unseen(type) ?? []),
  ]
  /** A known issue; see https://learn.microsoft.com/graph/api/group-list-members */
  const omitted = (): readonly string[] =>
    words.omits && !seen.principals
      ? [`Graph v1.0 leaves service principals out of the ${words.entries} of ${words.object}s`]
      : []
  const isHiding = (object: Entity): boolean => object['visibility'] === 'HiddenMembership'
  return {
    get seen() {
      return seen
    },
    ended(object, isEmpty) {
      count()
      if (isEmpty && isHiding(object) && !sight.hiddenMembers) add('hidden', nameOf(object))
    },
    gone(object) {
      count()
      add('gone', nameOf(object))
    },
    refused(object) {
      count()
      add(isHiding(object) ? 'hidden' : 'refused', nameOf(object))
    },
    comeAgain(repeats) {
      seen = { ...seen, objects: leftOf(seen.objects, repeats) }
    },
    see(entries) {
      for (const entry of entries)
        watchEntry(entry, String(entry['@odata.type'] ?? '').replace('#microsoft.graph.', ''))
    },
    judged(after, drift) {
      const { objects, before } = seen
      const counts = judge({
        read: objects,
        limited: false,
        live: before !== undefined,
        before,
        after,
        drift,
        upstream: undefined,
      })
      if (counts.completeness === 'short')
        return { completeness: 'short', why: `of the ${words.object}s, ${counts.why ?? ''}` }
      const uncounted = `Graph has no count of all ${words.entries} to compare with; the ${words.entries} of ${objects} ${words.object}${objects === 1 ? '' : 's'} were read, each to the end of its list`
      return { completeness: 'unverified', why: [...known(), ...omitted(), uncounted].join('; ') }
    },
    get why() {
      return known().join('; ') || undefined
    },
  }
}

const nameOf = ({ id, displayName }: Entity): string =>
  typeof displayName === 'string' && displayName !== '' ? `"${printable(displayName, 120)}"` : id

const some = ({ first, count }: Some): string =>
  count > first.length ? `${first.join(', ')} and ${count - first.length} more` : joined(first)

const reasonsOf = (
  { gone, hidden, refused, reduced }: Seen,
  { object, entries, hides }: EachWords,
  { hiddenMembers }: Sight,
): readonly string[] =>
  Object.values(
    given({
      omitted:
        hides && hiddenMembers === false
          ? 'permission: groups that hide their members are left out, because Member.Read.Hidden is missing'
          : undefined,
      hidden:
        hidden &&
        `permission: the membership of ${some(hidden)} is hidden, and Member.Read.Hidden ${hiddenMembers === false ? 'is' : 'may be'} missing`,
      refused: refused && `permission: this sign-in may not read the ${entries} of ${some(refused)}`,
      reduced:
        reduced &&
        `permission: Graph returned only type and id of ${reduced.count === 1 ? reduced.first[0] : `${reduced.count} ${entries}, such as ${reduced.first[0]}`}`,
      gone:
        gone &&
        `${some(gone)} of the ${object}s ${gone.count === 1 ? 'was' : 'were'} deleted before the ${entries} were read`,
    }),
  )
