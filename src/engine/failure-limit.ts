import { exceeds, type AtMost } from '../core/at-most.ts'
import { EntrapipeError } from '../core/errors.ts'
import { failuresIn } from '../core/result.ts'
import type { Progress } from './progress.ts'

/** Number of rows read before a percentage is checked. */
const leastRows = 1000

/**
 * Ends a run in which more rows failed than allowed. A number of rows is checked immediately, a percentage from 1,000 rows and
 * at the end.
 *
 * @throws EntrapipeError `TOO_MANY_FAILED`
 */
export const failureLimit = (maxFailed: AtMost | undefined, progress: Progress) => {
  const judge = (isEnd: boolean): void => {
    if (maxFailed === undefined) return
    const failed = failuresIn(progress.outcomes)
    const isTooMany =
      (isEnd || typeof maxFailed === 'number' || progress.read >= leastRows) &&
      exceeds(maxFailed, failed, progress.read)
    if (isTooMany)
      throw new EntrapipeError(
        'TOO_MANY_FAILED',
        // Rows count as read when their page leaves, so fewer may be read than failed.
        `${failed}${progress.read < failed ? '' : ` of ${progress.read}`} ${Math.max(failed, progress.read) === 1 ? 'row' : 'rows'} failed, and the limit is ${maxFailed}.`,
        {
          facts: { failed, read: progress.read, maxFailed },
          fix: 'Correct the rows, or allow more with --max-failed. The limit is kept with the run.',
        },
      )
  }
  return { during: () => judge(false), atEnd: () => judge(true) }
}

/** The failure limit of one run. */
export type FailureLimit = ReturnType<typeof failureLimit>
