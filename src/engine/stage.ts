import { copyOf, type Json } from '../core/json.ts'
import { unparsedIn } from '../core/json-rows.ts'
import { watchScope, type ColumnWatch } from './columns.ts'
import type { HeldInputs } from './held-inputs.ts'
import { inputsOf, isCut, type Cut, type FlowingPage, type PageOrCut } from './pages-and-cuts.ts'
import type { OpenStep, Rows } from './steps.ts'
import { rowOfNames } from './row-of-names.ts'

/** A step in its place. Its scope names its state, and it is notified of each cut that passes. */
export interface PlacedStep {
  readonly scope: string
  readonly step: OpenStep
  readonly passed: (cut: number) => void
  /** Number of rows that it held back at the cut from which the run is resumed. @default 0 */
  readonly held?: number
  /** For a step that holds rows back. */
  readonly inputs?: HeldInputs
  readonly watch?: ColumnWatch
  /** Whether rows pass unchanged, because the sink reads its columns. @default never */
  readonly passes?: () => boolean
}

/** The name under which the number of rows that a step holds back is saved with a cut, beside its state. */
export const heldScope = (scope: string): string => `${scope}/held`

/** The counts of a stage so far. */
export interface StageCounts {
  /** Rows that went in, did not come out, and have no result. A resumed run starts with the count of earlier processes. */
  dropped: number
}

/** Consecutive steps, fused into one function of pages and cuts. */
export interface Stage {
  readonly pass: (flowing: PageOrCut) => PageOrCut | Promise<PageOrCut>
  /** Returns rows that steps held back, after the last page, each passed through the later steps. */
  readonly end: () => Promise<FlowingPage | undefined>
}

/**
 * Rows of a step with an `end` that have not come out yet are held back, not dropped: what it drops is only known at its end.
 *
 * @param settled returns the number of rows with a result of these steps so far
 * @param working called with the rows as they were read, before steps process what was made of them
 */
export const fuse = (
  steps: readonly PlacedStep[],
  counts: StageCounts,
  settled = () => 0,
  working: (inputs: Rows) => void = () => undefined,
): Stage => {
  const held = steps.map(step => step.held ?? 0)
  /** Of the rows that the steps process now. */
  let inputs: Rows = []
  const counted = (at: number, went: Rows, out: Rows, settledBefore: number): Rows => {
    const { step, inputs: kept } = steps[at]!
    const missing = went.length - out.length - (settled() - settledBefore)
    if (step.end) held[at]! += missing
    else counts.dropped += Math.max(0, missing)
    if (kept) {
      kept.keep(went, out, inputs)
      work(kept.join(out, inputs))
    }
    return out
  }
  const work = (read: Rows): void => {
    inputs = read
    working(read)
  }
  const through = (rows: Rows, from: number): Rows | Promise<Rows> => {
    for (let at = from; at < steps.length; at++) {
      if (rows.length === 0) return rows
      const went = rows
      const before = settled()
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
    const before = settled()
    const rows = counted(at, [], await end(), before)
    counts.dropped += Math.max(0, held[at]!)
    return through(rows, at + 1)
  }
  const passed = (cut: Cut): Cut => {
    for (const [at, { scope, step, watch, passed }] of steps.entries()) {
      if (watch) cut.states[watchScope(scope)] = watch.save()
      if (step.save) cut.states[scope] = copyOf(step.save() as Json)
      if (step.end) cut.states[heldScope(scope)] = held[at]!
      passed(cut.cut)
    }
    cut.dropped += counts.dropped
    return cut
  }
  return {
    pass(flowing) {
      if (isCut(flowing)) return passed(flowing)
      const json = unparsedIn(flowing)
      if (json && steps.every(({ passes }) => passes?.())) {
        for (const { watch } of steps) watch?.see([rowOfNames(json)])
        return flowing
      }
      work(inputsOf(flowing))
      const rows = through(flowing.rows, 0)
      return rows instanceof Promise
        ? rows.then(made => ({ ...flowing, rows: made, inputs }))
        : { ...flowing, rows, inputs }
    },
    async end() {
      const rows: Rows[number][] = []
      const read: Rows[number][] = []
      for (const at of steps.keys()) {
        work([])
        rows.push(...(await ended(at)))
        read.push(...inputs)
      }
      return rows.length > 0 ? { shard: 'end', rows, inputs: read } : undefined
    },
  }
}
