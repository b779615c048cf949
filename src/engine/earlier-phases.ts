import type { PhaseChange, PhaseResult } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Run } from '../store/store.ts'
import type { Surroundings } from './contexts.ts'

/** Results or changes read at once. */
const pageRows = 2_000

/** Reads what the phases before one left. @throws EntrapipeError `PIPELINE_INVALID` for any other */
export const earlierPhases = (
  run: Run,
  earlier: readonly string[],
): Required<Pick<Surroundings, 'results' | 'changes'>> => {
  const recordOf = (phase: string): ReturnType<Run['phase']> => {
    if (earlier.includes(phase)) return run.phase(phase)
    throw new EntrapipeError('PIPELINE_INVALID', `No phase before this one has the name ${JSON.stringify(phase)}.`)
  }
  return {
    async *results(phase): AsyncGenerator<readonly PhaseResult[]> {
      const record = await recordOf(phase)
      for (let after: PhaseResult | undefined; ;) {
        const page = await record.readByKey({ after, limit: pageRows })
        if (page.length > 0) yield page
        if (page.length < pageRows) return
        after = page.at(-1)
      }
    },
    async *changes(phase): AsyncGenerator<readonly PhaseChange[]> {
      const ledger = await (await recordOf(phase)).ledger()
      for (let after: number | undefined; ;) {
        const page = await ledger.entries({ limit: pageRows, ...(after !== undefined && { after }) })
        if (page.length > 0) yield page.map(({ key, step, row, outcome }) => ({ key, step, row, outcome }))
        if (page.length < pageRows) return
        after = page.at(-1)!.ordinal
      }
    },
  }
}
