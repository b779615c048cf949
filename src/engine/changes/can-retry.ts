import type { RunReader } from '../../store/run-store.ts'

/** Rows read from the ledger at once. */
const pageRows = 1_000

/** Whether a retry would send a failed row again: rows that failed before they were in a ledger are not in it, and some results are final. */
export const canRetry = async (run: Pick<RunReader, 'phase'>, phases: readonly string[]): Promise<boolean> => {
  for (const phase of phases) {
    const ledger = run.phase(phase).ledger()
    for (let after = 0; ;) {
      const page = await ledger.entries({ after, limit: pageRows, outcomes: ['failed'] })
      if (page.some(({ isFinal }) => !isFinal)) return true
      if (page.length < pageRows) break
      after = page.at(-1)!.ordinal
    }
  }
  return false
}
