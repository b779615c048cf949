import type { Result } from '../core/result.ts'
import type { Run } from '../store/types.ts'
import type { Progress } from './progress.ts'

/** The results of one place in the flow: they are written a page at a time, with the cut that had passed that place. */
export interface ResultLog {
  readonly settled: (result: Result) => void
  /** Writes what was settled. Awaited before anything goes on that a checkpoint may follow. */
  readonly flush: () => Promise<void>
  /** What is settled from now on belongs to the epoch of this cut. */
  readonly passed: (cut: number) => void
}

interface Batch {
  readonly epoch: number
  readonly results: Result[]
}

/**
 * A log whose first results belong to epoch `from`. They are counted at once.
 *
 * @param written called after results were written
 */
export const resultLog = (
  run: Pick<Run, 'appendResults'>,
  progress: Progress,
  from: number,
  written: () => void = () => undefined,
): ResultLog => {
  let held: Batch[] = []
  let batch: Batch = { epoch: from, results: [] }
  const begin = (epoch: number): void => {
    if (batch.results.length > 0) held.push(batch)
    batch = { epoch, results: [] }
  }
  return {
    settled(result) {
      progress.outcomes[result.outcome]++
      batch.results.push(result)
    },
    async flush() {
      begin(batch.epoch)
      const batches = held
      held = []
      for (const { epoch, results } of batches) await run.appendResults(epoch, results)
      if (batches.length > 0) written()
    },
    passed: begin,
  }
}
