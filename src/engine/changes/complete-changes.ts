import { given } from '../../core/given.ts'
import { beside } from '../beside.ts'
import { makeManifest } from '../complete.ts'
import type { Surroundings } from '../contexts.ts'
import type { Output } from '../flow-rows.ts'
import { writeRejects } from '../rejects.ts'
import type { RunEnd, Started } from '../run-request.ts'
import type { ChangedRows } from './change-rows.ts'
import { countRowsOf } from './count-rows.ts'
import { nextDue, waitsOf } from './reading-due.ts'

/**
 * Called when no more changes are sent. Publishes the rejects. A run with pending rows is not over: it is resumed to send the rest.
 */
export const completeChanges = async (
  started: Started,
  around: Surroundings,
  _output: Output,
  { preview, sent, pausedUntil, ...flowed }: ChangedRows,
): Promise<RunEnd> => {
  const { id, run, progress, request } = started
  const isDry = request.changing?.dryRun === true
  // What is not settled in a dry run would be sent.
  const { pending: left, ...outcomes } = await countRowsOf(run)
  // Fewer rows may wait than were read: some had to be settled at once.
  if (flowed.dueMs !== undefined && !isDry)
    await request.store.saveDue(id, nextDue(await request.store.read(id, reader => waitsOf(reader, started.info))))
  const rejects = await writeRejects(started, around)
  try {
    const manifest = await makeManifest(
      { ...started, described: flowed.described, progress: { ...progress, outcomes } },
      rejects.files,
      flowed,
    )
    await rejects.close('commit', beside(started, manifest))
    const changes = { pending: left, sent, ...given({ preview, pausedUntil }) }
    if (left > 0 && !isDry) {
      await started.finish('interrupted', { manifest })
      return { run: id, end: 'pending', manifest, progress, changes }
    }
    await started.finish('done', { manifest })
    return { run: id, end: 'done', manifest, progress, changes }
  } catch (error) {
    await rejects.close('abort')
    throw error
  }
}
