import type { Duplex } from 'node:stream'
import type { Origin } from '../core/context.ts'
import type { Json } from '../core/json.ts'
import { isOfRow } from '../core/result.ts'
import type { Checkpoint } from '../store/types.ts'
import { sinkWatchScope, watchColumns, watchScope, type ColumnWatch } from './columns.ts'
import type { Surroundings } from './contexts.ts'
import { forObjects } from './expect-objects.ts'
import type { FailureLimit } from './failure-limit.ts'
import { nullsRefused } from './foreign.ts'
import { heldInputs } from './held-inputs.ts'
import { isTransform } from './plan.ts'
import { projecting, type Projecting } from './projecting.ts'
import { resultLog, type ResultLog } from './result-log.ts'
import type { Started } from './run-request.ts'
import { contextOf } from './scoped-context.ts'
import { fuse, heldScope, type PlacedStep, type Stage } from './stage.ts'
import { openStep, type OpenStep } from './steps.ts'

interface OpenStages {
  readonly stages: readonly (Stage | Duplex)[]
  readonly logs: readonly ResultLog[]
  /** Returns the notes of the steps about the rows. */
  readonly notes: () => readonly string[]
  /** Called after the last row. @throws EntrapipeError `COLUMN_UNKNOWN` */
  readonly checkColumns: () => void
  /** The columns of the first row of the source, if a transform has seen it. */
  readonly firstColumns: () => readonly string[] | undefined
  /** Looks for the columns that the sink names in the rows that its writer gets. */
  readonly sinkWatch: ColumnWatch
  /** Offers the columns of transforms that only project to the sink. Called before the first row. */
  readonly offer: Projecting['offer']
  /** Whether the sink gets the rows of the source. Known after the offer. */
  readonly isWhole: Projecting['isWhole']
}

/**
 * Opens the steps. Consecutive steps are fused, between foreign streams.
 *
 * @param told called with what the steps report about inputs that they read
 */
export const openStages = async (
  started: Started,
  around: Surroundings,
  from: Checkpoint | undefined,
  told: (origin: Origin) => void,
  limit: FailureLimit,
  settledBySink: ResultLog['settled'],
): Promise<OpenStages> => {
  const { plan, run, progress, columns } = started
  const last = projecting(plan, settledBySink)
  const watches: ColumnWatch[] = []
  const opened: OpenStep[] = []
  const stages: (Stage | Duplex)[] = []
  const logs: ResultLog[] = []
  let steps: PlacedStep[] = []
  let log: ResultLog | undefined
  let settledRows = { rows: 0 }
  const close = (): void => {
    const own = settledRows
    if (steps.length > 0 && log)
      stages.push(
        flushing(
          fuse(steps, progress, () => own.rows, log.working),
          log,
        ),
      )
    steps = []
    log = undefined
    settledRows = { rows: 0 }
  }
  for (const [at, part] of plan.transforms.entries()) {
    const isOurs = isTransform(part)
    const transform = isOurs ? part : nullsRefused
    const own = (log ??= resultLog(run, progress, from?.cut ?? 0, limit.during))
    const ownSettled = settledRows
    if (!logs.includes(own)) logs.push(own)
    const scope = `${at}.${transform.kind}`
    const settledHere: ResultLog['settled'] = (result, read) => {
      if (isOfRow(result)) ownSettled.rows++
      own.settled(result, read)
    }
    const settled = last.settled(at, settledHere)
    const ctx = contextOf(around, started, scope, settled, undefined, told)
    const step = await openStep(transform, ctx, from?.states[scope])
    const kept = run.scope(scope)
    const watch =
      isOurs &&
      watchColumns(part.kind, part.reads ?? [], columns[at], from?.states[watchScope(scope)] as Json | undefined)
    if (watch) watches.push(watch)
    opened.push(step)
    const held = from?.states[heldScope(scope)]
    const keptInputs = step.end && run.scope(heldScope(scope))
    const placed = last.placed(at, {
      scope,
      step,
      ...(typeof held === 'number' && { held }),
      ...(keptInputs && { inputs: heldInputs(keptInputs.map('inputs', { secret: true })) }),
      ...(watch && { watch }),
      passed(cut) {
        own.passed(cut)
        kept.advance(cut)
        keptInputs?.advance(cut)
      },
    })
    // Also where the sink reads the columns: these rows do not reach it.
    steps.push({ ...placed, step: forObjects(transform, placed.step, settledHere) })
    if (isOurs) continue
    close()
    stages.push(part)
  }
  close()
  const atSink = from?.states[sinkWatchScope] as Json | undefined
  const sinkWatch = last.watched(watchColumns(plan.sink.kind, plan.sink.reads ?? [], columns.at(-1), atSink))
  watches.push(sinkWatch)
  const [first] = plan.transforms
  return {
    stages,
    logs,
    notes: () => opened.flatMap(step => step.notes?.() ?? []),
    checkColumns: () => watches.forEach(watch => watch.end()),
    sinkWatch,
    offer: last.offer,
    isWhole: last.isWhole,
    firstColumns: () => (first && isTransform(first) ? watches[0]?.first() : undefined),
  }
}

const flushing = (stage: Stage, log: ResultLog): Stage => ({
  async pass(flowing) {
    const out = await stage.pass(flowing)
    await log.flush()
    return out
  },
  async end() {
    const page = await stage.end()
    await log.flush()
    return page
  },
})
