import { isFailure, type Failure, type Link, type Outcome } from './call.ts'
import { readPageBody } from './page-body.ts'
import { textOf } from './text-of.ts'

/**
 * Makes an object of a reply's bytes. What is no JSON is a failed attempt like any other. Stands below the governor, which
 * looks into the replies of batches.
 */
export const parse: Link = async (call, _options, next) => {
  const outcome = await next()
  return call.page ? outcome : read(outcome, bytes => JSON.parse(textOf(bytes)) as unknown)
}

/**
 * The same for the page of a listing, when somebody wants it: one that is read ahead waits as bytes, which the collector
 * has no work with. Stands outside the governor: who waits here holds no place in its queue.
 */
export const parsePage: Link = async (call, _options, next) => {
  const outcome = await next()
  if (!call.page || isFailure(outcome)) return outcome
  await call.page.wanted
  call.signal?.throwIfAborted()
  return read(outcome, readPageBody)
}

const read = (outcome: Outcome, parsed: (bytes: Buffer) => unknown): Outcome => {
  if (isFailure(outcome) || !Buffer.isBuffer(outcome.body)) return outcome
  try {
    return { ...outcome, body: parsed(outcome.body) }
  } catch (cause) {
    return broken(cause)
  }
}

/** A reply that turned out to be no JSON. Its text stays out of the error: it is somebody's data. */
export const broken = (cause: unknown): Failure => ({
  failure: new Error('the reply breaks off or is no JSON', { cause: new Error((cause as Error).name) }),
  sent: true,
})
