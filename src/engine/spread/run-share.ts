import { given } from '../../core/given.ts'
import type { Shard, Source } from '../../core/parts.ts'
import type { Run } from '../../store/store.ts'
import { onlyPhase } from '../../store/types.ts'
import type { Surroundings } from '../contexts.ts'
import { flowRows, type Output } from '../flow-rows.ts'
import { newProgress } from '../progress.ts'
import type { Started } from '../run-request.ts'
import { saveSummary } from './share-summary.ts'

/** One shard of a source, without what is asked once for all shards. Keys are compared once all shards are read. */
const onlyShard = (source: Source<unknown>, shard: Shard): Source<unknown> => ({
  kind: source.kind,
  ...given({ usesGraph: source.usesGraph, live: source.live }),
  split: async () => [shard],
  read: (ctx, asked, from) => source.read(ctx, asked, from),
})

/**
 * Reads a shard of a run, and writes its rows beside those of other shards. It continues after the last part that an earlier holder has
 * closed.
 *
 * @param held the record of the shard, which is released
 * @param used what this process has used of the service since it was asked last, by the names of counters
 */
export const runShare = async (
  started: Started,
  around: Surroundings,
  { shard, at, held }: { readonly shard: Shard; readonly at: number; readonly held: Run },
  used: () => Readonly<Record<string, number>>,
): Promise<void> => {
  const { plan } = started
  const share = plan.sink.spreading!.share({ token: held.token ?? 1, shard: at })
  const progress = newProgress(started.request.clock.now())
  const output: Output = { writer: undefined, stopCheckpoints: () => false }
  try {
    const phase = await held.phase(onlyPhase)
    const own: Started = {
      ...started,
      plan: {
        ...plan,
        source: onlyShard(plan.source, shard),
        sink: share.sink,
        rejects: undefined,
        maxFailed: undefined,
      },
      ...{ run: phase, info: held.info, progress, tellsResumed: false },
      expectHeld: held.expectHeld,
      saveRunNote: held.saveNote,
    }
    const signal = held.lost ? AbortSignal.any([around.signal, held.lost]) : around.signal
    const { origin } = await flowRows(own, { ...around, signal }, output, rows =>
      share.reading(rows.map(({ key }) => key)),
    )
    await output.writer!.finish()
    const { read, written, dropped, repeated } = progress
    await saveSummary(phase, {
      mark: share.mark(),
      counters: { read, written, dropped, repeated, ...used() },
      origin: { ...origin, notes: [...origin.notes] },
    })
    await output.writer!.close('keep')
    await held.finish('done')
  } catch (error) {
    output.stopCheckpoints()
    // Another process continues it, or the run fails with this error.
    await output.writer?.close('keep').catch(() => undefined)
    await held.release().catch(() => undefined)
    throw error
  }
}
