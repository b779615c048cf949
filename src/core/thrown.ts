import { DownstreamClosed } from './downstream-closed.ts'
import { EntrapipeError, systemCode } from './errors.ts'
import { isThroughUs, locationOf } from './code-location.ts'

/** Returns what was thrown as a string. An object without a prototype cannot be converted. */
export const wordsOf = (thrown: unknown): string => {
  try {
    return thrown instanceof Error ? `${thrown.message}` : String(thrown)
  } catch {
    return 'a value that cannot be shown'
  }
}

/** Returns the first line of the message that was thrown. */
export const firstLine = (thrown: unknown): string => wordsOf(thrown).split('\n')[0]!

/** Returns what was thrown and where: `oh no (first.ts:12)`, without the place if it is unknown. */
export const toldWithLocation = (thrown: unknown): string => {
  const location = locationOf(thrown)
  return `${firstLine(thrown).replace(/\.$/, '')}${location === undefined ? '' : ` (${location})`}`
}

/**
 * Whether a user's code threw it. Our code throws errors with a stack that contains it; system errors of a stream have no
 * stack.
 */
export const isOwnThrow = (thrown: unknown): boolean =>
  !(thrown instanceof EntrapipeError) &&
  !(thrown instanceof DownstreamClosed) &&
  !(thrown instanceof Error && thrown.name === 'AbortError') &&
  (!(thrown instanceof Error) ||
    locationOf(thrown) !== undefined ||
    (systemCode(thrown) !== undefined && !isThroughUs(thrown)))

/** Adds the place in a user's code to an EntrapipeError. Returns any other value unchanged. */
export const withLocation = (thrown: unknown): unknown => {
  const location = locationOf(thrown)
  if (!(thrown instanceof EntrapipeError) || location === undefined) return thrown
  const { code, message, facts, fix, retryAfterMs } = thrown
  return new EntrapipeError(code, `${message.replace(/\.$/, '')} (${location})`, {
    cause: thrown,
    facts,
    ...(fix === undefined ? {} : { fix }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}
