import type { Outcome } from '../../core/result.ts'
import type { RunReader } from '../../store/run-store.ts'

/** Why a row failed, and what was advised. */
interface FailedFor {
  readonly code?: string
  readonly fix?: string
}

/** Rows read from the ledger at once. */
const pageRows = 1_000

/** At most this many results are read, so that millions of failed rows do not delay the report. */
const mostRows = 20_000

/** Rows with these codes fail again as they are: they must be corrected. */
const corrected: ReadonlySet<string> = new Set([
  ...['ROW_INVALID', 'ROWS_CONFLICT', 'OBJECT_NOT_FOUND', 'OBJECT_AMBIGUOUS', 'ID_REQUIRED'],
])

/** Whether rows with this code must be corrected before they can succeed. */
export const mustBeCorrected = (code: string): boolean => corrected.has(code)

/**
 * Why the rows of a run failed that a retry would send again, each reason once. Undefined if it would send nothing, or only rows that
 * must be corrected: those that failed before they were in a ledger are not in it, and some results are final.
 */
export const reasonsToRetry = async (
  run: Pick<RunReader, 'phase' | 'readResults'>,
  phases: readonly string[],
): Promise<readonly FailedFor[] | undefined> => {
  if (!(await mayBeRetried(run, phases, ['failed']))) return undefined
  const reasons = new Map<string, FailedFor>()
  for (let [after, rows] = [0, 0]; rows < mostRows;) {
    const failed = await run.readResults({ after, outcomes: ['failed'] })
    const last = failed.at(-1)
    if (!last) break
    for (const { code, fix } of failed) reasons.set(JSON.stringify([code, fix]), { code, fix } as FailedFor)
    after = last.sequence
    rows += failed.length
  }
  const found = [...reasons.values()]
  return found.length > 0 && found.every(({ code = '' }) => mustBeCorrected(code)) ? undefined : found
}

/** Whether a retry would send or decide rows again. @param outcomes of these rows */
export const mayBeRetried = async (
  run: Pick<RunReader, 'phase'>,
  phases: readonly string[],
  outcomes: readonly Outcome[] = ['failed', 'unknown'],
): Promise<boolean> => {
  for (const phase of phases) {
    const ledger = run.phase(phase).ledger()
    for (let after = 0; ;) {
      const page = await ledger.entries({ after, limit: pageRows, outcomes })
      if (page.some(({ isFinal }) => !isFinal)) return true
      if (page.length < pageRows) break
      after = page.at(-1)!.ordinal
    }
  }
  return false
}
