import { isCode } from '../../core/errors.ts'

/**
 * The result of `work`, or undefined if Graph refuses the request permanently (400, 403, 404, 501 …), such as a count or
 * a delta that is not supported or not permitted. Rethrows a failed sign-in, throttling and an outage.
 */
export const unlessRefused = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work()
  } catch (error) {
    if (isCode(error, 'NOT_PERMITTED') || isCode(error, 'GRAPH_REFUSED') || isCode(error, 'GRAPH_NOT_FOUND'))
      return undefined
    throw error
  }
}
