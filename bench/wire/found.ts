/** The users that a filter finds. Ranges of names or of dates cost nothing; other mixtures are looked for among all users, once. */
import type { Filter, Literal } from '../../src/odata/ast.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'
import type { People, Range } from './people.ts'

/** Users in an order of their own. */
interface Found {
  readonly count: number
  readonly at: (place: number) => number
}

/** Ranges in the order of names, or in the order of creation; or a question about each user. */
type Part =
  | { readonly order: 'name' | 'created'; readonly ranges: readonly Range[] }
  | { readonly order: 'none'; readonly has: (n: number) => boolean }

/** The filter uses something that this server does not know. */
class UnknownFilter extends Error {}

/** Keeps what it has found by the text of the filter. */
export const finder = (people: People): ((filter: string | undefined) => Found) => {
  const known = new Map<string, Found>()
  return filter => {
    if (filter === undefined) return { count: people.count, at: n => n }
    let found = known.get(filter)
    if (!found) known.set(filter, (found = usersOf(people, partOf(people, parseFilter(filter)))))
    return found
  }
}

const usersOf = (people: People, part: Part): Found => {
  if (part.order !== 'none') {
    const ends: number[] = []
    let count = 0
    for (const [from, to] of part.ranges) ends.push((count += to - from))
    return {
      count,
      at(place) {
        const range = ends.findIndex(end => place < end)
        const spot = part.ranges[range]![1] - (ends[range]! - place)
        return part.order === 'name' ? spot : people.byRank(spot)
      },
    }
  }
  const users: number[] = []
  for (let n = 0; n < people.count; n++) if (part.has(n)) users.push(n)
  const list = Uint32Array.from(users)
  return { count: list.length, at: place => list[place]! }
}

const partOf = (people: People, filter: Filter): Part => {
  switch (filter.kind) {
    case 'and':
      return filter.items.map(item => partOf(people, item)).reduce((a, b) => both(people, a, b))
    case 'or':
      return not(
        people,
        filter.items.map(item => not(people, partOf(people, item))).reduce((a, b) => both(people, a, b)),
      )
    case 'not':
      return not(people, partOf(people, filter.item))
    case 'call':
      if (filter.name !== 'startsWith' || filter.path.names[0] !== 'userPrincipalName') break
      return { order: 'name', ranges: [people.withPrefix(filter.value.toLowerCase())] }
    case 'in':
      if (filter.path.names[0] !== 'id') break
      return ofIds(people, filter.values)
    case 'compare':
      if (filter.path.names[0] === 'id' && filter.operator === 'eq') return ofIds(people, [filter.value])
      if (filter.path.names[0] === 'createdDateTime') return byDate(people, filter.operator, filter.value)
  }
  throw new UnknownFilter(`The wire server has no filter like this: ${JSON.stringify(filter)}`)
}

const ofIds = (people: People, values: readonly Literal[]): Part => {
  const users = values.flatMap(({ value }) => people.byId(String(value)) ?? []).sort((a, b) => a - b)
  return { order: 'name', ranges: [...new Set(users)].map(n => [n, n + 1]) }
}

const byDate = (people: People, operator: string, { type, value }: Literal): Part => {
  const order = 'created'
  const ranges: readonly Range[] =
    type === 'null' ? [[0, people.undated]] : rangesOf(people, operator, isoOf(String(value)))
  return type === 'null' && operator === 'ne' ? not(people, { order, ranges }) : { order, ranges }
}

/** Dates compare as text if they are written alike. */
const isoOf = (date: string): string => `${new Date(date).toISOString().slice(0, 19)}Z`

const rangesOf = (people: People, operator: string, date: string): readonly Range[] => {
  const before = people.ranksWhile(one => one < date)
  const through = people.ranksWhile(one => one <= date)
  if (operator === 'ge') return [[before, people.count]]
  if (operator === 'gt') return [[through, people.count]]
  if (operator === 'le') return [[people.undated, through]]
  if (operator === 'lt') return [[people.undated, before]]
  if (operator === 'eq') return [[before, through]]
  throw new UnknownFilter(`The wire server compares dates by ge, gt, le, lt and eq, not by ${operator}`)
}

const not = (people: People, part: Part): Part => {
  if (part.order === 'none') return { order: 'none', has: n => !part.has(n) }
  const ranges: Range[] = []
  let from = 0
  for (const [start, end] of part.ranges) {
    if (start > from) ranges.push([from, start])
    from = Math.max(from, end)
  }
  if (from < people.count) ranges.push([from, people.count])
  return { order: part.order, ranges }
}

const both = (people: People, a: Part, b: Part): Part => {
  if (a.order === 'none' || a.order !== b.order) {
    const [one, other] = [asked(people, a), asked(people, b)]
    return { order: 'none', has: n => one(n) && other(n) }
  }
  const ranges: Range[] = []
  for (const [start, end] of a.ranges)
    for (const [from, to] of (b as typeof a).ranges) {
      const range = [Math.max(start, from), Math.min(end, to)] as const
      if (range[0] < range[1]) ranges.push(range)
    }
  return { order: a.order, ranges: ranges.sort(([x], [y]) => x - y) }
}

const asked = (people: People, part: Part): ((n: number) => boolean) => {
  if (part.order === 'none') return part.has
  const { order, ranges } = part
  return n => {
    const place = order === 'name' ? n : people.rankOf(n)
    return ranges.some(([from, to]) => place >= from && place < to)
  }
}
