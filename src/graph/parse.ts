import { exactIntegers } from '../core/exact-json.ts'
import { brokenFailure, brokenReply } from './broken-reply.ts'
import { isFailure, type Ended, type Link, type Reply } from './call.ts'
import { readPageBody } from './page-body.ts'
import { textOf } from './text-of.ts'

/**
 * Parses a reply's bytes. A reply that is not JSON is a failed attempt, and so is a count that is not a number. Below the
 * governor, which reads the replies of batches.
 */
export const parse: Link = async (call, _options, next) => {
  const ended = await next()
  if (call.page) return ended
  if (isCount.test(call.request.url) && isBrokenCount(ended))
    return brokenFailure(brokenReply('the count is not a number'))
  return read(ended, bytes => exactIntegers(textOf(bytes)))
}

const isCount = /\/\$count(?:\?|$)/

/** Graph returns a count as plain text. */
const isBrokenCount = (ended: Ended): boolean =>
  !isFailure(ended) &&
  ended.status < 300 &&
  !/^\s*\d{1,15}\s*$/.test(Buffer.isBuffer(ended.body) ? ended.body.toString('latin1') : String(ended.body))

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
  const page = read(ended, readPageBody)
  // It may take long until it is sent again.
  if (isFailure(page)) call.page.into.free()
  return page
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

/** Graph never answers with a web page: a proxy does, or the network's sign-in. */
const isWebPage = ({ status, headers }: Reply): boolean =>
  status < 300 && (headers['content-type'] ?? '').includes('html')
