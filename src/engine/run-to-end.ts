import type { Duplex } from 'node:stream'
import type { Context, Origin } from '../core/context.ts'
import { DownstreamClosed } from '../core/downstream-closed.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import type { Part, Writer } from '../core/parts.ts'
import type { Result } from '../core/result.ts'
import type { Checkpoint } from '../store/types.ts'
import { checkpoints, type Checkpoints } from './checkpoints.ts'
import { complete } from './complete.ts'
import { partContext, type Surroundings } from './contexts.ts'
import type { RunEnd, Started } from './execute.ts'
import { flow } from './flow.ts'
import { merge } from './merge.ts'
import { isTransform } from './plan.ts'
import { isFailure, resultLog, type ResultLog } from './result-log.ts'
import { fuse, type PlacedStep, type Stage, type StageCounts } from './stage.ts'
import { openStep } from './steps.ts'

/** What is remembered of the origin of the rows while they flow. */
export interface OriginSeen {
  tenant: string | undefined
  complete: boolean | undefined
}

/** Flows a run to its end, from its beginning or from its last checkpoint, and commits, keeps or removes what was written. */
export const runToEnd = async (started: Started): Promise<RunEnd> => {
  const { request, plan, run, progress } = started
  const ending = new AbortController()
  const signal = AbortSignal.any([request.signal, ending.signal])
  const around: Surroundings = { ...request, graph: request.graph, run: run.id, signal }
  let writer: Writer<unknown> | undefined
  let cuts: Checkpoints | undefined
  try {
    const committed = run.loadCommitting()
    const sinkLog = resultLog(run, progress, run.loadCheckpoint()?.cut ?? 0)
    const settledBySink = (result: Result): void => {
      if (isFailure(result)) progress.written--
      sinkLog.settled(result)
    }
    const sinkContext = contextOf(around, started, 'sink', settledBySink, () => undefined)
    if (committed && (await plan.sink.published?.(sinkContext, committed.files))) {
      run.finish('done', { manifest: committed.manifest })
      return { run: run.id, end: 'done', manifest: committed.manifest, progress }
    }
    const from = goBack(started)
    const origin: OriginSeen = { tenant: undefined, complete: undefined }
    const sourceLog = resultLog(run, progress, from?.cut ?? 0)
    const reading = readParts(started, around, sourceLog, origin)
    const sourceContext = contextOf(around, started, 'source', sourceLog.settled, () => undefined)
    progress.phase = 'counting'
    const before = await remember(started, sourceContext)
    progress.expected = before.count === undefined ? undefined : Math.min(before.count, plan.limit)
    const parts = run.loadParts() ?? (await plan.source.split?.(sourceContext)) ?? [{ name: plan.source.kind }]
    run.saveParts(parts)
    const opened = await openStages(started, around, from)
    writer = await plan.sink.open(sinkContext, from?.mark)
    cuts = checkpoints(run, writer as Writer<never>, from !== undefined)
    const scopeOfSink = run.scope('sink')
    progress.phase = 'running'
    await flow({
      items: merge({
        source: plan.source,
        parts,
        partsAtOnce: plan.partsAtOnce,
        rowsPerCut: rowsPerCutOf(started),
        limit: plan.limit,
        ...(from ? { from: { cut: from.cut, positions: from.positions, read: from.counters['read'] ?? 0 } } : {}),
        context: reading.context,
        repeated: () => progress.repeated,
        leaving: reading.leaving,
        left: rows => void (progress.read += rows),
        cutMade: sourceLog.passed,
      }),
      stages: opened.stages,
      writer,
      written(page) {
        progress.written += page.rows.length
        sinkLog.flush()
      },
      async cutArrived(cut) {
        sinkLog.passed(cut.cut)
        scopeOfSink.advance(cut.cut)
        await cuts!.arrive(cut, progress.written)
      },
      signal,
    })
    for (const log of [sourceLog, ...opened.logs, sinkLog]) log.flush()
    progress.phase = 'finishing'
    return await complete(started, writer, { before, origin, context: sourceContext, around })
  } catch (error) {
    if (error instanceof DownstreamClosed) {
      await writer?.close('abort')
      run.finish('done')
      return { run: run.id, end: 'closed', manifest: undefined, progress }
    }
    // An abort comes out of streams under many names; its reason is what ended the run.
    const reason: unknown = request.signal.aborted ? request.signal.reason : error
    await stop(started, writer, cuts?.any() ?? false, reason)
    throw reason
  } finally {
    progress.phase = 'ended'
    ending.abort(new DownstreamClosed('the run has ended'))
  }
}

/** Keeps what a resumed run can use, removes what none can, and never hides why the run ended. */
const stop = async (
  started: Started,
  writer: Writer<unknown> | undefined,
  any: boolean,
  reason: unknown,
): Promise<void> => {
  const { run, plan } = started
  const told = reason instanceof EntrapipeError ? reason : undefined
  try {
    await writer?.close(plan.notResumable === undefined && any ? 'keep' : 'abort')
  } catch {
    // Closing after a failure fails for the same cause (a full disk, a closed pipe): the cause is what is reported.
  }
  const interrupted = told?.code === 'INTERRUPTED' || told?.code === 'TERMINATED'
  run.finish(interrupted ? 'interrupted' : 'failed', {
    error: { code: told?.code ?? 'INTERNAL', message: reason instanceof Error ? reason.message : String(reason) },
  })
}

