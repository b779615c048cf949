import { EntrapipeError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import type { ChangeSink, Writer } from '../../core/parts.ts'
import type { OutcomeCounts, Result } from '../../core/result.ts'
import type { Surroundings } from '../contexts.ts'
import { failureLimit } from '../failure-limit.ts'
import type { Output } from '../flow-rows.ts'
import type { Started } from '../run-request.ts'
import type { ApplyOptions } from './apply-options.ts'
import { apply } from './apply.ts'
import { auditing } from './auditing.ts'
import { countedGraph } from '../../graph/counted-graph.ts'
import type { ChangeRun } from './change-run.ts'
import { graphClock } from './graph-clock.ts'
import { openLessons } from './lessons.ts'
import { guard, type Guarded } from './guard.ts'
import { takeIn, type TakenIn } from './intake.ts'
import { operationsBy } from './ledger-sink.ts'
import { decidedAgainNote } from './undoing.ts'
import { refusalWatch } from './refusal-watch.ts'
import { opensAt, paced, pausedNote, paceNote, type Pace, type Paced } from './pacing.ts'
import { dryRunNote, sendingNote } from './run-notes.ts'
import type { Preview } from './tally.ts'
import { credentialsNote } from '../../store/types.ts'
import { credentialsOf } from './credentials.ts'
import { surveyUnits } from './survey-units.ts'
import { unitWatch } from './unit-watch.ts'
import { supersede } from './superseding.ts'
import { pastTimes } from './past.ts'
import { waitUntilShown } from './until-shown.ts'
import { waitsElsewhere } from './waits-elsewhere.ts'
import { keptUsed, type KeptUsed } from './kept-used.ts'

/** Whether the rows of a sink are changes to the directory. */
export const isChangeSink = (sink: object): sink is ChangeSink<unknown> => 'changes' in sink

/** What a phase that changes the directory has done. */
export interface ChangedRows extends TakenIn {
  readonly preview: Preview | undefined
  /** Number of rows that were sent, if there is a limit. */
  readonly sent: number
  /** See `Changed`. */
  readonly pausedUntil?: number
}

/** There is no output: the changes are sent from the ledger. */
const noWriter: Writer<unknown> = {
  write: async () => undefined,
  checkpoint: async () => ({ mark: 0, cut: 0 }),
  finish: async () => [],
  close: async () => undefined,
}

/**
 * Reads all rows into the ledger, guards the run, and sends the changes. A resumed run whose intake had ended works from the ledger
 * alone.
 */
export const changeRows = async (started: Started, around: Surroundings, output: Output): Promise<ChangedRows> => {
  const used = await keptUsed(started)
  try {
    const rows = await readAndSend(started, around, output, used)
    await used.save()
    return rows
  } catch (error) {
    // The first error is reported.
    await used.save().catch(() => undefined)
    throw error
  }
}

const readAndSend = async (
  started: Started,
  around: Surroundings,
  output: Output,
  used: KeptUsed,
): Promise<ChangedRows> => {
  const { run, progress, plan } = started
  const limit = failureLimit(plan.maxFailed, progress)
  const watch = refusalWatch(started.id)
  const settled = (results: readonly Result[]): void => {
    for (const { outcome } of results) progress.outcomes[outcome]++
    results.forEach(watch)
    used.settled(results.length)
    limit.during()
  }
  const changeRun = await changeRunOf(started, around, settled)
  const pace = changeRun.changing.dryRun ? {} : await keptPace(started)
  await started.saveRunNote(dryRunNote, changeRun.changing.dryRun === true)
  const takenIn = await takeIn(started, around, output, changeRun)
  await used.save()
  output.writer = noWriter
  output.stopCheckpoints = () => true
  if (started.request.retry) await changeRun.ledger.reopen({ outcomes: started.request.retry })
  Object.assign(progress.outcomes, await run.countResults())
  Object.assign(progress, { state: 'checking', checking: 'rows' })
  const guarded = await guard(changeRun, started, around, takenIn)
  if (!changeRun.changing.dryRun) await supersede(started)
  // Rows that are sent again count as failed until they have another result.
  if (!started.request.retry) limit.atEnd()
  // Nothing waits in a run that a brake stops, or that is not confirmed.
  if (takenIn.dueMs !== undefined && !changeRun.changing.dryRun)
    await started.request.store.saveDue(started.id, Math.min(takenIn.dueMs, started.info.dueAt ?? Infinity))
  if (takenIn.makesCredentials && !changeRun.changing.dryRun)
    await started.saveRunNote(credentialsNote, {
      ...(await started.request.store.read(started.id, credentialsOf)),
      left: true,
    } as object as Json)
  const sent = changeRun.changing.dryRun
    ? { sent: 0 }
    : await sendAudited(
        started,
        around,
        changeRun,
        {
          ...guarded,
          ...takenIn,
          pace,
          follower: (plan.sink as Partial<ChangeSink<unknown>>).follow?.(takenIn.context),
        },
        settled,
      )
  // Results were replaced: those of retried rows, and some if somebody else was seen to make the same changes.
  Object.assign(progress.outcomes, await run.countResults())
  if (started.request.retry?.includes('unknown')) await run.saveNote(decidedAgainNote, true)
  limit.atEnd()
  progress.state = 'finishing'
  return { ...takenIn, used: used.used, preview: guarded.preview, ...sent }
}

const changeRunOf = async (
  { request, run, id, name }: Started,
  { signal, clock }: Surroundings,
  settled: (results: readonly Result[]) => void,
): Promise<ChangeRun> => {
  const { graph: client, operations, changing } = request
  if (!client || !operations || !changing)
    throw new EntrapipeError('INTERNAL', 'A run that changes the directory needs a client and operations.')
  const ledger = await run.ledger()
  let requests = 0
  const graph = countedGraph(client, () => void requests++)
  const { lagBoundMs } = changing
  const since = (): number => clock.now() - lagBoundMs
  const past = pastTimes(clock)
  const lastWrites = request.store.lastWrites({ tenant: graph.tenant.id, except: { run: id, phase: name } })
  return {
    lessons: openLessons({ store: request.store, tenant: graph.tenant.id, run: id, clock }),
    clock,
    past,
    requests: () => requests,
    writtenAt: entries => lastWrites.of(entries, since()),
    untilShown: waitUntilShown({
      lastWrites,
      past,
      lagBoundMs,
      clock,
      signal,
      waiting: ms => request.onEvent?.({ event: 'waiting', ms }),
    }),
    ledger,
    graph,
    operationOf: operationsBy(operations),
    changing,
    signal,
    async record(settlements) {
      if (settlements.length === 0) return
      await ledger.settle(settlements)
      settled(settlements.map(({ result }) => result))
    },
  }
}

const sumOf = (outcomes: OutcomeCounts): number => Object.values(outcomes).reduce((sum, many) => sum + many, 0)

/** No change is sent before the audit log has who sends it, and why. */
const sendAudited = async (
  started: Started,
  around: Surroundings,
  changeRun: ChangeRun,
  { described, ...more }: Pick<TakenIn, 'described'> & Sending,
  settled: (results: readonly Result[]) => void,
): Promise<Paced> => {
  const { waiting, pending, sent } = await changeRun.ledger.count()
  const opens = opensAt(more.pace.window, around.clock.now())
  if (opens !== undefined && !changeRun.changing.waitsForWindow && waiting + pending + sent > 0) {
    await started.saveRunNote(pausedNote, opens)
    return { sent: 0, pausedUntil: opens }
  }
  const audit = auditing(started, described)
  const left = waiting + pending + sent
  await audit.begin(left)
  const { progress } = started
  const settledBefore = sumOf(progress.outcomes)
  progress.state = 'running'
  progress.sending = { total: settledBefore + left, settledBefore, startedAtMs: around.clock.now() }
  let paced: Paced
  try {
    paced = await send(started, around, changeRun, more, results => {
      settled(results)
      audit.settled(results.length)
    })
  } catch (error) {
    try {
      await audit.end(error)
    } catch {
      // The first error is reported. What is missing in the log is appended when the run is resumed or discarded.
    }
    throw error
  }
  await audit.end()
  return paced
}

/** With what changes are sent. */
type Sending = Pick<Guarded, 'protection' | 'units'> &
  Pick<TakenIn, 'kinds'> &
  Pick<ApplyOptions, 'follower'> & { readonly pace: Pace }

const send = async (
  { saveRunNote, run, id, progress, plan, expectHeld, request: { store, onEvent } }: Started,
  { clock, signal }: Surroundings,
  { ledger, graph, operationOf, changing, writtenAt, past, lessons }: ChangeRun,
  { protection, pace, follower, units, kinds }: Sending,
  settled: (results: readonly Result[]) => void,
): Promise<Paced> => {
  const { lagBoundMs, mostChanges = Infinity, waitsForWindow = false } = changing
  await saveRunNote(sendingNote, true)
  const graphAheadMs = graphClock({ graph, clock, signal, run })
  await graphAheadMs()
  const watch = unitWatch(units ?? surveyUnits().found(), { graph, clock })
  return paced(
    {
      pace,
      waits: waitsForWindow,
      mostRows: mostChanges,
      clock,
      signal,
      load: note => store.read(id, reader => reader.loadNote(note)),
      save: saveRunNote,
      sentSince: ms =>
        ledger.sentSince(
          ms,
          kinds.filter(kind => operationOf(kind).countsObjects),
        ),
      async left() {
        const { settled: _, ...left } = await ledger.count()
        return Object.values(left).reduce((sum, many) => sum + many, 0)
      },
      pausing(pausing) {
        progress.pausing = pausing
        if (pausing) onEvent?.({ event: 'pausing', ...pausing })
      },
    },
    (mostRows, until) =>
      apply({
        ...{
          ledger,
          graph,
          operationOf,
          protection,
          clock,
          past,
          lagBoundMs,
          graphAheadMs,
          mostRows,
          owns: (plan.sink as Partial<ChangeSink<unknown>>).owns,
          writtenAt,
          waitsElsewhere: waitsElsewhere({ store, clock, tenant: graph.tenant.id, run: id }),
          settled,
          units: watch,
          follower,
          lessons,
          expectHeld,
        },
        signal: until,
      }),
  )
}

/** A resumed run keeps its pace. */
const keptPace = async ({ request: { store, changing }, id, saveRunNote }: Started): Promise<Pace> => {
  const noted = ((await store.read(id, reader => reader.loadNote(paceNote))) ?? {}) as Pace
  const pace = { ...noted, ...changing?.pace }
  if (Object.keys(pace).length > 0) await saveRunNote(paceNote, pace as Json)
  return pace
}
