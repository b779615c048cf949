/**
 * Yes and No in the languages of the Entra portal, whose translated templates ask for them: `yesstr` and `nostr` of Unicode's CLDR, in
 * lower case, also as people write them without accents. No word means Yes in one of the languages and No in another.
 *
 * @see https://cldr.unicode.org/translation/miscellaneous-displaying-lists/posix
 * @see https://learn.microsoft.com/azure/azure-portal/set-preferences#language--region
 */
const words: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  cs: ['ano', 'ne'],
  da: ['ja', 'nej'],
  de: ['ja', 'nein'],
  en: ['yes', 'no'],
  es: ['sí si', 'no'],
  fi: ['kyllä kylla', 'ei'],
  fr: ['oui', 'non'],
  hu: ['igen', 'nem'],
  id: ['ya', 'tidak'],
  it: ['sì si', 'no'],
  ja: ['はい', 'いいえ'],
  ko: ['예', '아니요'],
  nb: ['ja', 'nei'],
  nl: ['ja', 'nee'],
  pl: ['tak', 'nie'],
  pt: ['sim', 'não nao'],
  ru: ['да', 'нет'],
  sv: ['ja', 'nej'],
  tr: ['evet', 'hayır hayir'],
  zh: ['是', '否'],
}

/** TRUE and FALSE as Excel writes them in these languages, in lower case. */
const logical: readonly string[] = [
  ...['true false', 'wahr falsch', 'vrai faux', 'verdadero falso', 'vero falso', 'verdadeiro falso', 'waar onwaar'],
  ...['sant falskt', 'sand falsk', 'sann usann', 'tosi epätosi', 'prawda fałsz', 'pravda nepravda', 'igaz hamis'],
  ...['doğru yanliş', 'истина ложь'],
]

const known = new Map(
  Object.values(words).flatMap(([yes, no]) => [
    ...yes.split(' ').map(word => [word, true] as const),
    ...no.split(' ').map(word => [word, false] as const),
  ]),
)

/** Whether a word means Yes or No in a language of the portal; undefined for any other word. Case does not count. */
export const yesOrNo = (word: string): boolean | undefined => known.get(word.normalize('NFC').toLowerCase())

const knownLogical = new Map(logical.flatMap(pair => pair.split(' ').map((word, at) => [word, at === 0] as const)))

/** Whether a word means true or false in a language of Excel; undefined for any other word. Case does not count. */
export const trueOrFalse = (word: string): boolean | undefined => knownLogical.get(word.normalize('NFC').toLowerCase())