const goBack = ({ run, progress, request }: Started): Checkpoint | undefined => {
  const from = run.rewind()
  if (from) {
    progress.read = from.counters['read'] ?? 0
    progress.written = from.counters['written'] ?? 0
    progress.dropped = from.counters['dropped'] ?? 0
    progress.repeated = from.counters['repeated'] ?? 0
    progress.resumedAt = progress.read
  }
  const counted = run.countResults()
  progress.failed = counted.failed + counted.unknown
  if (run.info.resumed > 0)
    request.onEvent?.({ event: 'resumed', run: run.id, rows: progress.read, startedAtMs: run.info.startedAt })
  return from
}

/** What the source said of itself before its first page. */
export interface Before {
  readonly count: number | undefined
  readonly present: Json | undefined
}

/** Counted once a run, before its first page: a resumed run compares with what its first process saw. */
const remember = async ({ run, plan }: Started, ctx: Context): Promise<Before> => {
  const noted = run.loadNote('before') as { count: number | null; present: Json } | undefined
  if (noted) return { count: noted.count ?? undefined, present: noted.present ?? undefined }
  const present = await plan.source.present?.(ctx)
  const count = await plan.source.count?.(ctx)
  run.saveNote('before', { count: count ?? null, present: present ?? null })
  return { count, present }
}

/** Saved with the run: a compressed file of other cuts has other bytes. */
const rowsPerCutOf = ({ run, plan }: Started): number => {
  const noted = run.loadNote('rowsPerCut')
  if (typeof noted === 'number') return noted
  if (plan.notResumable === undefined) run.saveNote('rowsPerCut', plan.rowsPerCut)
  return plan.rowsPerCut
}

const contextOf = (
  around: Surroundings,
  { run }: Started,
  scope: string,
  settled: ResultLog['settled'],
  origin: (origin: Origin) => void,
): Context => partContext(around, { store: () => run.scope(scope), settled, origin })

/** What a part settles and learns while it reads a page counts from the moment that the page leaves. */
const readParts = (
  started: Started,
  around: Surroundings,
  log: ResultLog,
  seen: OriginSeen,
): { readonly context: (part: Part) => Context; readonly leaving: (part: string) => number } => {
  const held = new Map<string, (() => void)[]>()
  let refused = 0
  const later = (part: string, effect: () => void): void => {
    const effects = held.get(part)
    if (effects) effects.push(effect)
    else held.set(part, [effect])
  }
  return {
    context: part =>
      contextOf(
        around,
        started,
        `source.${part.name}`,
        result =>
          later(part.name, () => {
            if (isFailure(result)) refused++
            log.settled(result)
          }),
        origin =>
          later(part.name, () => {
            seen.tenant = origin.tenant ?? seen.tenant
            seen.complete = origin.complete ?? seen.complete
            started.progress.repeated += origin.repeated ?? 0
          }),
      ),
    leaving(part) {
      refused = 0
      for (const effect of held.get(part) ?? []) effect()
      held.delete(part)
      log.flush()
      return refused
    },
  }
}

/** Opens the steps, fused where they follow one another, around the streams of others. */
const openStages = async (
  started: Started,
  around: Surroundings,
  from: Checkpoint | undefined,
): Promise<{ readonly stages: readonly (Stage | Duplex)[]; readonly logs: readonly ResultLog[] }> => {
  const { plan, run, progress } = started
  const stages: (Stage | Duplex)[] = []
  const logs: ResultLog[] = []
  let steps: PlacedStep[] = []
  let log: ResultLog | undefined
  let failed = { rows: 0 }
  const close = (): void => {
    const own = failed
    if (steps.length > 0 && log)
      stages.push(
        flushing(
          fuse(steps, counting(progress), () => own.rows),
          log,
        ),
      )
    steps = []
    log = undefined
    failed = { rows: 0 }
  }
  for (const [at, transform] of plan.transforms.entries()) {
    if (!isTransform(transform)) {
      close()
      stages.push(transform)
      continue
    }
    const own = (log ??= resultLog(run, progress, from?.cut ?? 0))
    const ownFailed = failed
    if (!logs.includes(own)) logs.push(own)
    const scope = `${at}.${transform.kind}`
    const settled = (result: Result): void => {
      if (isFailure(result)) ownFailed.rows++
      own.settled(result)
    }
    const ctx = contextOf(around, started, scope, settled, () => undefined)
    const step = await openStep(transform, ctx, from?.states[scope])
    const kept = run.scope(scope)
    steps.push({
      scope,
      step,
      passed(cut) {
        own.passed(cut)
        kept.advance(cut)
      },
    })
  }
  close()
  return { stages, logs }
}

const flushing = (stage: Stage, log: ResultLog): Stage => ({
  async item(item) {
    const out = await stage.item(item)
    log.flush()
    return out
  },
  async end() {
    const page = await stage.end()
    log.flush()
    return page
  },
})

/** The progress of the run is the count of the stage: it begins with what earlier processes have counted. */
const counting = (progress: StageCounts): StageCounts => progress
