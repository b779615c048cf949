import type { Json } from '../../core/json.ts'
import { nearest } from '../../core/nearest.ts'
import { wordOf } from '../../core/object-kinds.ts'
import { countryCodes } from '../../data/country-codes.ts'
import { extensionKind } from '../../data/extensions.ts'
import { propertiesOfType } from '../../data/properties.ts'
import { writing } from '../../data/written-properties.ts'
import { invalid } from '../values/expect.ts'
import { typeFault } from './types.ts'

/** A type whose properties are written. */
export type Written = keyof typeof writing

/** Letters without accents. */
const address = /^[^\s@"(),:;<>[\\\]\u0080-\uffff]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i
/** @see https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy */
const userName = /^[a-z0-9'._!#^~-]{1,64}(?<!\.)@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i
const nickname = /^(?:(?![@()\\[\]";:<>, ])[\x21-\x7e])+$/
const isOneOf = (names: readonly string[]) => (value: string) => names.includes(value.toLowerCase())

type Form = readonly [what: string, fits: (value: string) => boolean]

/** Forms of texts. */
const forms: Readonly<Record<string, Form>> = {
  ageGroup: ['Minor, NotAdult or Adult', isOneOf(['minor', 'notadult', 'adult'])],
  consentProvidedForMinor: ['Granted, Denied or NotRequired', isOneOf(['granted', 'denied', 'notrequired'])],
  mail: ['a mail address', value => address.test(value)],
  mailNickname: [
    'letters, digits and signs other than @ ( ) \\ [ ] " ; : < > , and spaces',
    value => nickname.test(value),
  ],
  usageLocation: ['a two-letter country code (ISO 3166), such as DE', value => countryCodes.has(value.toUpperCase())],
  userPrincipalName: [
    "name@domain: the name has at most 64 letters without accents, digits and ' . - _ ! # ^ ~, and the domain at most 48 characters",
    value => userName.test(value) && (value.split('@')[1] ?? '').length <= 48,
  ],
  userType: ['Member or Guest', isOneOf(['member', 'guest'])],
  visibility: ['Public, Private or HiddenMembership', isOneOf(['public', 'private', 'hiddenmembership'])],
}

/** Whether a property can only be read. */
export const isReadOnly = (of: Written, name: string): boolean => writing[of].readOnly.has(name)

/**
 * Checks a property that is to be written: its name, its type, its form and its length. Values of extensions are checked by the
 * directory.
 *
 * @throws EntrapipeError `ROW_INVALID`
 */
export const expectProperty = (of: Written, name: string, value: Json): void => {
  const { longest, notNullable, elsewhere } = writing[of]
  if (elsewhere[name] !== undefined)
    throw invalid(name, `${name} cannot be written with this operation.`, elsewhere[name])
  const property = propertiesOfType(of).get(name)
  if (!property) {
    if (extensionKind([name])) return
    const near = nearest(name, [...propertiesOfType(of).keys()])
    throw invalid(
      name,
      `No ${wordOf(of)} has a property ${name}.`,
      near === undefined ? 'Remove the column.' : `Did you mean ${near}?`,
    )
  }
  if (value === null) {
    if (notNullable.has(name))
      throw invalid(name, `${name} cannot be cleared.`, 'Remove the value, or set another one.')
    return
  }
  const fault = typeFault(name, property, value)
  if (fault !== undefined) throw invalid(name, fault, 'Correct the value.')
  if (name === 'businessPhones' && (value as readonly Json[]).length > 1)
    throw invalid(name, 'businessPhones has several numbers, and Graph keeps one.', 'Keep one number.')
  if (typeof value !== 'string') return
  expectText(name, value, longest[name])
  if (of === 'user' && name === 'mailNickname' && hasOuterDot(value))
    throw invalid(
      name,
      `mailNickname begins or ends with a dot, which Graph refuses: ${JSON.stringify(value)}.`,
      'Correct the value.',
    )
}

/** @see https://microsoft.github.io/idfix/Errors%20supported%20by%20the%20IdFix%20tool (at the beginning; at the end as Graph was seen to answer) */
export const hasOuterDot = (mailNickname: string): boolean => /^\.|\.$/.test(mailNickname)

const expectText = (name: string, value: string, most: number | undefined): void => {
  if (value === '') throw invalid(name, `${name} is empty text, which Graph refuses.`, 'Leave the value out.')
  if (most !== undefined && value.length > most)
    throw invalid(name, `${name} has ${value.length} characters, and Graph allows ${most}.`, 'Shorten the value.')
  const form = forms[name]
  if (form && !form[1](value))
    throw invalid(name, `Expected ${name} to be ${form[0]}; got ${JSON.stringify(value)}.`, 'Correct the value.')
}

/** @throws EntrapipeError `ROW_INVALID` for a property that cannot be written, with another value than the directory's or at all */
export const expectWritable = (of: Written, name: string, value: Json): void => {
  if (isReadOnly(of, name)) throw invalid(name, `${name} is read-only.`, 'Remove the column.')
  expectProperty(of, name, value)
}
