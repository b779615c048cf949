import { DownstreamClosed } from './downstream-closed.ts'
import { EntrapipeError, systemCode } from './errors.ts'
import { isThroughUs, placeOf } from './place-of.ts'

/** What was thrown, in words, whatever it is: an object without a prototype has none of its own. */
export const wordsOf = (thrown: unknown): string => {
  try {
    return thrown instanceof Error ? `${thrown.message}` : String(thrown)
  } catch {
    return 'something that cannot be written'
  }
}

/** What was thrown, in one line: the first of its message. */
export const firstLine = (thrown: unknown): string => wordsOf(thrown).split('\n')[0]!

/** What was thrown and where: `oh no (first.ts:12)`, without the place where none is known. */
export const toldWithPlace = (thrown: unknown): string => {
  const place = placeOf(thrown)
  return `${firstLine(thrown).replace(/\.$/, '')}${place === undefined ? '' : ` (${place})`}`
}

/**
 * Whether it was thrown by a person's own code. Ours throws errors, whose stacks lead to us; what the system refused a stream
 * has no stack.
 */
export const isOwnThrow = (thrown: unknown): boolean =>
  !(thrown instanceof EntrapipeError) &&
  !(thrown instanceof DownstreamClosed) &&
  !(thrown instanceof Error && thrown.name === 'AbortError') &&
  (!(thrown instanceof Error) ||
    placeOf(thrown) !== undefined ||
    (systemCode(thrown) !== undefined && !isThroughUs(thrown)))

/** An error of ours about what a person's own code asked for, with the place where it did. Any other is answered as it is. */
export const withPlace = (thrown: unknown): unknown => {
  const place = placeOf(thrown)
  if (!(thrown instanceof EntrapipeError) || place === undefined) return thrown
  const { code, message, facts, fix, retryAfterMs } = thrown
  return new EntrapipeError(code, `${message.replace(/\.$/, '')} (${place})`, {
    cause: thrown,
    facts,
    ...(fix === undefined ? {} : { fix }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}
