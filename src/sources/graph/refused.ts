import { isCode } from '../../core/errors.ts'

/**
 * Whether Graph refused a request permanently (400, 403, 404, 410, 501 …), such as a count or a delta that is not supported, not
 * permitted or expired. A failed sign-in, throttling and an outage are no refusals.
 */
export const isRefusal = (error: unknown): boolean =>
  isCode(error, 'NOT_PERMITTED') || isCode(error, 'GRAPH_REFUSED') || isCode(error, 'GRAPH_NOT_FOUND')

/** The result of `work`, or undefined if Graph refuses the request. Rethrows other errors. */
export const unlessRefused = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work()
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}
