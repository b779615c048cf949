import { collection } from './collection.ts'
import { kinds } from './kinds.ts'
import type { Records } from './memory/records.ts'
import type { Realms, State } from './state.ts'
import type { Collection, Kind, View } from './types.ts'

/** The live and the deleted objects of every kind. */
interface Collections {
  live(kind: Kind): Collection
  bin(kind: Kind): Collection
}

/** Creates the collections of a directory. @param revision see `collection` */
export const collectionsOf = (
  realms: Realms,
  records: Records,
  stateOf: (view: View) => State,
  revision: () => number,
): Collections => {
  const all = (of: 'live' | 'bin'): ((kind: Kind) => Collection) => {
    const made = new Map(
      kinds.map(kind => {
        const { look, population, bin } = realms[kind]
        const overlayOf = (view: View) => stateOf(view)[of](kind)
        return [kind, collection({ population: of === 'bin' ? bin : population, look, records, revision, overlayOf })]
      }),
    )
    return kind => {
      const found = made.get(kind)
      if (!found) throw new RangeError(`Expected kind to be one of ${kinds.join(', ')}, got ${kind}`)
      return found
    }
  }
  return { live: all('live'), bin: all('bin') }
}
