import type { PhaseResult } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Run } from '../store/store.ts'

/** Results read at once. */
const pageRows = 2_000

/** Reads the results of the phases that came before one. @throws EntrapipeError `PIPELINE_INVALID` for any other */
export const resultsOf = (run: Run, earlier: readonly string[]) =>
  async function* (phase: string): AsyncGenerator<readonly PhaseResult[]> {
    if (!earlier.includes(phase))
      throw new EntrapipeError('PIPELINE_INVALID', `No phase before this one has the name ${JSON.stringify(phase)}.`)
    const record = await run.phase(phase)
    for (let after: PhaseResult | undefined; ;) {
      const page = await record.readByKey({ after, limit: pageRows })
      if (page.length > 0) yield page
      if (page.length < pageRows) return
      after = page.at(-1)
    }
  }
