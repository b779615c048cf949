/** Pseudo-random values that depend only on the seed. */
export interface Random {
  /** A whole number from 0 up to but not including `below`. */
  whole(below: number): number
  one<T>(of: readonly T[]): T
  /** True with this probability, 0 to 1. */
  happens(rate: number): boolean
}

/** A small 32-bit generator (mulberry32), good enough for sample files. */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (below: number): number => Math.floor(next() * below)
  return { whole, one: of => of[whole(of.length)]!, happens: rate => next() < rate }
}
