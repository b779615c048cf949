/** Numbers from 0 up to 1, the same for the same seed (mulberry32): a failing test fails again. */
export const random = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const pieces = [
  'a',
  'Smith',
  ' ',
  ',',
  ';',
  '"',
  '""',
  '\n',
  '\r',
  '\r\n',
  '\t',
  '=',
  '+',
  '-',
  '@',
  "'",
  'é',
  '漢',
  '😀',
  '\u2028',
  '\uff1d',
  '\ufeff',
  '|',
  '[',
  '0',
  '.',
  '\\',
]

const pick = <T>(next: () => number, from: readonly T[]): T => from[Math.floor(next() * from.length)]!

const text = (next: () => number): string =>
  Array.from({ length: Math.floor(next() * 6) }, () => pick(next, pieces)).join('')

/** Values of every kind that a row can hold, rich in characters that need quotes. */
export const anyValue = (next: () => number): unknown => {
  const kind = Math.floor(next() * 14)
  if (kind < 6) return text(next)
  if (kind === 6) return null
  if (kind === 7) return undefined
  if (kind === 8) return next() < 0.5
  if (kind === 9) return pick(next, [0, -0, -1, 1.5, 1e21, -1e-7, NaN, Infinity, 12345678901234567890n, -3n])
  if (kind === 10) return pick(next, [new Date(0), new Date(NaN), new Date(1_700_000_000_123)])
  if (kind === 11) return Array.from({ length: Math.floor(next() * 4) }, () => text(next))
  if (kind === 12) return pick(next, [{}, { a: text(next) }, [{ a: 1 }], [null], [true, 2, 'x'], [['a']], ['']])
  return pick(next, [() => 1, Symbol('x')])
}
