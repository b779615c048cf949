import type { RunReader } from '../../store/run-store.ts'

/** Whether a retry would send a failed row again: rows that failed before they were in a ledger are not in it. */
export const canRetry = async (run: Pick<RunReader, 'phase'>, phases: readonly string[]): Promise<boolean> => {
  for (const phase of phases)
    if (
      (
        await run
          .phase(phase)
          .ledger()
          .entries({ limit: 1, outcomes: ['failed'] })
      ).length > 0
    )
      return true
  return false
}
