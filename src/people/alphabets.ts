/** Letters and what they become, in order. All are of lower case and composed (NFC). */
type Rules = readonly (readonly [letters: RegExp, latin: string])[]

/** Languages whose Cyrillic letters are written as their state writes them. */
export type CyrillicLanguage = 'bulgarian' | 'macedonian' | 'serbian' | 'ukrainian'

const letters = (pairs: string): Rules =>
  pairs
    .trim()
    .split(/\s+/)
    .map(pair => {
      const [from = '', to = ''] = pair.split('=')
      return [new RegExp(from, 'gu'), to] as const
    })

const notAfterLetter = String.raw`(?<![\p{L}\p{M}])`
const notBeforeLetter = String.raw`(?![\p{L}\p{M}])`
const at = (text: string, to: string) => [new RegExp(text, 'gu'), to] as const

/** ö to oe and likewise: what German, Danish and Norwegian write where these letters are missing. */
export const wideUmlauts: Rules = letters('ä=ae ö=oe ü=ue ø=oe å=aa')

/**
 * Scripts in which several letters together are one sound, or whose letters `any-ascii` leaves out. Greek by ELOT 743, which
 * passports use; Armenian ու; Arabic alef; three Hebrew letters at the start of a word.
 */
export const ofScripts: Rules = [
  at('ο[υύ]', 'ou'),
  at('α[υύ](?=[αάεέηήιίοόυύωώβγδζλμνρ])', 'av'),
  at('ε[υύ](?=[αάεέηήιίοόυύωώβγδζλμνρ])', 'ev'),
  at('η[υύ](?=[αάεέηήιίοόυύωώβγδζλμνρ])', 'iv'),
  at('α[υύ]', 'af'),
  at('ε[υύ]', 'ef'),
  at('η[υύ]', 'if'),
  at('γ(?=[γξχ])', 'n'),
  at(`${notAfterLetter}μπ`, 'b'),
  at('ու', 'u'),
  at('[اٱ]', 'a'),
  at(`${notAfterLetter}ב`, 'b'),
  at(`${notAfterLetter}כ`, 'k'),
  at(`${notAfterLetter}פ`, 'p'),
]

/** Cyrillic letters by language, where they differ from the usual ones, which are those of Russian. */
export const cyrillic: Readonly<Record<CyrillicLanguage, Rules>> = {
  // The Transliteration Act of 2009.
  bulgarian: [at(`ия${notBeforeLetter}`, 'ia'), ...letters('щ=sht ъ=a ь=y х=h')],
  // Passports since 2008.
  macedonian: letters('ѓ=gj ќ=kj џ=dj ц=c х=h'),
  // The letters of Serbian Latin without their marks.
  serbian: letters('ж=z ч=c ш=s ц=c х=h џ=dz'),
  // The resolution of the Cabinet of Ministers of 2010.
  ukrainian: [
    ...[...'єїйюя'].map((letter, index) => at(notAfterLetter + letter, ['ye', 'yi', 'y', 'yu', 'ya'][index]!)),
    ...letters('зг=zgh г=h и=y є=ie ї=i й=i ю=iu я=ia'),
  ],
}
