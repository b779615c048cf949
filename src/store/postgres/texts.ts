import type { Key } from '../../core/row.ts'

const escape = '\u0001'
const escaped = /[\u0000\u0001]/g
const escapes = /\u0001([\u0001\u0002])/g

/** Text as PostgreSQL can keep it, which has no zero bytes. The order of texts stays the same. */
export const safeText = (text: string): string =>
  text.replace(escaped, found => escape + (found === '\u0000' ? '\u0001' : '\u0002'))

/** Returns the text from which `safeText` made this one. */
export const textOf = (safe: string): string =>
  safe.includes(escape) ? safe.replace(escapes, (_, which) => (which === '\u0001' ? '\u0000' : '\u0001')) : safe

const bits = new DataView(new ArrayBuffer(8))

/** A key as text: numbers in their order, before all texts in the order of their bytes. 1 and "1" stay two. */
export const keyText = (key: Key): string => {
  if (typeof key === 'string') return `t${safeText(key)}`
  bits.setFloat64(0, key)
  const high = bits.getUint32(0)
  const isNegative = high >>> 31 === 1
  bits.setUint32(0, isNegative ? ~high : high ^ 0x8000_0000)
  if (isNegative) bits.setUint32(4, ~bits.getUint32(4))
  return `n${bits.getBigUint64(0).toString(16).padStart(16, '0')}`
}

/** Returns the key from which `keyText` made this text. */
export const keyOf = (text: string): Key => {
  if (text.startsWith('t')) return textOf(text.slice(1))
  bits.setBigUint64(0, BigInt(`0x${text.slice(1)}`))
  const high = bits.getUint32(0)
  const isNegative = high >>> 31 === 0
  bits.setUint32(0, isNegative ? ~high : high ^ 0x8000_0000)
  if (isNegative) bits.setUint32(4, ~bits.getUint32(4))
  return bits.getFloat64(0)
}
