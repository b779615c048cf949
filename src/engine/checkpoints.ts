import type { Json } from '../core/json.ts'
import type { Writer } from '../core/parts.ts'
import type { Run } from '../store/types.ts'
import type { Cut } from './items.ts'

interface Arrived extends Cut {
  readonly positions: NonNullable<Cut['positions']>
  readonly written: number
}

/** Saves what belongs to a cut when the sink vouches for it; a sink may vouch for an older one than it was asked for. */
export interface Checkpoints {
  readonly arrive: (cut: Cut, written: number) => Promise<void>
  /**
   * Whether a checkpoint stands, of this process or of an earlier one. None is saved from now on: by this answer it is
   * decided whether what was written stays, while the sink may still be about to vouch for it.
   */
  readonly stop: () => boolean
}

/** Follows cuts to the sink and saves each, with its positions and states, once the sink vouches for it. */
export const checkpoints = (run: Pick<Run, 'saveCheckpoint'>, writer: Writer<never>, resumed: boolean): Checkpoints => {
  const open: Arrived[] = []
  let any = resumed
  let isOver = false
  return {
    stop() {
      isOver = true
      return any
    },
    async arrive(cut, written) {
      const { positions: placed } = cut
      if (placed) open.push({ ...cut, positions: placed, written })
      const safe = await writer.checkpoint(cut.cut)
      const at = open.findIndex(arrived => arrived.cut === safe.cut)
      if (at < 0 || isOver) return
      const { positions, states, read, repeated, dropped, ...rest } = open[at]!
      open.splice(0, at + 1)
      await run.saveCheckpoint({
        cut: rest.cut,
        positions,
        states: states as Record<string, Json>,
        mark: safe.mark,
        counters: { read, repeated, dropped, written: rest.written },
      })
      any = true
    },
  }
}
