import type { Json } from '../core/json.ts'
import type { Page } from '../core/row.ts'
import { watchScope, type ColumnWatch } from './columns.ts'
import { inputsOf, isCut, type Cut, type Item } from './items.ts'
import type { OpenStep, Rows } from './steps.ts'

/** A step in its place. Its scope names its state, and it is notified of each cut that passes. */
export interface PlacedStep {
  readonly scope: string
  readonly step: OpenStep
  readonly passed: (cut: number) => void
  /** Number of rows that it held back at the cut from which the run is resumed. @default 0 */
  readonly held?: number
  readonly watch?: ColumnWatch
}

/** The name under which the number of rows that a step holds back is saved with a cut, beside its state. */
export const heldScope = (scope: string): string => `${scope}/held`

/** The counts of a stage so far. */
export interface StageCounts {
  /** Rows that went in, and neither came out nor failed. */
  dropped: number
}

/** Consecutive steps, fused into one function from items to items. */
export interface Stage {
  readonly item: (item: Item) => Item | Promise<Item>
  /** Returns rows that steps held back, after the last item, each passed through the later steps. */
  readonly end: () => Promise<Page<unknown> | undefined>
}

/**
 * Rows of a step with an `end` that have not come out yet are held back, not dropped: what it drops is only known at its end.
 *
 * @param failed returns the number of rows that the steps have settled as failed so far
 * @param working called with the rows as they were read, before steps process what was made of them
 */
export const fuse = (
  steps: readonly PlacedStep[],
  counts: StageCounts,
  failed = () => 0,
  working: (inputs: Rows) => void = () => undefined,
): Stage => {
  const held = steps.map(step => step.held ?? 0)
  const counted = (at: number, went: number, out: Rows, failedBefore: number): Rows => {
    const missing = went - out.length - (failed() - failedBefore)
    if (steps[at]!.step.end) held[at]! += missing
    else counts.dropped += Math.max(0, missing)
    return out
  }
  const through = (rows: Rows, from: number): Rows | Promise<Rows> => {
    for (let at = from; at < steps.length; at++) {
      if (rows.length === 0) return rows
      const went = rows.length
      const before = failed()
      steps[at]!.watch?.see(rows)
      const next = steps[at]!.step.page(rows)
      if (next instanceof Promise) return next.then(made => through(counted(at, went, made, before), at + 1))
      rows = counted(at, went, next, before)
    }
    return rows
  }
  const ended = async (at: number): Promise<Rows> => {
    const { end } = steps[at]!.step
    if (!end) return []
    const before = failed()
    const rows = counted(at, 0, await end(), before)
    counts.dropped += Math.max(0, held[at]!)
    // Their inputs are no longer in memory, so their own values are used.
    working(rows)
    return through(rows, at + 1)
  }
  const passed = (cut: Cut): Cut => {
    for (const [at, { scope, step, watch, passed }] of steps.entries()) {
      if (watch) cut.states[watchScope(scope)] = watch.save()
      if (step.save) cut.states[scope] = step.save() as Json
      if (step.end) cut.states[heldScope(scope)] = held[at]!
      passed(cut.cut)
    }
    cut.dropped += counts.dropped
    return cut
  }
  return {
    item(item) {
      if (isCut(item)) return passed(item)
      const inputs = inputsOf(item)
      working(inputs)
      const rows = through(item.rows, 0)
      return rows instanceof Promise ? rows.then(made => ({ ...item, rows: made, inputs })) : { ...item, rows, inputs }
    },
    async end() {
      const rows: Rows[number][] = []
      for (const at of steps.keys()) rows.push(...(await ended(at)))
      return rows.length > 0 ? { shard: 'end', rows } : undefined
    },
  }
}
