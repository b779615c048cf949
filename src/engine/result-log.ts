import type { Fields } from '../core/json.ts'
import { hasFailed, type Result } from '../core/result.ts'
import type { RunPhase } from '../store/store.ts'
import type { SettledResult } from '../store/types.ts'
import { inputFinder, type InputFinder } from './input-finder.ts'
import type { Progress } from './progress.ts'
import type { Rows } from './steps.ts'

/** The results of one place in the flow. They are written page by page, with the cut that had passed that place. */
export interface ResultLog {
  /** @param read the input of its row, if the part knows it; else it is looked up in the rows of `working` */
  readonly settled: (result: Result, read?: Fields) => void
  /** Later results are about these rows, as they were read. */
  readonly working: (inputs: Rows) => void
  /** Writes the results. Awaited before anything that may be followed by a checkpoint. */
  readonly flush: () => Promise<void>
  /** Later results belong to the epoch of this cut. */
  readonly passed: (cut: number) => void
}

interface Batch {
  readonly epoch: number
  readonly results: SettledResult[]
}

const nothing: InputFinder = () => undefined

/**
 * Creates a log whose first results belong to epoch `from`. Results are counted immediately. Failed rows are stored with their
 * input, and others if the part passes it.
 *
 * @param written called after results were written
 */
export const resultLog = (
  run: Pick<RunPhase, 'appendResults'>,
  progress: Progress,
  from: number,
  written: () => void = () => undefined,
): ResultLog => {
  let held: Batch[] = []
  let batch: Batch = { epoch: from, results: [] }
  let find = nothing
  const begin = (epoch: number): void => {
    if (batch.results.length > 0) held.push(batch)
    batch = { epoch, results: [] }
  }
  return {
    settled(result, read) {
      progress.outcomes[result.outcome]++
      const input = read ?? (hasFailed(result) ? find(result.key) : undefined)
      batch.results.push(input ? { ...result, input } : result)
    },
    working: inputs => void (find = inputFinder(inputs)),
    async flush() {
      begin(batch.epoch)
      find = nothing
      const batches = held
      held = []
      for (const { epoch, results } of batches) await run.appendResults(epoch, results)
      if (batches.length > 0) written()
    },
    passed: begin,
  }
}
