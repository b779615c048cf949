import type { PhaseChange, PhaseResult } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Entry } from '../store/ledger-types.ts'
import type { Run } from '../store/store.ts'
import type { Surroundings } from './contexts.ts'

/** Reads what the phases before one left. */
export interface Earlier {
  readonly results: NonNullable<Surroundings['results']>
  readonly changes: NonNullable<Surroundings['changes']>
}

/** Results or changes read at once. */
const pageRows = 2_000

/** Reads pages until one is not full. */
export async function* inPages<T>(
  read: (last: T | undefined, limit: number) => Promise<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  for (let last: T | undefined; ;) {
    const page: readonly T[] = await read(last, pageRows)
    if (page.length > 0) yield page
    if (page.length < pageRows) return
    last = page.at(-1)
  }
}

/** Reads what the phases before one left. @throws EntrapipeError `PIPELINE_INVALID` for any other */
export const earlierPhases = (run: Run, earlier: readonly string[]): Earlier => {
  const recordOf = (phase: string): ReturnType<Run['phase']> => {
    if (earlier.includes(phase)) return run.phase(phase)
    throw noEarlier(phase)
  }
  return {
    async *results(phase): AsyncGenerator<readonly PhaseResult[]> {
      const record = await recordOf(phase)
      yield* inPages<PhaseResult>((after, limit) => record.readByKey({ after, limit }))
    },
    async *changes(phase): AsyncGenerator<readonly PhaseChange[]> {
      const ledger = (await recordOf(phase)).ledger()
      const pages = inPages<Entry>((last, limit) => ledger.entries({ limit, ...(last && { after: last.ordinal }) }))
      for await (const page of pages)
        yield page.map(({ key, step, row, outcome, firstSentAt }) => ({ key, step, row, outcome, sentMs: firstSentAt }))
    },
  }
}

/** The error for the name of any other phase. */
export const noEarlier = (phase: string): EntrapipeError =>
  new EntrapipeError('PIPELINE_INVALID', `No phase before this one has the name ${JSON.stringify(phase)}.`)
