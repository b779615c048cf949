const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const pairs = Array.from({ length: 4096 }, (_, value) => `${digits[value >> 6]}${digits[value & 63]}`)

/** Encodes 16 bytes, derived from 32-bit numbers, in base64. */
export const base64Of16 = (a: number, b: number, c: number): string => {
  let text = ''
  for (const part of [a, b, c, a ^ (b >>> 3), b ^ (c >>> 5)])
    text += String(pairs[part & 0xfff]) + String(pairs[(part >>> 12) & 0xfff])
  return `${text}${digits[c >>> 26]}${'AQgw'[a & 3]}==`
}

const fourDigits = Array.from({ length: 10_000 }, (_, value) => String(value).padStart(4, '0'))

/** The last four digits of a number. */
export const lastFour = (value: number): string => fourDigits[(value >>> 0) % 10_000] as string

/** Reads eight hexadecimal digits as a number, lowest byte first. */
const littleEndian = (digitsOf4: string): number =>
  Number.parseInt(digitsOf4.slice(6, 8) + digitsOf4.slice(4, 6) + digitsOf4.slice(2, 4) + digitsOf4.slice(0, 2), 16)

/** Returns the security identifier that Entra derives from an object id: the 16 bytes of the GUID as four numbers. */
export const securityIdentifierOf = (id: string): string => {
  const first = Number.parseInt(id.slice(0, 8), 16)
  const second = Number.parseInt(id.slice(14, 18) + id.slice(9, 13), 16)
  const rest = id.slice(19, 23) + id.slice(24)
  return `S-1-12-1-${first}-${second}-${littleEndian(rest)}-${littleEndian(rest.slice(8))}`
}
