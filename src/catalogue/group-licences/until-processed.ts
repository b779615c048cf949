import type { Context } from '../../core/context.ts'
import type { Product } from '../../licensing/products.ts'
import {
  countShares,
  isProcessed,
  readGroupState,
  sumShares,
  type GroupState,
  type RequestedAt,
  type ShareCounts,
} from './group-state.ts'
import type { Target } from './target.ts'

/** The first pause between two looks at a group. Later ones are longer. */
const firstPauseMs = 10_000
const longestPauseMs = 300_000
const longer = 1.5

/** How a wait ended. */
interface Processed {
  readonly state: GroupState
  readonly counts: ReadonlyMap<Product, ShareCounts>
  /** False if the time was over before. */
  readonly isOver: boolean
}

/** A change of a group whose members are waited for. */
export interface Requested {
  /** Errors from before count as pending. */
  readonly at: RequestedAt
  /**
   * Called when the group shows that Graph has begun to process the change: errors that it leaves as they were are then its errors. Returns
   * false if a group cannot show that, as for a change of users.
   */
  begun(): boolean
}

const nothing: Requested = { at: () => undefined, begun: () => false }

/**
 * Waits until Graph has processed a group and no member is pending. A look is one small request; members are only read once the group says that it is
 * processed, since it may say so before it has begun.
 *
 * @param untilMs by the clock of the run
 */
export const untilProcessed = async (
  target: Target,
  products: readonly Product[],
  untilMs: number,
  ctx: Context,
  requested: Requested = nothing,
): Promise<Processed> => {
  const startedMs = ctx.clock.now()
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * longer)) {
    const state = await readGroupState(target, ctx)
    const isLast = ctx.clock.now() >= untilMs
    const isComplete = isProcessed(state)
    if (!isComplete) requested.begun()
    const counts = isComplete || isLast ? await countShares(target, products, state, ctx, requested.at) : undefined
    const sum = counts && sumShares(counts.values())
    const pending = sum?.pending
    if (counts && pending === 0 && isComplete) return { state, counts, isOver: true }
    // Graph may leave the time of an error that stays. What it has done for others shows that it was here.
    if (sum && isComplete && !isLast && sum.outdated === pending && sum.renewed > 0 && requested.begun()) continue
    if (counts && isLast) return { state, counts, isOver: false }
    const minutes = Math.floor((ctx.clock.now() - startedMs) / 60_000)
    ctx.doing({
      what: `waiting ${minutes} min for the members of ${target.name} to be processed${pending === undefined ? '' : ` (${pending} pending)`}`,
    })
    await ctx.clock.sleep(Math.max(0, Math.min(pauseMs, untilMs - ctx.clock.now())), ctx.signal)
  }
}
