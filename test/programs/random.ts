/** Numbers from 0 to below 1, the same for the same seed. */
export const random = (seed: string): (() => number) => {
  let state = 0
  for (const letter of seed) state = (Math.imul(state, 31) + letter.codePointAt(0)!) | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** A whole number from `least` to `most`. */
export const whole = (next: () => number, least: number, most: number): number =>
  least + Math.floor(next() * (most - least + 1))
