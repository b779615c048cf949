import { cumulative } from '../weights.ts'
import { asciiOf } from './ascii.ts'
import { namings } from './names.ts'

/** A given name. `culture` is the index of its naming. */
interface GivenName {
  readonly key: string
  readonly display: string
  readonly culture: number
  readonly weight: number
}

/** Family names for the given names of one culture, in the order of their keys. */
export interface FamilyNames {
  readonly keys: readonly string[]
  readonly displays: readonly string[]
  /** Cumulative shares of 1 before each name, by frequency, with one more entry for the end. */
  readonly shares: Float64Array
  /** Indices in the order of the display names. */
  readonly byDisplay: readonly number[]
}

interface Word {
  readonly key: string
  readonly display: string
  weight: number
}

const words = (text: string): Word[] =>
  text.split(' ').map((entry, place) => {
    const [display = '', key] = entry.replaceAll('_', ' ').split(':')
    return { key: key ?? asciiOf(display), display, weight: (place + 3) ** -0.75 }
  })

const scaled = (list: readonly Word[], total: number): Word[] => {
  const sum = list.reduce((all, { weight }) => all + weight, 0)
  return list.map(each => ({ ...each, weight: (each.weight / sum) * total }))
}

/** Frequent names joined in pairs: the long tail of rare names. */
const pairs = (list: readonly Word[], count: number): Word[] =>
  list
    .slice(0, count)
    .flatMap((one, first) =>
      list
        .slice(0, count)
        .filter((other, second) => (first * 7 + second * 3) % 4 === 0 && one !== other)
        .map(other => ({ key: `${one.key}-${other.key}`, display: `${one.display}-${other.display}`, weight: 1 })),
    )
    .filter(({ display }) => !display.includes(' '))

const unique = (list: readonly Word[]): Word[] => {
  const keys = new Set<string>()
  const displays = new Set<string>()
  return list.filter(({ key, display }) => {
    if (keys.has(key) || displays.has(display.toLowerCase())) return false
    keys.add(key)
    displays.add(display.toLowerCase())
    return true
  })
}

const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const families = (culture: number): FamilyNames => {
  const naming = namings[culture]
  if (!naming) throw new RangeError(`Expected a naming below ${namings.length}, got ${culture}`)
  const own = words(naming.family)
  const mixed = naming.mixes
    ? [
        ...scaled(pairs(own, 30), 12),
        ...scaled(
          namings.flatMap((other, index) => (other.mixes && index !== culture ? words(other.family).slice(0, 40) : [])),
          10,
        ),
      ]
    : []
  const list = unique([...scaled(own, 78), ...mixed]).sort((one, other) => compareTexts(`${one.key}@`, `${other.key}@`))
  const lower = list.map(({ display }) => display.toLowerCase())
  return {
    keys: list.map(({ key }) => key),
    displays: list.map(({ display }) => display),
    shares: cumulative(list.map(({ weight }) => weight)),
    byDisplay: list.map((_, index) => index).sort((one, other) => compareTexts(lower[one] ?? '', lower[other] ?? '')),
  }
}

const given = (): GivenName[] => {
  const all = namings.flatMap((naming, culture) =>
    scaled(words(naming.given), naming.weight).map(word => ({ ...word, culture })),
  )
  const cultures = new Map(all.map(({ key, culture }) => [key, culture]))
  return unique(all.reverse())
    .map(word => ({ ...word, culture: cultures.get(word.key) ?? 0 }))
    .sort((one, other) => compareTexts(`${one.key}.`, `${other.key}.`))
}

/** In the order of their keys. Keys and display names are unique. */
export const givenNames: readonly GivenName[] = given()

/** Indices of given names in the order of their display names. */
export const givenByDisplay: readonly number[] = givenNames
  .map((_, index) => index)
  .sort((one, other) =>
    compareTexts(`${givenNames[one]?.display.toLowerCase()} `, `${givenNames[other]?.display.toLowerCase()} `),
  )

/** By culture. */
export const familyNames: readonly FamilyNames[] = namings.map((_, culture) => families(culture))
