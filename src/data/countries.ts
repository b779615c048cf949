import { countryCodes } from './country-codes.ts'

/** Languages in which the names of countries are understood. */
const languages =
  `en de fr es it pt nl pl cs sk sl hr hu ro bg el da sv nb fi et lv lt uk ru sr tr ar he hi id ja ko th vi zh zh-TW`.split(
    ' ',
  )

/** Names that people write, and that no language of Unicode's data has as the first name. */
const others: Readonly<Record<string, string>> = {
  usa: 'US',
  'united states of america': 'US',
  'u.s.a.': 'US',
  'u.s.': 'US',
  uk: 'GB',
  'great britain': 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  holland: 'NL',
  'the netherlands': 'NL',
  'czech republic': 'CZ',
  'republic of ireland': 'IE',
  'republic of korea': 'KR',
  turkey: 'TR',
  uae: 'AE',
}

const loose = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

let known: ReadonlyMap<string, string> | undefined

/** A name that means different countries in different languages means none. */
const names = (): ReadonlyMap<string, string> => {
  if (known) return known
  const found = new Map<string, string | undefined>()
  for (const language of languages) {
    const display = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' })
    for (const code of countryCodes) {
      const name = display.of(code)
      if (name === undefined) continue
      const key = loose(name)
      const before = found.get(key)
      found.set(key, found.has(key) && before !== code ? undefined : code)
    }
  }
  for (const [name, code] of Object.entries(others)) found.set(loose(name), code)
  const certain = [...found].filter((entry): entry is [string, string] => entry[1] !== undefined)
  known = new Map(certain)
  return known
}

/** The two-letter code of a country (ISO 3166-1), from its code or its name in many languages. Undefined for other words. */
export const countryIn = (word: string): string | undefined => {
  const code = word.trim().toUpperCase()
  // UK is not a code, but a name.
  return countryCodes.has(code) ? code : names().get(loose(word))
}

/** What to write in place of the name of a country, such as UK; undefined if it is none. */
export const codeMeant = (word: string): string | undefined => {
  const code = countryIn(word)
  return code === undefined ? undefined : `Write ${code}.`
}
