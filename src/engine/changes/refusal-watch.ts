import { EntrapipeError } from '../../core/errors.ts'
import type { Result } from '../../core/result.ts'

/** Equal refusals from the start that end a run. */
const most = 100

/**
 * Watches results, and stops a run whose first 100 are refused by Graph for the same reason.
 *
 * @throws EntrapipeError `ALL_REFUSED`
 */
export const refusalWatch = (run: string): ((result: Result) => void) => {
  let reason: string | undefined
  let equal = 0
  let isOver = false
  return ({ outcome, code, message, status }) => {
    if (isOver || status === undefined) return
    const told = `${status} ${code ?? ''}`
    isOver = outcome !== 'failed' || (reason !== undefined && told !== reason)
    reason = told
    if (isOver || ++equal < most) return
    throw new EntrapipeError(
      'ALL_REFUSED',
      `The first ${most} changes were all refused for the same reason: ${message ?? told}`,
      {
        facts: { refused: most, status },
        fix: `Correct the cause, then send these and the others with \`entrapipe runs retry ${run}\`.`,
      },
    )
  }
}
