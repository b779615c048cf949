/** Groups of the wire server, with a given number of members in all: most have few, some hundreds, one in a thousand more than a page. */

export interface Groups {
  readonly count: number
  readonly id: (n: number) => string
  readonly byId: (id: string) => number | undefined
  readonly sizeOf: (n: number) => number
  /** The number of the user that is the `nth` member of a group. */
  readonly member: (n: number, nth: number) => number
}

const weightOf = (n: number): number => (n % 1_000 === 999 ? 2_000 : n % 20 === 0 ? 150 : 1 + (n % 16))

export const groupsOf = (count: number, edges: number, users: number): Groups => {
  let weights = 0
  for (let n = 0; n < count; n++) weights += weightOf(n)
  const ends = new Float64Array(count)
  let sum = 0
  for (let n = 0; n < count; n++) ends[n] = Math.round(((sum += weightOf(n)) / weights) * edges)
  const id = (n: number): string => `60000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
  return {
    count,
    id,
    byId(text) {
      const n = Number.parseInt(text.slice(24), 16)
      return n < count && id(n) === text.toLowerCase() ? n : undefined
    },
    // No group has more members than there are users, so that none has one twice.
    sizeOf: n => Math.min(users, ends[n]! - (n === 0 ? 0 : ends[n - 1]!)),
    member: (n, nth) => (n * 7_919 + nth) % users,
  }
}
