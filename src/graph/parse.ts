import { exactIntegers } from '../core/exact-json.ts'
import { isFields, type Fields } from '../core/json.ts'
import { brokenFailure, brokenReply } from './broken-reply.ts'
import { isFailure, type Call, type Ended, type Link, type Reply } from './call.ts'
import { endedWithError, withErrorInside } from './error-inside.ts'
import { readPageBody, type OtherBody, type PageBody } from './page-body.ts'
import { textOf } from './text-of.ts'

/**
 * Parses a reply's bytes. A reply that is not JSON is a failed attempt, and so is a count that is not a number, or another value in
 * place of an object. An error with a status of success is a refusal. Below the governor, which reads the replies of batches.
 */
export const parse: Link = async (call, _options, next) => {
  const ended = await next()
  if (call.page) return ended
  const { method, url } = call.request
  if (isCount.test(url)) return brokenCount(call, ended) ?? endedWithError(read(ended, json))
  return endedWithError(method === 'GET' ? readJson(ended, object) : read(ended, json))
}

const json = (bytes: Buffer): unknown => exactIntegers(textOf(bytes))

/** What is read without pages is one object. */
const object = (bytes: Buffer): Fields => {
  const value = json(bytes)
  if (!isFields(value)) throw brokenReply('the reply is not an object')
  return value
}

const isCount = /\/\$count(?:\?|$)/

/** The last count in a reply without an end, of calls that are asked again for it. */
const unsure = new WeakMap<Call, string>()

/**
 * Graph returns a count as plain text. The beginning of a number is a number, too, so the end of the reply must be known, or two replies
 * in turn must be alike: some proxies never send a length.
 */
const brokenCount = (call: Call, ended: Ended): Ended | undefined => {
  if (isFailure(ended) || ended.status >= 300 || isWebPage(ended)) return undefined
  const { body, headers } = ended
  const text = Buffer.isBuffer(body) ? body.toString('latin1') : String(body)
  if (!/^\s*\d{1,15}\s*$/.test(text)) return brokenFailure(brokenReply('the count is not a number'))
  if (framing.some(name => headers[name] !== undefined) || unsure.get(call) === text) return undefined
  unsure.set(call, text)
  return brokenFailure(brokenReply('the count may be cut off: the reply does not say how long it is'))
}

/** Headers with which a reply that ends early is an error. Without them it ends when the connection does, even by a reset. */
const framing = ['content-length', 'transfer-encoding', 'content-encoding'] as const

/**
 * Parses a page once it is needed. A page that is read ahead stays bytes, which cost the garbage collector nothing. Above
 * the governor, so that a waiting page holds no slot.
 */
export const parsePage: Link = async (call, _options, next) => {
  const ended = await next()
  if (!call.page || isFailure(ended)) return ended
  // The bytes of a refusal are parsed already.
  if (!Buffer.isBuffer(ended.body)) call.page.into.free()
  await call.page.wanted
  call.signal?.throwIfAborted()
  const page = pageOf(readJson(ended, readPageBody))
  // It may take long until it is sent again.
  if (isFailure(page) || page.insteadOf !== undefined) call.page.into.free()
  return page
}

const pageOf = (ended: Ended): Ended => {
  if (isFailure(ended)) return ended
  const page = ended.body as PageBody | OtherBody | undefined
  return withErrorInside(ended, page?.fields, page?.pieces !== undefined)
}

const read = (ended: Ended, parsed: (bytes: Buffer) => unknown): Ended => {
  if (isFailure(ended)) return ended
  if (isWebPage(ended)) return brokenFailure(brokenReply('the reply is a web page, probably of a proxy'))
  if (!Buffer.isBuffer(ended.body)) return ended
  try {
    return { ...ended, body: parsed(ended.body) }
  } catch (cause) {
    return brokenFailure(cause)
  }
}

/** As `read`, if a success must have a body of JSON. */
const readJson = (ended: Ended, parsed: (bytes: Buffer) => unknown): Ended => {
  const made = read(ended, parsed)
  const isOther = made === ended && !isFailure(ended) && ended.status < 300
  return isOther ? brokenFailure(brokenReply('the reply is empty or not JSON')) : made
}

/** Graph never answers with a web page: a proxy does, or the network's sign-in. */
const isWebPage = ({ status, headers }: Reply): boolean =>
  status < 300 && (headers['content-type'] ?? '').includes('html')
