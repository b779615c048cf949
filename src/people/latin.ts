import anyAscii from 'any-ascii'

/** How names are written in Latin letters without marks. */
export interface Spelling {
  /** Whether ö becomes o or oe; likewise ä, ü, ø, and å (a or aa). @default 'o' */
  readonly umlauts?: 'o' | 'oe'
  /**
   * Replacements of your own, which come first: `{ г: 'h', и: 'y' }` for Ukrainian, `{ ου: 'ou' }` for Greek. A key has one or more
   * letters, a value Latin letters.
   */
  readonly letters?: Readonly<Record<string, string>>
}

const wide: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' }

const lower = (text: string): string => text.normalize('NFC').toLowerCase()
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Returns a function that splits a text into words of a-z, 0-9 and hyphens. Apostrophes are left out, other signs separate words. */
export const latinWords = ({ umlauts = 'o', letters = {} }: Spelling = {}): ((text: string) => readonly string[]) => {
  const replaced = new Map([
    ...(umlauts === 'oe' ? Object.entries(wide) : []),
    ...Object.entries(letters).map(([from, to]) => [lower(from), to.toLowerCase()] as const),
  ])
  // The longest first: of ου and ο, the first decides.
  const longestFirst = [...replaced.keys()].sort((a, b) => b.length - a.length)
  const pattern = longestFirst.length > 0 ? new RegExp(longestFirst.map(escaped).join('|'), 'gu') : undefined
  const spelled = (text: string): string => (pattern ? text.replace(pattern, found => replaced.get(found)!) : text)
  return text =>
    spelled(lower(text).replace(/['’‘ʼʻ`´]/gu, ''))
      // Before letters are replaced: signs would become words, as ® becomes R.
      .replace(/[^\p{L}\p{M}\p{N}\p{Pd}]+/gu, ' ')
      .split(' ')
      .map(word =>
        anyAscii(word)
          .toLowerCase()
          .replace(/[^a-z0-9-]/g, '')
          .replace(/-{2,}/g, '-')
          .replace(/^-|-$/g, ''),
      )
      .filter(word => word !== '')
}
