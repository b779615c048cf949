import { isCode } from '../../core/errors.ts'

/**
 * What `work` gives, or undefined where the service refuses it for good (400, 403, 404, 501 …), as it does a count or a
 * delta that a collection or a sign-in does not have. A failed sign-in, throttling and an outage are thrown on.
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
