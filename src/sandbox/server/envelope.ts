import type { GraphFault } from '../protocol.ts'

/** The ids of a request, as in headers and errors. */
export interface RequestIds {
  readonly requestId: string
  readonly clientRequestId: string
}

/** Dates in Graph's errors have no time zone. */
const dateOf = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 19)

/** The body of an error. @see https://learn.microsoft.com/graph/errors */
export const errorBody = (
  fault: Pick<GraphFault, 'code' | 'message'> & Partial<Pick<GraphFault, 'details'>>,
  ids: RequestIds,
  nowMs: number,
): string =>
  JSON.stringify({
    error: {
      code: fault.code,
      message: fault.message,
      ...(fault.details?.length ? { details: fault.details } : {}),
      innerError: {
        date: dateOf(nowMs),
        'request-id': ids.requestId,
        'client-request-id': ids.clientRequestId,
      },
    },
  })

/** The body of a 429, which differs slightly. @see https://learn.microsoft.com/graph/throttling#sample-response */
export const throttledBody = (ids: RequestIds, nowMs: number): string =>
  JSON.stringify({
    error: {
      code: 'TooManyRequests',
      message: 'Please retry again later.',
      innerError: {
        code: '429',
        date: dateOf(nowMs),
        message: 'Please retry after',
        'request-id': ids.requestId,
        'client-request-id': ids.clientRequestId,
        status: '429',
      },
    },
  })
