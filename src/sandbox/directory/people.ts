import { scatter } from './permutation.ts'
import { firstIndex } from './search.ts'
import { familyNames, givenByDisplay, givenNames, type FamilyNames } from './vocabulary/name-lists.ts'
import { externalCompanies, externalDomains } from './vocabulary/partners.ts'
import { sharedOut } from './weights.ts'

/** The place of a rank among the names. People with the same given and family name are a cell: members, then guests. */
export interface NamePlace {
  rank: number
  given: number
  culture: number
  family: number
  /** Number of ranks before the cell. */
  start: number
  /** Number of people in the cell. The last `guests` of them are guests. */
  count: number
  guests: number
  /** Equal for everyone in the cell. */
  hash: number
}

interface PeopleOptions {
  readonly size: number
  readonly key: number
  /** The default domain, a federated one, and the initial one. */
  readonly domains: { readonly main: string; readonly federated: string; readonly initial: string }
  /** Share of guests. @default 0.06 */
  readonly guests?: number
  /** Appended to every account name. Ranks are then not exactly in the order of the names. @default none */
  readonly suffix?: string
}

/**
 * Computed names of any number of people. Ranks are in the order of user principal names (lower case, by code units): given
 * name, then family name, then the number that distinguishes equal names, then guests by their home domain.
 */
export interface People {
  readonly size: number
  /** Creates a place to locate ranks in. It remembers its cell, so that neighbouring ranks are cheap. */
  place(): NamePlace
  locate(rank: number, place: NamePlace): void
  isGuest(place: NamePlace): boolean
  /** `ann.smith2`; for a guest `ann.smith_fabrikam.com#EXT#`. */
  accountOf(place: NamePlace): string
  domainOf(place: NamePlace): string
  upnOf(place: NamePlace): string
  displayOf(place: NamePlace): string
  /** Index of a guest's home domain. */
  homeOf(place: NamePlace): number
  /** Ranks in the order of the display name. */
  rankByDisplay(position: number): number
  displayPosition(rank: number): number
}

/** How many of the numbers 2 to `count` begin with `prefix`. */
const beginning = (prefix: number, count: number): number => {
  let found = prefix === 1 ? -1 : 0
  for (let low = prefix, high = prefix; low <= count; low *= 10, high = high * 10 + 9)
    found += Math.min(high, count) - low + 1
  return found
}

/** Returns the number at a place among `count`. It walks the tree of digits, in which a number follows all numbers that it begins. */
const clashNumberAt = (count: number, place: number): string => {
  if (place === count - 1) return ''
  let prefix = 0
  for (let left = place; ;) {
    let digit = prefix === 0 ? 1 : 0
    let size = beginning(prefix * 10 + digit, count)
    while (left >= size) {
      left -= size
      size = beginning(prefix * 10 + ++digit, count)
    }
    prefix = prefix * 10 + digit
    if (left === size - 1 && prefix !== 1) return String(prefix)
  }
}

/** Small counts are frequent. Tables of all counts would grow with the square of the directory. */
const tabled = 256
const numberTables: (readonly string[] | undefined)[] = []

/** The suffix that distinguishes `count` accounts of one name, in sort order: `10`, `11`, `2`, `` (`@` follows, which sorts after digits). */
export const clashNumber = (count: number, place: number): string => {
  if (count > tabled) return clashNumberAt(count, place)
  const table = (numberTables[count] ??= Array.from({ length: count }, (_, at) => clashNumberAt(count, at)))
  return table[place] ?? ''
}

