import type { Answer, Link } from './call.ts'

/**
 * Makes an object of a reply's text, when somebody wants it: a page that is read ahead waits as text, which is a tenth
 * of the work for the collector that a parsed one is. A text that is no JSON is a failed attempt like any other. Stands
 * outside the governor: who waits here holds no place in its queue.
 */
export const parse: Link = async (call, _options, next) => {
  const outcome = await next()
  if ('failure' in outcome || !isUnparsed(outcome)) return outcome
  await call.wanted
  call.signal?.throwIfAborted()
  try {
    return { ...outcome, body: outcome.body === '' ? undefined : JSON.parse(outcome.body) }
  } catch (cause) {
    // The text stays out of the error: it is somebody's data.
    const failure = new Error('the reply breaks off or is no JSON', { cause: new Error((cause as Error).name) })
    return { failure, sent: true }
  }
}

/** Whether the answer's body is JSON that nobody has parsed yet: that of every success (see `send`). */
const isUnparsed = (answer: Answer): answer is Answer & { readonly body: string } =>
  answer.status < 400 && typeof answer.body === 'string' && (answer.headers['content-type'] ?? 'json').includes('json')
