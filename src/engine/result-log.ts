import type { Result } from '../core/result.ts'
import type { Run } from '../store/types.ts'
import type { Progress } from './progress.ts'

/** Whether a row was not dealt with as asked. */
export const isFailure = ({ outcome }: Result): boolean => outcome === 'failed' || outcome === 'unknown'

/** The results of one place in the flow: they are written a page at a time, with the cut that had passed that place. */
export interface ResultLog {
  readonly settled: (result: Result) => void
  /** Writes what was settled. */
  readonly flush: () => void
  /** Writes what was settled before the cut, then counts on from it. */
  readonly passed: (cut: number) => void
}

/** A log whose first results belong to epoch `from`; failures are counted at once. */
export const resultLog = (run: Pick<Run, 'appendResults'>, progress: Progress, from: number): ResultLog => {
  let epoch = from
  let held: Result[] = []
  const flush = (): void => {
    if (held.length === 0) return
    const results = held
    held = []
    run.appendResults(epoch, results)
  }
  return {
    settled(result) {
      if (isFailure(result)) progress.failed++
      held.push(result)
    },
    flush,
    passed(cut) {
      flush()
      epoch = cut
    },
  }
}
