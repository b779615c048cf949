import { isFields, type Json } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'
import { expectWritable } from '../properties/expect-property.ts'
import { gathered } from '../properties/gather.ts'
import { invalid, textOf } from '../values/expect.ts'

/** A user to be created, as Graph accepts it. */
export type NewUser = Values & { readonly userPrincipalName: string }

/** The part before the `@`. Every such part is also a valid mail nickname. */
const nicknameOf = (userPrincipalName: string): string => userPrincipalName.slice(0, userPrincipalName.indexOf('@'))

const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/]

const isStrong = (password: string): boolean =>
  password.length >= 8 && password.length <= 256 && kinds.filter(kind => kind.test(password)).length >= 3

const passwordIn = (values: Values): Json => {
  const given = values['passwordProfile']
  const profile: Values = isFields(given) ? (given as Values) : { password: given ?? null }
  const { password } = profile
  if (typeof password !== 'string' || password === '')
    throw invalid('passwordProfile', 'The row has no initial password.', 'Add a column with the initial password.')
  if (password.trim() !== password)
    throw invalid('passwordProfile', 'The initial password begins or ends with a blank.', 'Remove the blank.')
  const isWeakAllowed = /DisableStrongPassword/i.test(String(values['passwordPolicies']))
  if (!isWeakAllowed && !isStrong(password))
    throw invalid(
      'passwordProfile',
      'The initial password is too weak for Entra ID.',
      'Use 8 to 256 characters of three kinds: lower case, upper case, digits, symbols.',
    )
  return { forceChangePasswordNextSignIn: true, ...profile }
}

const withoutNulls = (values: Values): Values =>
  Object.values(values).includes(null)
    ? Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
    : values

/**
 * Checks a new user, and derives what Graph demands and people do not write: the mail nickname from the user principal name, an
 * enabled account, a password to be changed at the first sign-in.
 *
 * @throws EntrapipeError `ROW_INVALID`
 */
export const newUser = (values: Values): NewUser => {
  const given = gathered('user', withoutNulls(values))
  const userPrincipalName = textOf(given, 'userPrincipalName', 'the name with which the user signs in')
  const user: Values = {
    accountEnabled: true,
    mailNickname: nicknameOf(userPrincipalName),
    ...given,
    userPrincipalName,
    displayName: textOf(given, 'displayName', 'the name of the user'),
  }
  // First, because the mail nickname is a part of it.
  expectWritable('user', 'userPrincipalName', userPrincipalName)
  for (const name of Object.keys(user)) if (name !== 'passwordProfile') expectWritable('user', name, user[name]!)
  const passwordProfile = passwordIn(given)
  expectWritable('user', 'passwordProfile', passwordProfile)
  return { ...user, userPrincipalName, passwordProfile }
}

/** What can be compared with the directory: nobody can read a password. */
export const comparable = ({ passwordProfile: _, ...values }: Values): Values => values
