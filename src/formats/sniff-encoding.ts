import iconv from 'iconv-lite'

/** The number of bytes to inspect. */
const enoughBytes = 4096
const fewestBytes = 4
const lineFeed = 10
const loneSurrogate = /\p{Surrogate}/u
const controls = /[^\P{Cc}\t\n\r]/u

/** A detected encoding, and the length of its byte order mark in bytes. */
interface FoundEncoding {
  readonly encoding: string
  readonly mark: number
}

/** Whether there is enough text to detect the encoding: one line, or 4 KiB. A pipe may pause after a line. */
export const isEnoughToSniff = (head: Buffer): boolean =>
  head.length >= enoughBytes || (head.length >= fewestBytes && head.includes(lineFeed))

/** The minimum share of commas, line breaks, digits and Latin letters in text of any language. */
const leastPlain = 0.25
/** The maximum share of characters with a zero in the other half (U+4E00, half an emoji). */
const mostOther = 0.5
const fewestPairs = 2

/** Counts zero bytes at even and odd offsets. */
const zerosIn = (sample: Buffer): readonly [even: number, odd: number] => {
  const zeros: [number, number] = [0, 0]
  for (let at = sample.indexOf(0); at >= 0; at = sample.indexOf(0, at + 1)) zeros[at % 2 === 0 ? 0 : 1]++
  return zeros
}

/** Whether line feeds have a zero byte beside them. In UTF-8 with stray zeros most have none. */
const hasLineFeeds = (sample: Buffer, encoding: 'utf-16le' | 'utf-16be'): boolean => {
  const [low, high] = encoding === 'utf-16le' ? [0, 1] : [1, 0]
  let feeds = 0
  let alone = 0
  for (let at = 0; at < sample.length; at += 2) {
    if (sample[at + low] !== lineFeed) continue
    if (sample[at + high] === 0) feeds++
    else alone++
  }
  return feeds >= alone && (feeds > 0 || !sample.includes(lineFeed))
}

/**
 * Detects UTF-16 without a byte order mark by its zero bytes: a large share of pairs have one, nearly all in the same half.
 * A few stray zeros in UTF-8 are not enough, and neither is a single character.
 */
const utf16Of = (head: Buffer): 'utf-16le' | 'utf-16be' | undefined => {
  const sample = head.subarray(0, Math.min(head.length, enoughBytes) & ~1)
  const pairs = sample.length / 2
  const [even, odd] = zerosIn(sample)
  const [most, least] = even > odd ? [even, odd] : [odd, even]
  if (pairs < fewestPairs || most < pairs * leastPlain || least > most * mostOther) return undefined
  const encoding = odd > even ? 'utf-16le' : 'utf-16be'
  // The sample may end inside a surrogate pair.
  const text = iconv.decode(sample, encoding).replace(/[\ud800-\udbff]$/, '')
  return hasLineFeeds(sample, encoding) && !controls.test(text) && !loneSurrogate.test(text) ? encoding : undefined
}

/** A byte order mark overrides the option. Without either it is UTF-8, or UTF-16 if detected. */
export const encodingOf = (head: Buffer, given: string | undefined): FoundEncoding => {
  const [first, second, third] = head
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf8', mark: 3 }
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', mark: 2 }
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', mark: 2 }
  if (given !== undefined) return { encoding: /^utf[-_]?8$/i.test(given) ? 'utf8' : given, mark: 0 }
  return { encoding: utf16Of(head) ?? 'utf8', mark: 0 }
}
