import type { Context } from '../core/context.ts'
import type { RunReader } from '../store/run-store.ts'
import { inputFilesOf } from './check-places.ts'
import type { Prepared, RunRequest } from './run-request.ts'

/** The note of a run with the absolute paths of the files that it reads. */
export const inputsNote = 'inputs'

/** The absolute paths of the files that a run has read. No output replaces one of them. */
export const loadInputs = async (run: Pick<RunReader, 'loadNote'>): Promise<readonly string[]> =>
  ((await run.loadNote(inputsNote)) ?? []) as readonly string[]

/** The absolute paths of the files that a run reads, and of those whose rows are in its ledgers already. */
export const filesReadBy = async (
  { store, resume, changing }: Pick<RunRequest, 'store' | 'resume' | 'changing'>,
  phases: readonly Prepared[],
  ctx: Context,
): Promise<readonly string[]> => {
  const earlier = resume ?? changing?.restOf?.run
  const known = earlier === undefined ? [] : await store.read(earlier, loadInputs)
  const own = phases.flatMap(({ described: { source, transforms } }) =>
    [source, ...transforms].flatMap(part => inputFilesOf(part, ctx)),
  )
  return [...new Set([...known, ...own])]
}
