import type { Json } from '../core/json.ts'
import type { Page } from '../core/row.ts'
import { isCut, type Cut, type Item } from './items.ts'
import type { OpenStep, Rows } from './steps.ts'

/** A step of ours in its place: its scope names its state, and it is told of each cut that passes. */
export interface PlacedStep {
  readonly scope: string
  readonly step: OpenStep
  readonly passed: (cut: number) => void
}

/** What the stage has counted so far. */
export interface StageCounts {
  /** Rows that went in and neither came out nor failed. */
  dropped: number
}

/** Steps of ours that follow one another, fused: one function from items to items. */
export interface Stage {
  readonly item: (item: Item) => Item | Promise<Item>
  /** Rows that steps held back, after the last item, each passed through the steps behind it. */
  readonly end: () => Promise<Page<unknown> | undefined>
}

/** @param failed how many rows the steps have settled as failed so far */
export const fuse = (steps: readonly PlacedStep[], counts: StageCounts, failed = () => 0): Stage => {
  const through = (rows: Rows, from: number): Rows | Promise<Rows> => {
    for (let at = from; at < steps.length; at++) {
      if (rows.length === 0) return rows
      const next = steps[at]!.step.page(rows)
      if (next instanceof Promise) return next.then(made => through(made, at + 1))
      rows = next
    }
    return rows
  }
  const counted = (page: Page<unknown>, rows: Rows, failedBefore: number): Item => {
    counts.dropped += Math.max(0, page.rows.length - rows.length - (failed() - failedBefore))
    return { ...page, rows }
  }
  const passed = (cut: Cut): Cut => {
    for (const { scope, step, passed } of steps) {
      if (step.save) cut.states[scope] = step.save() as Json
      passed(cut.cut)
    }
    cut.dropped += counts.dropped
    return cut
  }
  return {
    item(item) {
      if (isCut(item)) return passed(item)
      const before = failed()
      const rows = through(item.rows, 0)
      return rows instanceof Promise ? rows.then(made => counted(item, made, before)) : counted(item, rows, before)
    },
    async end() {
      const rows: Rows[number][] = []
      for (const [at, { step }] of steps.entries())
        if (step.end) rows.push(...(await through(await step.end(), at + 1)))
      return rows.length > 0 ? { part: 'end', rows } : undefined
    },
  }
}
