import { isFields, type Fields } from '../../core/json.ts'
import { invitationFaults } from './invitation-faults.ts'
import { writeFaults } from './write-faults.ts'

/** What a request asks of an invitation. */
export interface Asked {
  readonly address: string
  readonly redirectUrl: string
  readonly displayName: string | null
  readonly userType: 'Guest' | 'Member'
  readonly sendsMail: boolean
  readonly resetsRedemption: boolean
  /** Id of the user in `invitedUser`. */
  readonly user: string | undefined
  readonly message: {
    readonly messageLanguage: string | null
    readonly customizedMessageBody: string | null
    readonly ccRecipients: readonly {
      readonly emailAddress: { readonly name: null; readonly address: string | null }
    }[]
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isFlag = (value: unknown): boolean => typeof value === 'boolean'

const tests: Readonly<Record<string, (value: unknown) => boolean>> = {
  invitedUserEmailAddress: isText,
  inviteRedirectUrl: isText,
  invitedUserDisplayName: isText,
  invitedUserType: isText,
  sendInvitationMessage: isFlag,
  resetRedemption: isFlag,
  invitedUserMessageInfo: isFields,
  invitedUser: value => isFields(value) && isText(value['id']),
}

const messageTests: Readonly<Record<string, (value: unknown) => boolean>> = {
  messageLanguage: isText,
  customizedMessageBody: isText,
  ccRecipients: value => Array.isArray(value) && value.every(one => isFields(one) && isFields(one['emailAddress'])),
}

/** That a request may not set these is unconfirmed. */
const readOnly = ['id', 'inviteRedeemUrl', 'status']

/**
 * Letters without accents. The page has the characters that are not permitted; a period or a hyphen is not at the beginning or end.
 *
 * @see https://learn.microsoft.com/graph/api/resources/invitation#properties
 */
const address = /^(?![.-])[^\s@~!#$%^&*()+=[\]{}\\/|;:"<>?,\u0080-\uffff]+(?<![.-])@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i

const read = (body: Fields, known: typeof tests, unknown: (name: string) => Error): Fields => {
  const found: { [name: string]: unknown } = {}
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@')) continue
    if (readOnly.includes(name)) throw writeFaults.readOnly(name)
    const test = Object.hasOwn(known, name) ? known[name] : undefined
    if (!test) throw unknown(name)
    if (value === null) continue
    if (!test(value)) throw writeFaults.typeMismatch(name)
    found[name] = value
  }
  return found
}

const recipientsIn = (value: unknown): readonly Fields[] =>
  ((value ?? []) as readonly Fields[]).map(one => one['emailAddress'] as Fields).filter(one => isText(one['address']))

const isWebAddress = (text: string): boolean => {
  try {
    return /^https?:$/.test(new URL(text).protocol)
  } catch {
    return false
  }
}

/**
 * Reads the body of an invitation.
 *
 * @throws GraphFault 400
 * @see https://learn.microsoft.com/graph/api/resources/invitation
 */
export const askedInvitation = (body: unknown): Asked => {
  if (body === undefined) throw writeFaults.bodyMissing()
  if (!isFields(body)) throw writeFaults.bodyInvalid()
  const asked = read(body, tests, writeFaults.propertyUnknown)
  for (const name of ['invitedUserEmailAddress', 'inviteRedirectUrl'])
    if ((asked[name] ?? '') === '') throw writeFaults.valueMissing(name)
  const message = read((asked['invitedUserMessageInfo'] ?? {}) as Fields, messageTests, name =>
    writeFaults.memberUnknown(name, 'invitedUserMessageInfo'),
  )
  const recipients = recipientsIn(message['ccRecipients'])
  if (recipients.length > 1) throw invitationFaults.tooManyRecipients()
  const addresses = [asked['invitedUserEmailAddress'], ...recipients.map(one => one['address'])]
  if (!addresses.every(one => address.test(String(one)))) throw invitationFaults.addressInvalid()
  const redirectUrl = String(asked['inviteRedirectUrl'])
  if (!isWebAddress(redirectUrl)) throw invitationFaults.redirectInvalid()
  const type = String(asked['invitedUserType'] ?? 'Guest').toLowerCase()
  if (type !== 'guest' && type !== 'member') throw invitationFaults.typeInvalid()
  return {
    address: String(asked['invitedUserEmailAddress']),
    redirectUrl,
    displayName: (asked['invitedUserDisplayName'] ?? null) as string | null,
    userType: type === 'guest' ? 'Guest' : 'Member',
    sendsMail: asked['sendInvitationMessage'] === true,
    resetsRedemption: asked['resetRedemption'] === true,
    user: (asked['invitedUser'] as { readonly id: string } | undefined)?.id,
    message: {
      messageLanguage: (message['messageLanguage'] ?? null) as string | null,
      customizedMessageBody: (message['customizedMessageBody'] ?? null) as string | null,
      ccRecipients: [{ emailAddress: { name: null, address: (recipients[0]?.['address'] ?? null) as string | null } }],
    },
  }
}
