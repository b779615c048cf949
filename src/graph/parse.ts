import { isFailure, type Call, type Failure, type Link } from './call.ts'
import { readPageBody } from './page-body.ts'
import { textOf } from './text-of.ts'

/**
 * Makes an object of a reply's bytes, when somebody wants it: a page that is read ahead waits as bytes, which the
 * collector has no work with. What is no JSON is a failed attempt like any other. Stands outside the governor: who waits
 * here holds no place in its queue.
 */
export const parse: Link = async (call, _options, next) => {
  const outcome = await next()
  if (isFailure(outcome) || !Buffer.isBuffer(outcome.body)) return outcome
  await call.page?.wanted
  call.signal?.throwIfAborted()
  try {
    return { ...outcome, body: read(call, outcome.body) }
  } catch (cause) {
    return broken(cause)
  }
}

const read = (call: Call, bytes: Buffer): unknown => (call.page ? readPageBody(bytes) : JSON.parse(textOf(bytes)))

/** A reply that turned out to be no JSON. Its text stays out of the error: it is somebody's data. */
export const broken = (cause: unknown): Failure => ({
  failure: new Error('the reply breaks off or is no JSON', { cause: new Error((cause as Error).name) }),
  sent: true,
})