/** Creates the names of `size` people. Holds two small arrays by given name. */
export const people = ({ size, key, domains, guests: guestShare = 0.06, suffix = '' }: PeopleOptions): People => {
  // The weights vary with the key, so that tenants differ in their frequent given names.
  const starts = sharedOut(
    givenNames.map(({ weight }, index) => weight * (0.6 + (scatter(key ^ (index * 977)) / 2 ** 32) * 0.8)),
    size,
  )
  const startOf = (given: number): number => starts[given] ?? size
  const displayStarts = new Float64Array(givenNames.length + 1)
  const displayPlace = new Int32Array(givenNames.length)
  givenByDisplay.forEach((given, place) => {
    displayPlace[given] = place
    displayStarts[place + 1] = (displayStarts[place] ?? 0) + startOf(given + 1) - startOf(given)
  })

  const familiesOf = (given: number): FamilyNames => familyNames[givenNames[given]?.culture ?? 0] as FamilyNames
  const offsets = Float64Array.from(givenNames, (_, given) => scatter(key ^ (given + 0x1f123)) / 2 ** 32)
  const familyStart = (given: number, families: FamilyNames, family: number): number =>
    Math.floor((families.shares[family] ?? 1) * (startOf(given + 1) - startOf(given)) + (offsets[given] ?? 0))

  const enter = (place: NamePlace, given: number, families: FamilyNames, family: number): void => {
    const before = startOf(given)
    place.given = given
    place.culture = givenNames[given]?.culture ?? 0
    place.family = family
    place.start = before + familyStart(given, families, family)
    place.count = before + familyStart(given, families, family + 1) - place.start
    place.hash = scatter(key ^ Math.imul(given * 4096 + family, 0x9e3779b1))
    place.guests = Math.min(
      externalDomains.length,
      Math.floor(place.count * guestShare + (place.hash & 0xffff) / 0x10000),
    )
  }

  const locate = (rank: number, place: NamePlace): void => {
    place.rank = rank
    if (rank >= place.start && rank < place.start + place.count) return
    const given = firstIndex(0, givenNames.length, index => startOf(index + 1) > rank)
    const families = familiesOf(given)
    const within = rank - startOf(given)
    const family = firstIndex(0, families.keys.length, index => familyStart(given, families, index + 1) > within)
    enter(place, given, families, family)
  }

  const isGuest = (place: NamePlace): boolean => place.rank - place.start >= place.count - place.guests
  const homeOf = (place: NamePlace): number => {
    const among = place.rank - place.start - (place.count - place.guests)
    return Math.floor(((among + (place.hash >>> 16) / 0x10000) * externalDomains.length) / place.guests)
  }
  const accountOf = (place: NamePlace): string => {
    const name = `${givenNames[place.given]?.key}.${familyNames[place.culture]?.keys[place.family]}`
    const members = place.count - place.guests
    const among = place.rank - place.start
    if (among >= members) return `${name}${suffix}_${externalDomains[homeOf(place)]}#EXT#`
    return (members === 1 ? name : name + clashNumber(members, among)) + suffix
  }
  const domainOf = (place: NamePlace): string => {
    if (isGuest(place)) return domains.initial
    const chosen = (place.hash >>> 8) & 0xff
    return chosen < 20 ? domains.federated : chosen < 23 ? domains.initial : domains.main
  }

  // Cumulative sizes of the cells of the last given name, in the order of display names.
  let summed = -1
  let sums = new Float64Array(1)
  const sumsOf = (given: number): Float64Array => {
    if (summed === given) return sums
    const families = familiesOf(given)
    sums = new Float64Array(families.byDisplay.length + 1)
    families.byDisplay.forEach((family, place) => {
      const cell = familyStart(given, families, family + 1) - familyStart(given, families, family)
      sums[place + 1] = (sums[place] ?? 0) + cell
    })
    summed = given
    return sums
  }
  const familyPlaces = familyNames.map(({ byDisplay }) => {
    const places = new Int32Array(byDisplay.length)
    byDisplay.forEach((family, place) => (places[family] = place))
    return places
  })
  const own: NamePlace = { rank: -1, given: 0, culture: 0, family: 0, start: 0, count: 0, guests: 0, hash: 0 }

  return {
    size,
    place: () => ({ ...own, rank: -1, start: 0, count: 0 }),
    locate,
    isGuest,
    homeOf,
    accountOf,
    domainOf,
    upnOf: place => `${accountOf(place)}@${domainOf(place)}`,
    displayOf(place) {
      const name = `${givenNames[place.given]?.display} ${familyNames[place.culture]?.displays[place.family]}`
      return isGuest(place) ? `${name} (${externalCompanies[homeOf(place)]})` : name
    },
    rankByDisplay(position) {
      const displayed = firstIndex(0, givenNames.length, index => (displayStarts[index + 1] ?? 0) > position)
      const given = givenByDisplay[displayed] ?? 0
      const families = familiesOf(given)
      const within = position - (displayStarts[displayed] ?? 0)
      const cells = sumsOf(given)
      const place = firstIndex(0, families.keys.length, index => (cells[index + 1] ?? 0) > within)
      const family = families.byDisplay[place] ?? 0
      return startOf(given) + familyStart(given, families, family) + within - (cells[place] ?? 0)
    },
    displayPosition(rank) {
      locate(rank, own)
      const place = familyPlaces[own.culture]?.[own.family] ?? 0
      return (displayStarts[displayPlace[own.given] ?? 0] ?? 0) + (sumsOf(own.given)[place] ?? 0) + rank - own.start
    },
  }
}
