import { writtenBy, type RunInfo } from '../store/types.ts'
import { auditGivenUp } from './changes/auditing.ts'
import { checkContext } from './contexts.ts'
import { openedBy } from './opened.ts'
import type { RunRequest } from './run-request.ts'

/** What is needed to discard a run. */
type Discarding = Pick<RunRequest, 'store' | 'places' | 'clock' | 'environment' | 'signal'>

/**
 * Removes what a run left at some targets. A target that another run is writing to by now is left alone.
 *
 * @param runs the discarded run, and the run that takes its place
 * @param opened what `openedBy` returned for the discarded run: what a run of another store writes by now is left alone, too
 * @returns the names of what was removed
 */
export const removeLeft = async (
  { store, places, ...around }: Discarding,
  targets: readonly string[],
  runs: readonly string[],
  opened: ReadonlyMap<string, string> = new Map(),
): Promise<readonly string[]> => {
  const ctx = checkContext({ ...around, graph: undefined })
  const removed: string[] = []
  for (const target of targets) {
    const writing = await store.list({ writesTo: target, status: ['running'] })
    if (writing.every(({ id }) => runs.includes(id)))
      removed.push(...((await places(target)?.discard(ctx, opened.get(target))) ?? []))
  }
  return removed
}

/**
 * Removes the partials of all phases of an unfinished run, its rejects and its records. If it is stopped in between, the run has
 * failed, cannot be resumed, and can be discarded again.
 *
 * @param by the run that takes its place
 * @returns the names of the removed partials
 * @throws EntrapipeError `RUN_ACTIVE`, `RUN_UNKNOWN`
 */
export const discard = async (request: Discarding, id: string, by?: string): Promise<readonly string[]> => {
  let removed: readonly string[] = []
  let discarded = undefined as RunInfo | undefined
  const opened = await openedBy(request.store, id)
  await request.store.discard(id, async run => {
    discarded = run
    removed = await removeLeft(request, writtenBy(run), by === undefined ? [run.id] : [run.id, by], opened)
  })
  if (discarded?.writes) await auditGivenUp(request.store, discarded, request.clock.now())
  return removed
}
