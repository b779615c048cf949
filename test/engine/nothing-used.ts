import type { Usage } from '../../src/core/graph.ts'

/** The usage of a client that has sent nothing. */
export const nothingUsed: Usage = {
  requests: 0,
  units: 0,
  writes: 0,
  throttled: 0,
  limit: 8,
  inFlight: 0,
  waiting: 0,
  quotaWaitMs: 0,
  placeWaitMs: 0,
  sendMs: 0,
  bound: 'latency',
}
