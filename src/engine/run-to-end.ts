import type { Judged } from '../core/completeness.ts'
import type { Origin } from '../core/context.ts'
import { DownstreamClosed } from '../core/downstream-closed.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Writer } from '../core/parts.ts'
import { isOfRow } from '../core/result.ts'
import type { Checkpoint } from '../store/types.ts'
import { remember } from './before.ts'
import { checkpoints, type Checkpoints } from './checkpoints.ts'
import { complete, completed } from './complete.ts'
import { columnsAtSink, sinkWatchScope } from './columns.ts'
import type { Surroundings } from './contexts.ts'
import { failureLimit } from './failure-limit.ts'
import { flow } from './flow.ts'
import { inputsOf } from './items.ts'
import { merge } from './merge.ts'
import { openStages } from './open-stages.ts'
import { pacedMs } from './progress.ts'
import { readShards, type OriginSeen } from './read-shards.ts'
import { resultLog, type ResultLog } from './result-log.ts'
import type { RunEnd, Started } from './run-request.ts'
import { contextOf, sourceContextOf } from './scoped-context.ts'
import { uniqueKeys } from './unique.ts'

/** Runs a phase to its end, from its first row or its last checkpoint, and commits, keeps or removes the output. */
export const runToEnd = async (started: Started): Promise<RunEnd> => {
  const { request, plan, run, progress } = started
  const ending = new AbortController()
  const signal = AbortSignal.any([request.signal, ending.signal])
  const around: Surroundings = { ...request, graph: request.graph, run: started.id, signal }
  let writer: Writer<unknown> | undefined
  let cuts: Checkpoints | undefined
  let from: Checkpoint | undefined
  try {
    const limit = failureLimit(plan.maxFailed, progress)
    const sinkLog = resultLog(run, progress, (await run.loadCheckpoint())?.cut ?? 0, limit.during)
    const settledBySink: ResultLog['settled'] = (result, read) => {
      if (isOfRow(result)) progress.written--
      sinkLog.settled(result, read)
    }
    let firstColumns = (): readonly string[] | undefined => undefined
    const sinkContext = contextOf(around, started, 'sink', settledBySink, () => {
      const names = firstColumns()
      return started.columns.at(-1) ?? columnsAtSink(plan, names && { names, closed: false })
    })
    const ended = await completed(started, sinkContext, around)
    if (ended) return ended
    from = await goBack(started)
    const origin: OriginSeen = {
      tenant: undefined,
      completeness: undefined,
      limit: undefined,
      why: undefined,
      ignored: [],
      notes: new Set(),
    }
    const sourceLog = resultLog(run, progress, from?.cut ?? 0, limit.during)
    const unique =
      plan.source.keys === 'unique' ? uniqueKeys(run.ids(from?.ids), plan.source.kind, from?.ids) : undefined
    const reading = readShards(started, around, sourceLog, origin, unique, from)
    const sourceContext = sourceContextOf(around, started, sourceLog.settled)
    progress.state = 'counting'
    const before = await remember(started, sourceContext)
    progress.expected = before.count === undefined ? undefined : Math.min(before.count, plan.limit)
    progress.pace = plan.source.pace?.(sourceContext)
    tellPace(started)
    const shards = (await run.loadShards()) ??
      (await plan.source.split?.(sourceContext)) ?? [{ name: plan.source.kind }]
    await run.saveShards(shards)
    const rowsPerCut = await rowsPerCutOf(started)
    const tables: Judged[] = []
    const told = ({ note, completeness, why }: Origin): void => {
      if (note !== undefined) origin.notes.add(note)
      if (completeness !== undefined) tables.push({ completeness, ...given({ why }) })
    }
    const opened = await openStages(started, around, from, told, limit, settledBySink)
    firstColumns = opened.firstColumns
    writer = await plan.sink.open(sinkContext, from?.mark)
    opened.offer(writer)
    cuts = checkpoints(run, writer as Writer<never>, shards, from !== undefined)
    const scopeOfSink = run.scope('sink')
    progress.state = 'running'
    await flow({
      items: flowing =>
        merge({
          source: plan.source,
          shards,
          shardsAtOnce: plan.shardsAtOnce,
          rowsPerCut,
          limit: plan.limit,
          ...(from ? { from: { cut: from.cut, positions: from.positions, read: from.counters['read'] ?? 0 } } : {}),
          context: reading.context,
          unique,
          cameAgain: rows => void (progress.repeated += rows),
          repeated: () => progress.repeated,
          settled: reading.settled,
          leaving: reading.leaving,
          states: reading.states,
          left: rows => void (progress.read += rows),
          cutMade: sourceLog.passed,
          signal: flowing,
        }),
      stages: opened.stages,
      writer,
      writing(page) {
        opened.sinkWatch.see(page.rows)
        sinkLog.working(inputsOf(page))
      },
      written(page) {
        progress.written += page.rows.length
        return sinkLog.flush()
      },
      async cutArrived(cut) {
        sinkLog.passed(cut.cut)
        await sinkLog.flush()
        scopeOfSink.advance(cut.cut)
        cut.states[sinkWatchScope] = opened.sinkWatch.save()
        await cuts!.arrive(cut, progress.written)
      },
      signal,
    })
    for (const log of [sourceLog, ...opened.logs, sinkLog]) await log.flush()
    Object.assign(progress.outcomes, await run.countResults())
    limit.atEnd()
    progress.state = 'finishing'
    opened.checkColumns()
    const committed = (): void => void (writer = undefined)
    return await complete(started, writer, {
      before,
      origin,
      tables,
      context: sourceContext,
      around,
      committed,
      notes: [...origin.notes, ...opened.notes()],
    })
  } catch (error) {
    if (error instanceof DownstreamClosed) {
      cuts?.stop()
      await tried(() => writer?.close('abort'))
      await tried(() => started.finish('done'))
      return { run: started.id, end: 'closed', manifest: undefined, progress }
    }
    // An abort surfaces as various errors of streams. Its reason is what ended the run.
    const reason: unknown = request.signal.aborted ? request.signal.reason : error
    await stop(started, writer, cuts?.stop() ?? from !== undefined, reason)
    throw reason
  } finally {
    progress.state = 'ended'
    ending.abort(new DownstreamClosed('the run has ended'))
  }
}

