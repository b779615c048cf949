import type { FaultRule } from '../../../src/sandbox/faults/types.ts'

/** What goes wrong in a cell. */
interface Weather {
  /** Strikes the requests of the first two people. */
  readonly fault?: Omit<FaultRule, 'match'>
  /** The replies of a whole batch are lost: of who is gone then, it is not known whether it was changed before. */
  readonly losesBatches?: true
  /** It may be performed after it was decided that it was not, and then again. */
  readonly isLate?: true
  /** What Graph answers to their first requests instead. */
  readonly refusal?: 409 | 403
  /** The program is interrupted while it sends, and resumed. */
  readonly isInterrupted?: true
  /** Units of the product that people gain. */
  readonly units?: 'short' | 'until' | 'taken' | 'suspended' | 'lockedOut'
}

/** By name. */
export const weathers: Readonly<Record<string, Weather>> = {
  calm: {},
  'throttled for a time': { fault: { fault: '429', times: 2, retryAfter: 0.05 } },
  'throttled without a time': { fault: { fault: '429', times: 2, retryAfter: 'none' } },
  '503 and performed': { fault: { fault: '503', times: 1, applied: true } },
  '503 and not performed': { fault: { fault: '503', times: 1 } },
  '504 and performed': { fault: { fault: '504', times: 1, applied: true } },
  '504 and not performed': { fault: { fault: '504', times: 1 } },
  'reply lost': { fault: { fault: 'lostReply', times: 1 }, losesBatches: true },
  'connection cut': { fault: { fault: 'resetBeforeWrite', times: 1 }, losesBatches: true },
  'performed late': { fault: { fault: 'lateWrite', times: 1, delayMs: 30 }, losesBatches: true, isLate: true },
  'entry of a batch missing': { fault: { fault: 'missingEntry', times: 1, applied: true } },
  'changed by another request': { refusal: 409 },
  'not permitted': { refusal: 403 },
  interrupted: { isInterrupted: true },
  'too few units': { units: 'short' },
  'too few units, for the first': { units: 'until' },
  'units taken meanwhile': { units: 'taken' },
  'units suspended': { units: 'suspended' },
  'units locked out': { units: 'lockedOut' },
}
