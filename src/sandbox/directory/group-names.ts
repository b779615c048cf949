import { firstIndex } from './search.ts'
import { groupShares, groupStems, type GroupStem, type GroupType } from './vocabulary/group-stems.ts'
import { sharedOut } from './weights.ts'

/** Computed names of groups. Ranks are in the order of display names. Groups of one stem are numbered, with equally long numbers. */
export interface GroupNames {
  readonly size: number
  stemOf(rank: number): GroupStem
  nameOf(rank: number): string
  nicknameOf(rank: number): string
  /** Rank of the first group of a stem; undefined if there is none. */
  rankOfStem(name: string): number | undefined
  count(type: GroupType): number
  /** Index of a group among the groups of its type. */
  indexOf(rank: number): number
  rankAt(type: GroupType, index: number): number
}

/** The smallest number of groups that contains every type. */
export const fewestGroups = groupShares.length + 4

/** Names of `size` groups, at least `fewestGroups`. */
export const groupNames = (size: number): GroupNames => {
  const shared = new Set(groupShares.map(([type]) => type))
  const fixed = groupStems.filter(({ type }) => !shared.has(type)).length
  const rest = size - fixed - groupShares.length
  const shares = sharedOut(
    groupShares.map(([, share]) => share),
    rest,
  )
  const starts = new Float64Array(groupStems.length + 1)
  const stemsOf = new Map<GroupType, number[]>()
  groupStems.forEach(({ type }, stem) => stemsOf.set(type, [...(stemsOf.get(type) ?? []), stem]))
  const counts = new Float64Array(groupStems.length).fill(1)
  groupShares.forEach(([type], index) => {
    const own = stemsOf.get(type) ?? []
    const parts = sharedOut(
      own.map((_, place) => 1 / (3 + ((place * 37) % own.length))),
      (shares[index + 1] ?? 0) - (shares[index] ?? 0) + 1,
    )
    own.forEach((stem, place) => (counts[stem] = (parts[place + 1] ?? 0) - (parts[place] ?? 0)))
  })
  counts.forEach((count, stem) => (starts[stem + 1] = (starts[stem] ?? 0) + count))
  /** Number of groups of the same type before a stem. */
  const typeStarts = new Float64Array(groupStems.length)
  const typeCounts = new Map<GroupType, number>()
  for (const [type, own] of stemsOf) {
    let sum = 0
    for (const stem of own) {
      typeStarts[stem] = sum
      sum += counts[stem] ?? 0
    }
    typeCounts.set(type, sum)
  }

  const stemAt = (rank: number): number => firstIndex(0, groupStems.length, stem => (starts[stem + 1] ?? 0) > rank)
  const numbered = (text: string, separator: string, stem: number, rank: number): string => {
    const count = counts[stem] ?? 0
    return count === 1
      ? text
      : `${text}${separator}${String(rank - (starts[stem] ?? 0) + 1).padStart(Math.max(2, String(count).length), '0')}`
  }
  const stemOf = (rank: number): GroupStem => groupStems[stemAt(rank)] as GroupStem
  return {
    size,
    stemOf,
    nameOf(rank) {
      const stem = stemAt(rank)
      return numbered(groupStems[stem]?.name ?? '', ' ', stem, rank)
    },
    nicknameOf(rank) {
      const stem = stemAt(rank)
      return numbered(groupStems[stem]?.nickname ?? '', '-', stem, rank)
    },
    rankOfStem(name) {
      const stem = groupStems.findIndex(each => each.name === name)
      return (counts[stem] ?? 0) > 0 ? starts[stem] : undefined
    },
    count: type => typeCounts.get(type) ?? 0,
    indexOf(rank) {
      const stem = stemAt(rank)
      return (typeStarts[stem] ?? 0) + rank - (starts[stem] ?? 0)
    },
    rankAt(type, index) {
      const own = stemsOf.get(type) ?? []
      const place = firstIndex(0, own.length, at => {
        const stem = own[at] ?? 0
        return (typeStarts[stem] ?? 0) + (counts[stem] ?? 0) > index
      })
      const stem = own[place] ?? 0
      return (starts[stem] ?? 0) + index - (typeStarts[stem] ?? 0)
    },
  }
}
