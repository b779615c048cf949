import { brokenFailure } from './broken-reply.ts'
import { isFailure, type Ended, type Link } from './call.ts'
import { readPageBody } from './page-body.ts'
import { textOf } from './text-of.ts'

/**
 * Parses a reply's bytes. A reply that is not JSON is a failed attempt. Below the governor, which reads the replies of
 * batches.
 */
export const parse: Link = async (call, _options, next) => {
  const ended = await next()
  return call.page ? ended : read(ended, bytes => JSON.parse(textOf(bytes)) as unknown)
}

/**
 * Parses a page once it is needed. A page that is read ahead stays bytes, which cost the garbage collector nothing. Above
 * the governor, so that a waiting page holds no slot.
 */
export const parsePage: Link = async (call, _options, next) => {
  const ended = await next()
  if (!call.page || isFailure(ended)) return ended
  await call.page.wanted
  call.signal?.throwIfAborted()
  return read(ended, readPageBody)
}

const read = (ended: Ended, parsed: (bytes: Buffer) => unknown): Ended => {
  if (isFailure(ended) || !Buffer.isBuffer(ended.body)) return ended
  try {
    return { ...ended, body: parsed(ended.body) }
  } catch (cause) {
    return brokenFailure(cause)
  }
}
