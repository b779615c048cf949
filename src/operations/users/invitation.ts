import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'
import type { OperationColumns } from '../../core/operation-columns.ts'
import { expectOnly, invalid, textOf } from '../values/expect.ts'

/** An invitation, with the names of Graph. */
export type Invitation = Values & {
  readonly invitedUserEmailAddress: string
  readonly inviteRedirectUrl: string
  readonly sendInvitationMessage: boolean
}

/** The columns of files: Graph's names, those of the portal's template in brackets, and what people call them. */
export const invitationColumns: OperationColumns = {
  names: {},
  options: {
    invitedUserEmailAddress: { type: 'String', captions: ['inviteeEmail', 'emailAddress', 'email', 'mail'] },
    inviteRedirectUrl: { type: 'String', captions: ['redirectUrl', 'redirectionUrl'] },
    invitedUserDisplayName: { type: 'String', captions: ['displayName', 'name'] },
    invitedUserType: { type: 'String', captions: ['userType'] },
    sendInvitationMessage: { type: 'Boolean', captions: ['sendEmail', 'sendMail'] },
    customizedMessageBody: { type: 'String', captions: ['message', 'customizedInvitationMessage'] },
    messageLanguage: { type: 'String', captions: ['language'] },
    ccRecipients: { type: 'String', captions: ['ccRecipient', 'cc'] },
  },
  required: ['invitedUserEmailAddress'],
}

/**
 * Letters without accents, and the characters that are permitted; a period or a hyphen is not at the beginning or end.
 *
 * @see https://learn.microsoft.com/graph/api/resources/invitation#properties
 */
const address = /^(?![.-])[^\s@~!#$%^&*()+=[\]{}\\/|;:"<>?,\u0080-\uffff]+(?<![.-])@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i

const addressIn = (values: Values, name: string): string => {
  const text = textOf(values, name, 'the mail address of the person')
  if (address.test(text)) return text
  throw invalid(
    name,
    `Expected ${name} to be one mail address that can be invited, got "${text}".`,
    'Correct the address. Graph does not invite addresses with characters such as + or #, or with accents.',
  )
}

const redirectIn = (values: Values): string => {
  const name = 'inviteRedirectUrl'
  if ((values[name] ?? '') === '')
    throw invalid(
      name,
      `${name} is missing: page that people see after they accept.`,
      'Add the column, or give --redirect-url, such as https://myapplications.microsoft.com.',
    )
  const text = textOf(values, name, 'an address')
  try {
    if (/^https?:$/.test(new URL(text).protocol)) return text
  } catch {
    // Said below.
  }
  throw invalid(
    name,
    `Expected ${name} to be an address that begins with https://, got "${text}".`,
    'Correct the address.',
  )
}

const typeIn = (values: Values): Values => {
  const name = 'invitedUserType'
  if ((values[name] ?? null) === null) return {}
  const type = ['Guest', 'Member'].find(each => each.toLowerCase() === textOf(values, name, 'the type').toLowerCase())
  if (type === undefined) throw invalid(name, `Expected ${name} to be Guest or Member.`, 'Correct the value.')
  return { [name]: type }
}

const languageIn = (values: Values): Values => {
  const name = 'messageLanguage'
  if ((values[name] ?? null) === null) return {}
  const text = textOf(values, name, 'the language of the mail')
  if (/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(text)) return { [name]: text }
  throw invalid(name, `Expected ${name} to be a language such as en-US, got "${text}".`, 'Correct the language.')
}

const optionalText = (values: Values, name: string, what: string): Values =>
  (values[name] ?? null) === null ? {} : { [name]: textOf(values, name, what) }

/** Whether a mail goes out is never guessed: a message without a word about the mail is an error. */
const mailIn = (values: Values): boolean => {
  const [name, message] = ['sendInvitationMessage', 'customizedMessageBody']
  const sends = values[name] ?? null
  if (typeof sends === 'boolean') return sends
  if (sends !== null) throw invalid(name, `Expected ${name} to be true or false.`, 'Correct the value.')
  if ((values[message] ?? null) === null) return false
  throw invalid(
    message,
    `${message} is given, and nothing says whether a mail is sent.`,
    'Give --send-mail, or add a column sendInvitationMessage with true or false.',
  )
}

/** Checks the values of an invitation. No mail is sent unless they say so. @throws EntrapipeError `ROW_INVALID` */
export const invitationIn = (values: Values): Invitation => {
  expectOnly(values, Object.keys(invitationColumns.options!), 'invite-user')
  return {
    invitedUserEmailAddress: addressIn(values, 'invitedUserEmailAddress'),
    inviteRedirectUrl: redirectIn(values),
    ...optionalText(values, 'invitedUserDisplayName', 'the name of the person'),
    ...typeIn(values),
    sendInvitationMessage: mailIn(values),
    ...optionalText(values, 'customizedMessageBody', 'the text of the mail'),
    ...languageIn(values),
    ...((values['ccRecipients'] ?? null) !== null && { ccRecipients: addressIn(values, 'ccRecipients') }),
  }
}

/** The body of the request. */
export const sentInvitation = (invitation: Invitation): Json => {
  const { customizedMessageBody, messageLanguage, ccRecipients, ...values } = invitation
  const message = given({
    customizedMessageBody,
    messageLanguage,
    ccRecipients: ccRecipients === undefined ? undefined : [{ emailAddress: { address: ccRecipients } }],
  })
  return { ...values, ...(Object.keys(message).length > 0 && { invitedUserMessageInfo: message }) }
}
