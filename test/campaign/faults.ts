import type { FaultRule } from '../../src/sandbox/faults/types.ts'

/** How late a `lateWrite` is performed. */
export const lateMs = 100

/**
 * Everything that can happen to a write: 2 % of all requests are throttled, 1 % of the connections are cut, and the reply of a write
 * may say or hide anything. Rates of entries are small, since one entry cuts its whole batch.
 */
export const allFaults = (writes: readonly string[]): readonly FaultRule[] => [
  { fault: '429', rate: 0.02, retryAfter: 0.05 },
  { fault: 'reset', match: 'GET *', rate: 0.01 },
  { fault: 'reset', match: 'POST /$batch', rate: 0.005 },
  { fault: 'lostReply', match: 'POST /$batch', rate: 0.005 },
  { fault: 'lostReply', match: 'POST /$batch', rate: 0.01, share: 0.5 },
  { fault: '504', match: 'POST /$batch', rate: 0.005, applied: true },
  { fault: '503', match: 'POST /$batch', rate: 0.005, retryAfter: 0.05 },
  ...writes.flatMap((match): readonly FaultRule[] => [
    { fault: 'lostReply', match, rate: 0.0007 },
    { fault: 'lateWrite', match, rate: 0.0007, delayMs: lateMs },
    { fault: 'resetBeforeWrite', match, rate: 0.0007 },
    ...(['500', '502', '503', '504'] as const).flatMap((fault): readonly FaultRule[] => [
      { fault, match, rate: 0.001, applied: true },
      { fault, match, rate: 0.001 },
    ]),
    { fault: 'missingEntry', match, rate: 0.001, applied: true },
    { fault: 'missingEntry', match, rate: 0.001 },
  ]),
]
