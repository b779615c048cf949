import { isFields, type Json } from '../../core/json.ts'
import type { Credential } from '../../core/credential.ts'
import type { Draw } from '../../core/draw.ts'
import type { Values } from '../../core/operation.ts'
import { newPassword } from '../../people/password.ts'
import { invalid } from '../values/expect.ts'

/** The value of a row without a password, for which one is made. */
export const makesPassword = 'generatePassword'

/** The value of a row whose password is made and never handed out: the person first signs in with a pass. */
export const withholdsPassword = 'withholdPassword'

/** Whether the password of a row is made here. @throws EntrapipeError `ROW_INVALID` */
export const isMade = (values: Values): boolean => {
  const value = values[makesPassword] ?? false
  if (typeof value === 'boolean') return value
  throw invalid(makesPassword, `Expected ${makesPassword} to be true or false.`, 'Correct the value.')
}

/** Whether the password of a row is made here, and handed out. */
export const isHandedOut = (values: Values): boolean => isMade(values) && values[withholdsPassword] !== true

/** Whether the password of a row is made here, and nobody gets it. */
export const isWithheld = (values: Values): boolean => isMade(values) && !isHandedOut(values)

/** The password profile of a row: the given one, or one that is made. @param names what the password must not contain */
export const profileIn = (values: Values, names: readonly Json[], draw: Draw): Json => {
  const given = values['passwordProfile']
  if ((given ?? null) !== null || !isMade(values)) return given ?? null
  const texts = names.filter(name => typeof name === 'string')
  return { password: newPassword(texts, draw.bytes) }
}

const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/]

const isStrong = (password: string): boolean =>
  password.length >= 8 && password.length <= 256 && kinds.filter(kind => kind.test(password)).length >= 3

/**
 * Checks a password that Entra ID gets from an administrator.
 *
 * @see https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy#microsoft-entra-password-policies
 * @param given a password, or a profile with one
 * @param word `initial password`, as messages call it
 * @throws EntrapipeError `ROW_INVALID`
 */
export const expectPassword = (
  given: Json,
  word: string,
  isWeakAllowed = false,
): Values & { readonly password: string } => {
  const profile: Values = isFields(given) ? (given as Values) : { password: given }
  const { password } = profile
  if (typeof password !== 'string' || password === '')
    throw invalid('passwordProfile', `The row has no ${word}.`, `Add a column with the ${word}.`)
  if (password.trim() !== password)
    throw invalid('passwordProfile', `The ${word} begins or ends with a blank.`, 'Remove the blank.')
  if (!/^\p{ASCII}*$/u.test(password))
    throw invalid(
      'passwordProfile',
      `The ${word} has a character that Entra ID does not accept.`,
      'Use letters without accents, digits, blanks and the symbols of an English keyboard.',
    )
  if (!isWeakAllowed && !isStrong(password))
    throw invalid(
      'passwordProfile',
      `The ${word} is too weak for Entra ID.`,
      'Use 8 to 256 characters of three kinds: lower case, upper case, digits, symbols.',
    )
  return { ...profile, password }
}

/** The credential of a row whose password was made; undefined once it was destroyed. */
export const madeCredential = (value: Values, { displayName, userPrincipalName }: Values): Credential | undefined => {
  const profile = value['passwordProfile']
  if (!isHandedOut(value) || !isFields(profile) || typeof profile['password'] !== 'string') return undefined
  return {
    kind: 'password',
    name: String(displayName ?? ''),
    user: String(userPrincipalName ?? ''),
    secret: profile['password'],
  }
}
