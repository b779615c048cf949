import type { FaultRule } from '../../../src/sandbox/faults/types.ts'
import { lateMs } from '../faults.ts'

/** Writes of an HR feed. */
const writes = [
  'POST /users',
  'PATCH /users/*',
  'DELETE /users/*',
  'PUT /users/*',
  'POST /users/*',
  'PATCH /groups/*',
  'DELETE /groups/*',
  'POST /directory/deletedItems/*',
]

/** What happens to the requests of a feed: replies are lost, connections are cut, and the service throttles without saying for how long. */
export const hrFaults: readonly FaultRule[] = [
  { fault: '429', rate: 0.01, retryAfter: 'none' },
  { fault: '429', rate: 0.01, retryAfter: 0.05 },
  { fault: 'reset', match: 'GET *', rate: 0.01 },
  { fault: 'lostReply', match: 'POST /$batch', rate: 0.01 },
  { fault: 'lostReply', match: 'POST /$batch', rate: 0.01, share: 0.5 },
  { fault: '504', match: 'POST /$batch', rate: 0.01, applied: true },
  ...writes.flatMap((match): readonly FaultRule[] => [
    { fault: '429', match, rate: 0.005, retryAfter: 'none' },
    { fault: 'lostReply', match, rate: 0.003 },
    { fault: 'lateWrite', match, rate: 0.003, delayMs: lateMs },
    { fault: 'resetBeforeWrite', match, rate: 0.002 },
    { fault: '504', match, rate: 0.003, applied: true },
    { fault: '503', match, rate: 0.003 },
    { fault: 'missingEntry', match, rate: 0.003, applied: true },
  ]),
]
