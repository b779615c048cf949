import type { Draw } from '../../core/draw.ts'
import type { Values } from '../../core/operation.ts'
import { expectWritable, hasOuterDot } from '../properties/expect-property.ts'
import { gathered } from '../properties/gather.ts'
import { invalid, textOf } from '../values/expect.ts'
import { expectPaths, mustBeUnique } from './unique.ts'
import { expectPassword, isMade, isWithheld, makesPassword, profileIn, withholdsPassword } from './initial-password.ts'

/** A user to be created, as Graph accepts it. */
export type NewUser = Values & { readonly userPrincipalName: string }

/** The part before the `@`. It is also a valid mail nickname, unless it begins with a dot. */
const nicknameOf = (userPrincipalName: string): string => userPrincipalName.slice(0, userPrincipalName.indexOf('@'))

const withoutNulls = (values: Values): Values =>
  Object.values(values).includes(null)
    ? Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
    : values

/**
 * Checks a new user, and derives what Graph demands and people do not write: the mail nickname from the user principal name, an
 * enabled account, a password to be changed at the first sign-in. With `generatePassword`, the password is made.
 *
 * @throws EntrapipeError `ROW_INVALID`
 */
export const newUser = (values: Values, draw: Draw): NewUser => {
  const { [makesPassword]: _, [withholdsPassword]: __, [mustBeUnique]: listed, ...rest } = withoutNulls(values)
  const unique = expectPaths(listed)
  const given = gathered('user', rest)
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
  if (given['mailNickname'] === undefined && hasOuterDot(nicknameOf(userPrincipalName)))
    throw invalid(
      'userPrincipalName',
      'userPrincipalName begins with a dot. The mail nickname is made of it, and Graph refuses one that does.',
      'Correct the name, or add a column mailNickname.',
    )
  for (const name of Object.keys(user)) if (name !== 'passwordProfile') expectWritable('user', name, user[name]!)
  const names = ['displayName', 'userPrincipalName', 'givenName', 'surname'].map(name => user[name] ?? null)
  const isWeakAllowed = /DisableStrongPassword/i.test(String(given['passwordPolicies']))
  const password = expectPassword(profileIn(values, names, draw), 'initial password', isWeakAllowed)
  const passwordProfile = { forceChangePasswordNextSignIn: true, ...password }
  expectWritable('user', 'passwordProfile', passwordProfile)
  return {
    ...user,
    userPrincipalName,
    passwordProfile,
    ...(isMade(values) && { [makesPassword]: true }),
    ...(isWithheld(values) && { [withholdsPassword]: true }),
    ...(unique.length > 0 && { [mustBeUnique]: unique }),
  }
}

/** The user as it is sent. */
export const sentUser = ({
  [makesPassword]: _,
  [withholdsPassword]: __,
  [mustBeUnique]: ___,
  ...user
}: Values): Values => user

/** What can be compared with the directory: nobody can read a password. */
export const comparable = (value: Values): Values => {
  const { passwordProfile: _, ...values } = sentUser(value)
  return values
}
