import { isFields, type Fields } from '../core/json.ts'
import { isFailure, type Ended, type Reply } from './call.ts'

/** The status that Graph sends with a code, in lower case. */
const statuses: Readonly<Record<string, number>> = {
  toomanyrequests: 429,
  activitylimitreached: 429,
  request_throttledtemporarily: 429,
  invalidauthenticationtoken: 401,
  authorization_requestdenied: 403,
  accessdenied: 403,
  forbidden: 403,
  request_resourcenotfound: 404,
  resourcenotfound: 404,
  itemnotfound: 404,
  request_badrequest: 400,
  badrequest: 400,
  request_unsupportedquery: 400,
  directory_expiredpagetoken: 400,
  directorypagetokennotfoundexception: 400,
  syncstatenotfound: 410,
  resyncrequired: 410,
}
/** Of a code that says nothing about what a retry would do. Reads are retried. */
const otherStatus = 500

/**
 * A reply as it should have been, if it is an error with the status of a success: services behind Graph fail after the status was sent.
 * The error stands alone, or behind some values of a page.
 *
 * @param isPage whether the body has a list of values
 * @see https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part1-protocol.html#sec_InStreamErrors
 */
export const withErrorInside = (
  reply: Reply,
  body: unknown = reply.body,
  isPage = isFields(body) && Array.isArray(body['value']),
): Reply => {
  const error = reply.status < 300 && isFields(body) ? errorIn(body, isPage) : undefined
  return error ? { ...reply, status: statusOf(error), insteadOf: reply.status, body: { error } } : reply
}

/** As `withErrorInside`, for a reply that may have failed. */
export const endedWithError = (ended: Ended): Ended => (isFailure(ended) ? ended : withErrorInside(ended))

/** Of OData 4, and of the versions before it that services behind Graph have. */
const isError = (name: string): boolean => /^@?(?:odata\.)?error$/i.test(name)
const isControl = (name: string): boolean => name === 'value' || /^@?odata\./.test(name)

/** Objects may have a property of that name beside others, or one that is a text. A page has none. */
const errorIn = (body: Fields, isPage: boolean): Fields | undefined => {
  const names = Object.keys(body)
  const name = names.find(isError)
  if (name === undefined || !names.every(other => isError(other) || isControl(other))) return undefined
  const error = body[name]
  if (isFields(error)) return error
  return isPage && error !== null ? { message: String(error) } : undefined
}

const statusOf = ({ code, innerError }: Fields): number => {
  const told = isFields(innerError) ? Number(innerError['status'] ?? innerError['code']) : NaN
  if (Number.isInteger(told) && told >= 400 && told < 600) return told
  return statuses[String(code).toLowerCase()] ?? otherStatus
}
