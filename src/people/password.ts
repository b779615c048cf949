import { EntrapipeError } from '../core/errors.ts'
import { latinWords } from './latin.ts'

/** Returns this many random bytes. */
type RandomBytes = (count: number) => Uint8Array

/**
 * Characters by class. Letters and digits that look like others (0 O o, 1 l I i) are left out, and so are signs that begin a
 * formula in Excel, separate columns, or have a meaning in HTML.
 */
export const passwordClasses: readonly string[] = [
  'abcdefghjkmnpqrstuvwxyz',
  'ABCDEFGHJKLMNPQRSTUVWXYZ',
  '23456789',
  '#$%*?',
]

/** Number of characters. */
export const passwordLength = 16

const alphabet = passwordClasses.join('')
/** A byte from here on would make the first characters likelier than the others. */
const firstBiased = 256 - (256 % alphabet.length)
/** One draw in three is discarded, so only a broken source needs this many. */
const mostDraws = 1000

/** Words of fewer letters are in too many passwords to be a hint. */
const shortestWord = 3

const wordsIn = (names: readonly string[]): readonly string[] =>
  (['o', 'oe'] as const)
    .map(umlauts => latinWords({ umlauts }))
    .flatMap(words => names.flatMap(name => words(name).flatMap(word => word.split('-'))))
    .filter(word => word.length >= shortestWord)

const draw = (random: RandomBytes): string => {
  let text = ''
  for (let round = 0; text.length < passwordLength; round++) {
    if (round === mostDraws) throw broken()
    for (const byte of random(passwordLength))
      if (byte < firstBiased && text.length < passwordLength) text += alphabet[byte % alphabet.length]!
  }
  return text
}

const broken = (): EntrapipeError =>
  new EntrapipeError('INTERNAL', 'The source of random bytes repeats itself, so no password can be made.')

/**
 * An initial password that Entra ID accepts: 16 characters of all four classes, without the words of the user's names. Every
 * such password is equally likely (95 bits).
 *
 * @param names texts that must not be in it, such as the display name and the user principal name
 * @param random a cryptographic source, such as `randomBytes` of `node:crypto`
 * @throws EntrapipeError `INTERNAL` if the source is broken
 */
export const newPassword = (names: readonly string[], random: RandomBytes): string => {
  const words = wordsIn(names)
  for (let draws = 0; draws < mostDraws; draws++) {
    const password = draw(random)
    // Entra ID also reads $ as s.
    const read = [password.toLowerCase(), password.toLowerCase().replaceAll('$', 's')]
    const hasAll = passwordClasses.every(members => Array.from(password).some(one => members.includes(one)))
    if (hasAll && !words.some(word => read.some(text => text.includes(word)))) return password
  }
  throw broken()
}
