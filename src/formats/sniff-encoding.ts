import iconv from 'iconv-lite'

/** So much of a text shows how it is encoded. */
const enoughBytes = 4096
const markBytes = 3
const lineFeed = 10
const loneSurrogate = /\p{Surrogate}/u

/** How a text is encoded, and how many bytes its byte order mark has. */
interface FoundEncoding {
  readonly encoding: string
  readonly mark: number
}

/** Whether so much of a text is enough to look at: its first line, or 4 KiB of it. A pipe may be silent after a line. */
export const isEnoughToSniff = (head: Buffer): boolean =>
  head.length >= enoughBytes || (head.length >= markBytes && head.includes(lineFeed))

/** Where the zeros of commas, line ends and letters of ASCII stand shows UTF-16; no other text has any. */
const utf16Of = (head: Buffer): string | undefined => {
  const sample = head.subarray(0, Math.min(head.length, enoughBytes) & ~1)
  const zeros: [even: number, odd: number] = [0, 0]
  for (let at = sample.indexOf(0); at >= 0; at = sample.indexOf(0, at + 1)) zeros[at % 2 === 0 ? 0 : 1]++
  if (zeros[0] === zeros[1]) return undefined
  const encoding = zeros[1] > zeros[0] ? 'utf-16le' : 'utf-16be'
  // The sample may end between the halves of a pair.
  const text = iconv.decode(sample, encoding).replace(/[\ud800-\udbff]$/, '')
  const hasLines = /[\n\r]/.test(text) || !sample.includes(lineFeed)
  return hasLines && !text.includes('\0') && !loneSurrogate.test(text) ? encoding : undefined
}

/** A byte order mark wins over what was said: it does not lie. Without both it is UTF-8, or UTF-16 where zeros show it. */
export const encodingOf = (head: Buffer, given: string | undefined): FoundEncoding => {
  const [first, second, third] = head
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf8', mark: 3 }
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', mark: 2 }
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', mark: 2 }
  if (given !== undefined) return { encoding: /^utf[-_]?8$/i.test(given) ? 'utf8' : given, mark: 0 }
  return { encoding: utf16Of(head) ?? 'utf8', mark: 0 }
}
