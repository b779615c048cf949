import type { Judged } from '../core/completeness.ts'
import type { Context, Origin } from '../core/context.ts'
import { given } from '../core/given.ts'
import { unparsedIn } from '../core/json-rows.ts'
import type { Used } from '../core/manifest.ts'
import type { Writer } from '../core/parts.ts'
import { isOfRow } from '../core/result.ts'
import { remember, type Before } from './before.ts'
import { checkpoints } from './checkpoints.ts'
import { columnsAtSink, sinkWatchScope } from './columns.ts'
import type { Surroundings } from './contexts.ts'
import { failureLimit } from './failure-limit.ts'
import { flow } from './flow.ts'
import { inputsOf } from './pages-and-cuts.ts'
import { merge } from './merge.ts'
import { openStages } from './open-stages.ts'
import { noteOpened } from './opened.ts'
import { goBack, rowsPerCutOf, shardsOf, tellPace } from './phase-start.ts'
import { readShards, type OriginSeen } from './read-shards.ts'
import { resultLog, type ResultLog } from './result-log.ts'
import type { Started } from './run-request.ts'
import { contextOf, sourceContextOf } from './scoped-context.ts'
import type { Rows } from './steps.ts'
import { uniqueKeys } from './unique.ts'
import { rowOfNames } from './row-of-names.ts'
import { usedSince } from './used.ts'
import { shardsWidth } from './width.ts'

/** The output of a phase in progress. It is closed however the phase ends. */
export interface Output {
  /** Absent before it is opened, and after its commit. */
  writer: Writer<unknown> | undefined
  /** Stops saving checkpoints, and returns whether there is one from which the phase can be resumed. */
  stopCheckpoints: () => boolean
}

/** Facts about the rows, once the last one is written. */
export interface Flowed {
  readonly before: Before
  readonly origin: OriginSeen
  /** Completeness of the inputs that transforms read, such as the table of a lookup. */
  readonly tables: readonly Judged[]
  readonly context: Context
  readonly notes: readonly string[]
  /** What it has used of the service so far. */
  readonly used: () => Used | undefined
}

/**
 * Moves the rows of a phase from the source to the sink, starting at the first row or the last checkpoint. Resolves when the
 * sink has accepted the last row, to what is needed to judge the output.
 *
 * @param reading called with rows as they were read, before what they became is written
 */
export const flowRows = async (
  started: Started,
  around: Surroundings,
  output: Output,
  reading: (inputs: Rows) => void = () => undefined,
): Promise<Flowed> => {
  const { plan, run, progress } = started
  const from = await goBack(started)
  output.stopCheckpoints = () => from !== undefined
  const used = usedSince(plan.usesGraph ? started.request.graph : undefined, from?.counters)
  const limit = failureLimit(plan.maxFailed, progress)
  const origin: OriginSeen = {
    tenant: undefined,
    completeness: undefined,
    limit: undefined,
    why: undefined,
    ignored: [],
    differences: undefined,
    notes: new Set(),
  }
  let writeUnparsed: ReturnType<NonNullable<Writer<unknown>['unparsed']>>
  const sourceLog = resultLog(run, progress, from?.cut ?? 0, limit.during)
  const sinkLog = resultLog(run, progress, from?.cut ?? 0, limit.during)
  const unique = plan.source.keys === 'unique' ? uniqueKeys(run.ids(from?.ids), plan.source.kind, from?.ids) : undefined
  const shardsRead = readShards(started, around, sourceLog, origin, unique, from, () => writeUnparsed !== undefined)
  const sourceContext = sourceContextOf(
    around,
    started,
    sourceLog.settled,
    undefined,
    unique && { wasRead: unique.wasRead },
  )
  progress.state = 'counting'
  const before = await remember(started, sourceContext)
  progress.expected = before.count === undefined ? undefined : Math.min(before.count, plan.limit)
  progress.pace = plan.source.pace?.(sourceContext)
  tellPace(started)
  for (const note of (await plan.source.delta?.begin(sourceContext)) ?? [])
    started.request.onEvent?.({ event: 'noted', note })
  const shards = await shardsOf(started, sourceContext)
  progress.shards = shards.length
  const rowsPerCut = await rowsPerCutOf(started)
  const tables: Judged[] = []
  const told = ({ note, completeness, why }: Origin): void => {
    if (note !== undefined) origin.notes.add(note)
    if (completeness !== undefined) tables.push({ completeness, ...given({ why }) })
  }
  const settledBySink: ResultLog['settled'] = (result, read) => {
    if (isOfRow(result)) progress.written--
    sinkLog.settled(result, read)
  }
  const stages = await openStages(started, around, from, told, limit, settledBySink)
  const sinkContext = contextOf(around, started, 'sink', settledBySink, () => {
    const names = stages.firstColumns()
    return started.columns.at(-1) ?? columnsAtSink(plan, names && { names, closed: false })
  })
  const writer = await plan.sink.open(sinkContext, from?.mark, started.like)
  output.writer = writer
  await noteOpened(run, plan.sink.place, sinkContext)
  stages.offer(writer)
  if (stages.isWhole()) writeUnparsed = writer.unparsed?.()
  const cuts = checkpoints(run, writer as Writer<never>, shards, from !== undefined, used)
  output.stopCheckpoints = cuts.stop
  const scopeOfSink = run.scope('sink')
  progress.state = 'running'
  await flow({
    pagesAndCuts: over =>
      merge({
        source: plan.source,
        shards,
        late: before.present === undefined ? undefined : plan.source.late?.(before.present),
        shardsAtOnce: shardsWidth(plan.source.usesGraph ? around.graph : undefined, plan.shardsAtOnce),
        rowsPerCut,
        limit: plan.limit,
        ...(from ? { from: { cut: from.cut, positions: from.positions, read: from.counters['read'] ?? 0 } } : {}),
        context: shardsRead.context,
        unique,
        cameAgain: rows => void (progress.repeated += rows),
        repeated: () => progress.repeated,
        settled: shardsRead.settled,
        leaving: shardsRead.leaving,
        states: shardsRead.states,
        left: rows => void (progress.read += rows),
        cutMade: sourceLog.passed,
        divided: shards => void (progress.shards = shards),
        signal: over,
      }),
    stages: stages.stages,
    writer,
    writeUnparsed,
    writing(page) {
      const json = unparsedIn(page)
      if (json) return stages.sinkWatch.see([rowOfNames(json)])
      stages.sinkWatch.see(page.rows)
      sinkLog.working(inputsOf(page))
      reading(inputsOf(page))
    },
    written(rows) {
      progress.written += rows
      return sinkLog.flush()
    },
    async cutArrived(cut) {
      sinkLog.passed(cut.cut)
      await sinkLog.flush()
      scopeOfSink.advance(cut.cut)
      cut.states[sinkWatchScope] = stages.sinkWatch.save()
      await cuts.arrive(cut, progress.written)
    },
    signal: around.signal,
  })
  for (const log of [sourceLog, ...stages.logs, sinkLog]) await log.flush()
  Object.assign(progress.outcomes, await run.countResults())
  limit.atEnd()
  progress.state = 'finishing'
  stages.checkColumns()
  return { before, origin, tables, context: sourceContext, used, notes: [...origin.notes, ...stages.notes()] }
}
