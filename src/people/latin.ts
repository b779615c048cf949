import anyAscii from 'any-ascii'
import { cyrillic as cyrillicRules, ofScripts, wideUmlauts, type CyrillicLanguage } from './alphabets.ts'

/** How names are written in Latin letters without marks. */
export interface Spelling {
  /** Whether ö becomes o or oe; likewise ä, ü, ø, and å (a or aa). @default 'o' */
  readonly umlauts?: 'o' | 'oe'
  /** The language of Cyrillic names. @default 'russian' */
  readonly cyrillic?: CyrillicLanguage | 'russian'
  /**
   * `pinyin` reads Chinese characters as Mandarin. Other languages read them otherwise, so without this a name with such
   * characters cannot be written.
   */
  readonly chinese?: 'pinyin'
  /** Replacements of your own, which come first: `{ å: 'o', γκ: 'g' }`. */
  readonly letters?: Readonly<Record<string, string>>
}

const lower = (text: string): string => text.normalize('NFC').toLowerCase()
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Apostrophes of all scripts, and characters that are not seen, such as the joiners in Persian and Sinhala words. */
const apostrophes = /[\p{Cf}'’‘‛ʼʻʹʾʿˈ`´′՚׳״]/gu

/** Returns a function that splits a text into words of a-z, 0-9 and hyphens. Apostrophes are left out, other signs separate words. */
export const latinWords = ({ umlauts = 'o', cyrillic = 'russian', letters = {} }: Spelling = {}): ((
  text: string,
) => readonly string[]) => {
  const own = new Map(Object.entries(letters).map(([from, to]) => [lower(from), to.toLowerCase()]))
  // The longest first: of ου and ο, the first decides.
  const longestFirst = [...own.keys()].sort((a, b) => b.length - a.length)
  const pattern = longestFirst.length > 0 ? new RegExp(longestFirst.map(escaped).join('|'), 'gu') : undefined
  const rules = [
    ...(umlauts === 'oe' ? wideUmlauts : []),
    ...(cyrillic === 'russian' ? [] : cyrillicRules[cyrillic]),
    ...ofScripts,
  ]
  const spelled = (text: string): string =>
    rules.reduce(
      (written, [from, to]) => written.replace(from, to),
      pattern ? text.replace(pattern, found => own.get(found)!) : text,
    )
  return text =>
    spelled(
      lower(text)
        .replace(apostrophes, '')
        // Catalan l·l is one sound. Elsewhere the dot separates words.
        .replace(/(?<=l)·(?=l)/gu, ''),
    )
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

const hasHan = /\p{Script=Han}/u
const hasKana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u

/** Says in a sentence without its subject why the reading of a text is not certain. Undefined if it is. */
export const doubtIn = (text: string, { chinese }: Spelling): string | undefined => {
  if (!hasHan.test(text)) return undefined
  if (hasKana.test(text)) return 'has Japanese characters whose reading is not certain'
  if (chinese === undefined) return 'has Chinese characters, which each language reads in its own way'
  const unknown = Array.from(text).find(character => hasHan.test(character) && anyAscii(character) === '')
  return unknown === undefined ? undefined : `has the character ${unknown}, whose reading is not known`
}
