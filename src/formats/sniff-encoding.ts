import iconv from 'iconv-lite'

/** So much of a text shows how it is encoded. */
const enoughBytes = 4096
const fewestBytes = 4
const lineFeed = 10
const loneSurrogate = /\p{Surrogate}/u
const controls = /[^\P{Cc}\t\n\r]/u

/** How a text is encoded, and how many bytes its byte order mark has. */
interface FoundEncoding {
  readonly encoding: string
  readonly mark: number
}

/** Whether so much of a text is enough to look at: its first line, or 4 KiB of it. A pipe may be silent after a line. */
export const isEnoughToSniff = (head: Buffer): boolean =>
  head.length >= enoughBytes || (head.length >= fewestBytes && head.includes(lineFeed))

/** So many of a text's characters are commas, line breaks, digits and Latin letters at least, whatever its language. */
const leastPlain = 0.25
/** Letters with a zero in the other half (U+4E00, half an emoji) are fewer. */
const mostOther = 0.5
const fewestPairs = 2

/** The halves of pairs that are zero. */
const zerosIn = (sample: Buffer): readonly [even: number, odd: number] => {
  const zeros: [number, number] = [0, 0]
  for (let at = sample.indexOf(0); at >= 0; at = sample.indexOf(0, at + 1)) zeros[at % 2 === 0 ? 0 : 1]++
  return zeros
}

/** Whether bytes that look like line feeds are some: in UTF-8 with stray zeros most have no zero beside them. */
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
 * UTF-16 without a byte order mark shows by its zeros: a large share of pairs have one, nearly all in the same half. A few
 * stray ones in UTF-8 do not, and neither does a text of a character.
 */
const utf16Of = (head: Buffer): 'utf-16le' | 'utf-16be' | undefined => {
  const sample = head.subarray(0, Math.min(head.length, enoughBytes) & ~1)
  const pairs = sample.length / 2
  const [even, odd] = zerosIn(sample)
  const [most, least] = even > odd ? [even, odd] : [odd, even]
  if (pairs < fewestPairs || most < pairs * leastPlain || least > most * mostOther) return undefined
  const encoding = odd > even ? 'utf-16le' : 'utf-16be'
  // The sample may end between the halves of a surrogate pair.
  const text = iconv.decode(sample, encoding).replace(/[\ud800-\udbff]$/, '')
  return hasLineFeeds(sample, encoding) && !controls.test(text) && !loneSurrogate.test(text) ? encoding : undefined
}

/** A byte order mark wins over the option: it does not lie. Without both it is UTF-8, or UTF-16 where zeros show it. */
export const encodingOf = (head: Buffer, given: string | undefined): FoundEncoding => {
  const [first, second, third] = head
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf8', mark: 3 }
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', mark: 2 }
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', mark: 2 }
  if (given !== undefined) return { encoding: /^utf[-_]?8$/i.test(given) ? 'utf8' : given, mark: 0 }
  return { encoding: utf16Of(head) ?? 'utf8', mark: 0 }
}
