/** A one-to-one mapping of 0 … size − 1 onto itself. */
export interface Permutation {
  readonly size: number
  forward(index: number): number
  backward(index: number): number
}

/** Scatters 32 bits, one to one. The result is unsigned. */
export const scatter = (value: number): number => {
  let x = value ^ (value >>> 16)
  x = Math.imul(x, 0x7feb352d)
  x ^= x >>> 15
  x = Math.imul(x, 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/** The inverse of `scatter`. */
export const gather = (value: number): number => {
  let x = value ^ (value >>> 16)
  x = Math.imul(x, inverse2)
  x ^= (x >>> 15) ^ (x >>> 30)
  x = Math.imul(x, inverse1)
  return (x ^ (x >>> 16)) >>> 0
}

/** The multiplicative inverse of an odd number modulo 2^32 (each Newton iteration doubles the correct bits). */
const inverseOf = (odd: number): number => {
  let x = odd
  for (let round = 0; round < 5; round++) x = Math.imul(x, 2 - Math.imul(odd, x))
  return x
}

const inverse1 = inverseOf(0x7feb352d)
const inverse2 = inverseOf(0x846ca68b)

const rounds = 3

/**
 * A permutation derived from a key: three rounds of multiply, add and shift on the fewest bits that hold `size`, repeated
 * until the value is below `size` again (less than twice on average). Takes no memory.
 *
 * @param size 1 to 2^30
 */
export const permutation = (size: number, key: number): Permutation => {
  const bits = Math.max(2, 32 - Math.clz32(Math.max(1, size - 1)))
  const mask = 2 ** bits - 1
  const shift = (bits + 1) >> 1
  const factors: number[] = []
  const terms: number[] = []
  for (let round = 0; round < rounds; round++) {
    factors.push((scatter(key + 2 * round) | 1) & mask)
    terms.push(scatter(key + 2 * round + 1) & mask)
  }
  const [f0 = 1, f1 = 1, f2 = 1] = factors
  const [t0 = 0, t1 = 0, t2 = 0] = terms
  const [b0 = 1, b1 = 1, b2 = 1] = factors.map(inverseOf)
  return {
    size,
    forward(index) {
      let x = index
      do {
        x = (Math.imul(x, f0) + t0) & mask
        x ^= x >>> shift
        x = (Math.imul(x, f1) + t1) & mask
        x ^= x >>> shift
        x = (Math.imul(x, f2) + t2) & mask
        x ^= x >>> shift
      } while (x >= size)
      return x
    },
    backward(index) {
      let x = index
      do {
        x ^= x >>> shift
        x = Math.imul(x - t2, b2) & mask
        x ^= x >>> shift
        x = Math.imul(x - t1, b1) & mask
        x ^= x >>> shift
        x = Math.imul(x - t0, b0) & mask
      } while (x >= size)
      return x
    },
  }
}
