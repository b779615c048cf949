/**
 * The users of the wire server, computed from their number: names in alphabetical order, dates of creation in another order.
 * Both orders can be turned around, so that a filter by prefix or date finds its users without looking at each.
 */

/**
 * `spread`: names and dates as in most tenants · `prefix`: all names begin with the same three letters · `minute`: half the
 * users were created in one minute · `nulls`: a third has no date of creation.
 */
export const shapes = ['spread', 'prefix', 'minute', 'nulls'] as const
/** One of `shapes`. */
export type Shape = (typeof shapes)[number]

/** A half-open range of numbers. */
export type Range = readonly [from: number, to: number]

export interface People {
  readonly count: number
  readonly id: (n: number) => string
  /** The number of the user with an id; undefined if nobody has it. */
  readonly byId: (id: string) => number | undefined
  readonly name: (n: number) => string
  readonly created: (n: number) => string | null
  /** The place of a user in the order of creation. */
  readonly rankOf: (n: number) => number
  readonly byRank: (rank: number) => number
  /** The users whose name begins with a prefix in lower case. */
  readonly withPrefix: (prefix: string) => Range
  /** The places in the order of creation whose date fits. `isBefore` must be true for all dates up to one, and false after it. */
  readonly ranksWhile: (isBefore: (date: string) => boolean) => number
  /** The number of users without a date. They come first in the order of creation. */
  readonly undated: number
}

// Both in the order of their letters; first names with how often each occurs.
// prettier-ignore
const given: readonly (readonly [string, number])[] = [
  ['aaron', 2], ['adam', 3], ['agnes', 1], ['ahmed', 4], ['alexander', 9], ['alice', 3], ['andrea', 7], ['anna', 9],
  ['anton', 2], ['ben', 3], ['bjorn', 1], ['carlos', 3], ['charlotte', 3], ['chen', 5], ['christian', 6], ['daniel', 9],
  ['david', 9], ['elena', 4], ['emma', 5], ['eva', 4], ['fatima', 4], ['frank', 3], ['george', 3], ['hannah', 3],
  ['hans', 2], ['ivan', 3], ['jacob', 3], ['james', 8], ['jan', 4], ['john', 9], ['jose', 6], ['julia', 7],
  ['karl', 2], ['katharina', 3], ['laura', 6], ['li', 4], ['lukas', 4], ['maria', 12], ['mark', 5], ['martin', 6],
  ['mehmet', 3], ['michael', 12], ['mohamed', 8], ['natalia', 3], ['nina', 3], ['olga', 3], ['oscar', 2], ['paul', 4],
  ['peter', 6], ['priya', 5], ['robert', 6], ['sara', 6], ['sofia', 5], ['stefan', 5], ['susanne', 3], ['thomas', 9],
  ['ulrich', 1], ['victoria', 2], ['wang', 4], ['xavier', 1], ['yusuf', 2], ['zoe', 1],
]
// prettier-ignore
const family = [
  'andersen', 'bauer', 'becker', 'brown', 'chen', 'davies', 'dubois', 'fischer', 'garcia', 'haddad', 'hansen', 'ivanova',
  'jansen', 'johnson', 'khan', 'kowalski', 'lopez', 'martin', 'meyer', 'miller', 'nguyen', 'oneill', 'patel', 'rossi',
  'schmidt', 'silva', 'smith', 'wagner', 'wang', 'yilmaz',
]

const total = given.reduce((sum, [, weight]) => sum + weight, 0)
const domain = '@contoso.example'
const epoch = Date.UTC(2017, 0, 1)
const eightYears = 8 * 365 * 86_400

/** The first number from 0 to `count` for which `isBefore` is false. */
const partition = (count: number, isBefore: (n: number) => boolean): number => {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** A number without a common divisor with `count`, so that multiplying by it visits every number once. */
const strideFor = (count: number): number => {
  let stride = Math.floor(count * 0.618) | 1
  while (gcd(stride, count) !== 1) stride += 2
  return stride
}

/** `a * b` modulo `count`, also where the product is too large to be exact. */
const times = (a: number, b: number, count: number): number =>
  a * b <= Number.MAX_SAFE_INTEGER ? (a * b) % count : Number((BigInt(a) * BigInt(b)) % BigInt(count))

const inverseOf = (stride: number, count: number): number => {
  let [r, next, t, after] = [count, stride % count, 0, 1]
  while (next !== 0) {
    const quotient = Math.floor(r / next)
    ;[r, next, t, after] = [next, r - quotient * next, after, t - quotient * after]
  }
  return ((t % count) + count) % count
}

export const peopleOf = (count: number, shape: Shape): People => {
  const stride = strideFor(count)
  const back = inverseOf(stride, count)
  const rankOf = (n: number): number => times(n, stride, count)
  const byRank = (rank: number): number => times(rank, back, count)
  const id = (n: number): string => {
    const hex = n.toString(16).padStart(12, '0')
    return `${hex.slice(4)}-${hex.slice(0, 4)}-4a5b-8c6d-${hex}`
  }

  let sum = 0
  const starts = given.map(([, weight]) => {
    const start = Math.floor((sum / total) * count)
    sum += weight
    return start
  })
  const digits = String(count).length
  const begin = shape === 'prefix' ? 'usr' : ''
  const name = (n: number): string => {
    const first = partition(starts.length, at => starts[at]! <= n) - 1
    const start = starts[first]!
    const many = (starts[first + 1] ?? count) - start
    const last = Math.min(family.length - 1, Math.floor(((n - start) * family.length) / many))
    return `${begin}${given[first]![0]}.${family[last]}${String(n - start).padStart(digits, '0')}${domain}`
  }

  const undated = shape === 'nulls' ? Math.floor(count / 3) : 0
  const sameMinute = shape === 'minute' ? Math.floor(count / 2) : 0
  const secondOf = (rank: number): number => {
    if (rank < sameMinute) return Math.floor((rank * 60) / sameMinute)
    return 60 + Math.floor(((rank - sameMinute) * eightYears) / count)
  }
  const dateOf = (rank: number): string => `${new Date(epoch + secondOf(rank) * 1000).toISOString().slice(0, 19)}Z`

  return {
    count,
    id,
    byId(text) {
      const n = Number.parseInt(text.slice(24), 16)
      return n < count && id(n) === text.toLowerCase() ? n : undefined
    },
    name,
    rankOf,
    byRank,
    created(n) {
      const rank = rankOf(n)
      return rank < undated ? null : dateOf(rank)
    },
    withPrefix(prefix) {
      const end = partition(count, n => name(n).slice(0, prefix.length) <= prefix)
      return [partition(count, n => name(n) < prefix), end]
    },
    ranksWhile: isBefore => partition(count, rank => rank < undated || isBefore(dateOf(rank))),
    undated,
  }
}