/** Keeps the output if the run can be resumed, else removes it. Never hides why the run ended. */
const stop = async (
  started: Started,
  writer: Writer<unknown> | undefined,
  any: boolean,
  reason: unknown,
): Promise<void> => {
  const { info, finish, saveOver } = started
  const told = reason instanceof EntrapipeError ? reason : undefined
  // A column that no row has would still be missing after a resume.
  const isOver = told?.code === 'COLUMN_UNKNOWN'
  const error = {
    code: told?.code ?? 'INTERNAL',
    message: reason instanceof Error ? reason.message : String(reason),
  } as const
  if (isOver) await tried(() => saveOver({ error }))
  await tried(() => writer?.close(info.resumable && any && !isOver ? 'keep' : 'abort'))
  const interrupted = told?.code === 'INTERRUPTED' || told?.code === 'TERMINATED'
  await tried(() => finish(interrupted ? 'interrupted' : 'failed', { error, ...(isOver && { isOver }) }))
}

/**
 * A step of ending a run. After a failure it fails for the same reason (a full disk, a closed pipe), so the first error is
 * reported. The run is released in any case.
 */
const tried = async (step: () => Promise<void> | undefined): Promise<void> => {
  try {
    await step()
  } catch {
    // See above.
  }
}

const goBack = async ({ run, progress, request, tellsResumed, id, info }: Started): Promise<Checkpoint | undefined> => {
  const from = await run.rewind()
  if (from) {
    progress.read = from.counters['read'] ?? 0
    progress.written = from.counters['written'] ?? 0
    progress.dropped = from.counters['dropped'] ?? 0
    progress.repeated = from.counters['repeated'] ?? 0
    progress.resumedAt = progress.read
  }
  Object.assign(progress.outcomes, await run.countResults())
  if (tellsResumed) request.onEvent?.({ event: 'resumed', run: id, rows: progress.read, startedAtMs: info.startedAt })
  return from
}

/** Saved with the run, because a compressed file with other cuts has other bytes. */
const rowsPerCutOf = async ({ run, plan, info, progress }: Started): Promise<number> => {
  if (!info.resumable) return Infinity
  const noted = await run.loadNote('rowsPerCut')
  if (typeof noted === 'number') return noted
  // A page that took a minute to read is saved before the next one.
  const rowsPerCut = progress.pace ? 1 : plan.rowsPerCut
  await run.saveNote('rowsPerCut', rowsPerCut)
  return rowsPerCut
}

/** Reports before the first page how long a slow listing will take. */
const tellPace = ({ request, progress: { pace, expected, read } }: Started): void => {
  if (!pace) return
  const rows = expected === undefined ? undefined : Math.max(0, expected - read)
  const takesMs = rows === undefined ? undefined : pacedMs(pace, rows, 0, 0)
  if (takesMs !== 0) request.onEvent?.({ event: 'slow', why: pace.why, rows, takesMs })
}
