import type { Context } from '../core/context.ts'
import type { Shard } from '../core/parts.ts'
import type { Checkpoint } from '../store/types.ts'
import { pacedMs } from './progress.ts'
import type { Started } from './run-request.ts'

/** Rewinds to the last checkpoint of the phase, and reports that it is resumed. Returns undefined if there is none. */
export const goBack = async ({
  run,
  progress,
  request,
  tellsResumed,
  id,
  info,
}: Started): Promise<Checkpoint | undefined> => {
  const from = await run.rewind()
  if (from) {
    progress.read = from.counters['read'] ?? 0
    progress.written = from.counters['written'] ?? 0
    progress.dropped = from.counters['dropped'] ?? 0
    progress.repeated = from.counters['repeated'] ?? 0
    progress.resumedAt = progress.read
  }
  Object.assign(progress.outcomes, await run.countResults())
  if (tellsResumed) request.onEvent?.({ event: 'resumed', run: id, rows: progress.read, startedAtMs: info.startedAt })
  return from
}

/** Returns the shards of the source. They are saved with the run: a resumed run does not split again. */
export const shardsOf = async ({ run, plan }: Started, sourceContext: Context): Promise<readonly Shard[]> => {
  const saved = await run.loadShards()
  if (saved) return saved
  const shards = (await plan.source.split?.(sourceContext, plan.limit)) ?? [{ name: plan.source.kind }]
  await run.saveShards(shards)
  return shards
}

/** Saved with the run, because a compressed file with other cuts has other bytes. */
export const rowsPerCutOf = async ({ run, plan, info, progress }: Started): Promise<number> => {
  // Changes are only sent once all rows are read, so an interrupted intake starts over.
  if (!info.resumable || 'changes' in plan.sink) return Infinity
  const noted = await run.loadNote('rowsPerCut')
  if (typeof noted === 'number') return noted
  // A page that took a minute to read is saved before the next one.
  const rowsPerCut = progress.pace ? 1 : plan.rowsPerCut
  await run.saveNote('rowsPerCut', rowsPerCut)
  return rowsPerCut
}

/** Reports before the first page how long a slow listing will take. */
export const tellPace = ({ request, progress: { pace, expected, read } }: Started): void => {
  if (!pace) return
  const rows = expected === undefined ? undefined : Math.max(0, expected - read)
  const takesMs = rows === undefined ? undefined : pacedMs(pace, rows, 0, 0)
  if (takesMs !== 0) request.onEvent?.({ event: 'slow', why: pace.why, rows, takesMs })
}
