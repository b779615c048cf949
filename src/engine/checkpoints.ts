import type { Json } from '../core/json.ts'
import type { Used } from '../core/manifest.ts'
import type { Shard, Writer } from '../core/parts.ts'
import type { RunPhase } from '../store/store.ts'
import type { Cut } from './pages-and-cuts.ts'

interface Arrived extends Cut {
  readonly written: number
}

/** Saves a cut when the sink returns its mark. A sink may return an older cut than requested. */
interface Checkpoints {
  readonly arrive: (cut: Cut, written: number) => Promise<void>
  /**
   * Stops saving, and returns whether there is a checkpoint, of this process or an earlier one. The result decides whether the
   * output is kept, so no checkpoint may be saved later, even if the sink still returns a mark.
   */
  readonly stop: () => boolean
}

/**
 * Follows cuts to the sink and saves each, with its positions and states, when the sink returns its mark.
 *
 * @param saved the shards that are already saved with the run
 */
export const checkpoints = (
  run: Pick<RunPhase, 'saveCheckpoint'>,
  writer: Writer<never>,
  saved: readonly Shard[],
  resumed: boolean,
  used: () => Used | undefined = () => undefined,
): Checkpoints => {
  const open: Arrived[] = []
  let any = resumed
  let isOver = false
  return {
    stop() {
      isOver = true
      return any
    },
    async arrive(cut, written) {
      open.push({ ...cut, written })
      const safe = await writer.checkpoint(cut.cut)
      const at = open.findIndex(arrived => arrived.cut === safe.cut)
      if (at < 0 || isOver) return
      const { positions, shards, ids, states, read, repeated, dropped, ...rest } = open[at]!
      open.splice(0, at + 1)
      const before = any
      // Also while it is being saved: without its output, a checkpoint would be one from which nothing can be resumed.
      any = true
      try {
        await run.saveCheckpoint({
          cut: rest.cut,
          positions,
          ...(shards !== saved && { shards }),
          ...(ids && { ids }),
          states: states as Record<string, Json>,
          mark: safe.mark,
          counters: { read, repeated, dropped, written: rest.written, ...used() },
        })
      } catch (error) {
        any = before
        throw error
      }
      saved = shards
    },
  }
}
