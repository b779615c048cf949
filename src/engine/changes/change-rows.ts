import type { Json } from '../../core/json.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Graph } from '../../core/graph.ts'
import type { Operation } from '../../core/operation.ts'
import type { ChangeSink, Writer } from '../../core/parts.ts'
import type { Ledger, Settlement } from '../../store/ledger-types.ts'
import type { Surroundings } from '../contexts.ts'
import { failureLimit } from '../failure-limit.ts'
import { flowRows, type Flowed, type Output } from '../flow-rows.ts'
import { inputFinder, type InputFinder } from '../input-finder.ts'
import type { Changing, Started } from '../run-request.ts'
import { sourceContextOf } from '../scoped-context.ts'
import { apply } from './apply.ts'
import { expectFewRemovals } from './brakes.ts'
import { graphAhead } from './graph-clock.ts'
import { ledgerSink, operationsBy } from './ledger-sink.ts'
import { refusalWatch } from './refusal-watch.ts'
import { arrangeRepeats } from './repeats.ts'
import { resolver } from './resolve.ts'
import type { Protection } from './looks.ts'
import { plannedRows } from './planned-rows.ts'
import { survey, type Preview } from './survey.ts'

/** Whether the rows of a sink are changes to the directory. */
export const isChangeSink = (sink: object): sink is ChangeSink<unknown> => 'changes' in sink

/** What a phase that changes the directory has done. */
export interface ChangedRows extends Flowed {
  readonly preview: Preview | undefined
}

const noWriter: Writer<unknown> = {
  write: async () => undefined,
  checkpoint: async () => ({ mark: 0, cut: 0 }),
  finish: async () => [],
  close: async () => undefined,
}

/** The note of a run that may have sent changes. */
export const sendingNote = 'sending'

/** The note of a phase whose intake has ended. */
const intakeNote = 'intake'

interface TakenIn extends Flowed {
  /** Operations in the ledger. */
  readonly kinds: readonly string[]
}

/** What intake found, for the judgement at the end of a run that another process began. */
type Noted = Pick<TakenIn, 'before' | 'origin' | 'tables' | 'notes' | 'kinds'> & {
  readonly counts: Readonly<Record<string, number>>
}

/**
 * Reads all rows into the ledger, guards the run, and sends the changes. A resumed run whose intake had ended works from the ledger
 * alone.
 */
export const changeRows = async (started: Started, around: Surroundings, output: Output): Promise<ChangedRows> => {
  const { request, run, progress, plan } = started
  const { graph, operations, changing } = request
  if (!graph || !operations || !changing)
    throw new EntrapipeError('INTERNAL', 'A run that changes the directory needs a client and operations.')
  const ledger = await run.ledger()
  const operationOf = operationsBy(operations)
  const limit = failureLimit(plan.maxFailed, progress)
  const watch = refusalWatch()
  const settled = (settlements: readonly Settlement[]): void => {
    for (const { result } of settlements) {
      progress.outcomes[result.outcome]++
      watch(result)
    }
    limit.during()
  }
  const record = async (settlements: readonly Settlement[]): Promise<void> => {
    if (settlements.length === 0) return
    await ledger.settle(settlements)
    settled(settlements)
  }
  const flowed = await takeAllIn(started, around, output, ledger, operationOf, graph, record)
  output.writer = noWriter
  output.stopCheckpoints = () => true
  Object.assign(progress.outcomes, await run.countResults())
  const preview = await guarded({
    ledger,
    graph,
    operationOf,
    record,
    changing,
    signal: around.signal,
    kinds: flowed.kinds,
  })
  if (!changing.dryRun) {
    await started.saveRunNote(sendingNote, true)
    await apply({
      ledger,
      graph,
      operationOf,
      protectedFrom,
      clock: around.clock,
      signal: around.signal,
      lagBoundMs: changing.lagBoundMs,
      graphAheadMs: await graphAhead(graph, around.clock, around.signal),
      mostRows: changing.mostChanges ?? Infinity,
      writtenAt: entries =>
        request.store.lastWrites(graph.tenant.id, entries, around.clock.now() - changing.lagBoundMs, started.id),
      settled: results => settled(results.map(result => ({ ordinal: 0, result }))),
    })
  }
  limit.atEnd()
  progress.state = 'finishing'
  return { ...flowed, preview }
}

const takeAllIn = async (
  started: Started,
  around: Surroundings,
  output: Output,
  ledger: Ledger,
  operationOf: (kind: string) => Operation,
  graph: Graph,
  record: (settlements: readonly Settlement[]) => Promise<void>,
): Promise<TakenIn> => {
  const { run, plan, progress } = started
  const context = sourceContextOf(around, started, () => undefined)
  const noted = (await run.loadNote(intakeNote)) as unknown as Noted | undefined
  if (noted) {
    const { counts, ...flowed } = noted
    Object.assign(progress, counts, { state: 'running' })
    return { ...flowed, origin: { ...flowed.origin, notes: new Set() }, context }
  }
  if (started.info.resumed > 0 && plan.source.resumable === false)
    throw new EntrapipeError(
      'RUN_NOT_RESUMABLE',
      `Run ${started.id} was interrupted while it read its input, which cannot be read again. Nothing was sent.`,
      { fix: 'Run the command again.' },
    )
  await ledger.clear()
  let inputOf: InputFinder = () => undefined
  const kinds = new Set<string>()
  const sink = ledgerSink({
    ledger,
    operationOf(kind) {
      kinds.add(kind)
      return operationOf(kind)
    },
    resolve: resolver(graph, around.signal),
    changes: (plan.sink as unknown as ChangeSink<unknown>).changes,
    inputOf: key => inputOf(key),
  })
  const flowed = await flowRows({ ...started, plan: { ...plan, sink } }, around, output, rows => {
    inputOf = inputFinder(rows)
  })
  progress.written = 0
  await ledger.arrange()
  await arrangeRepeats(ledger, record)
  const { before, origin, tables, notes } = flowed
  const { read, repeated, dropped } = progress
  const note = { before, origin, tables, notes, kinds: [...kinds], counts: { read, repeated, dropped } }
  await run.saveNote(intakeNote, JSON.parse(JSON.stringify(note)) as Json)
  return { ...flowed, kinds: [...kinds] }
}

interface GuardOptions {
  readonly ledger: Ledger
  readonly graph: Graph
  readonly operationOf: (kind: string) => Operation
  readonly record: (settlements: readonly Settlement[]) => Promise<void>
  readonly changing: Changing
  readonly signal: AbortSignal
  readonly protectedFrom: Protection | undefined
  /** Whether rows may take something away. */
  readonly takesAway: boolean
  readonly run: string
}

const mayTakeAway = ({ removal, irreversible }: Operation): boolean => removal !== undefined || irreversible === true

/** Counts what would be sent, and stops a run that must not send it. */
const guarded = async (options: GuardOptions): Promise<Preview | undefined> => {
  const { ledger, graph, operationOf, record, changing, signal, protectedFrom, takesAway, run } = options
  const { planned, confirm, maxRemovals, dryRun } = changing
  if (!dryRun && !planned && !confirm && !takesAway) return undefined
  const preview = await survey({
    ledger,
    graph,
    operationOf,
    signal,
    settle: record,
    protectedFrom,
    ...(planned && {
      planned: rows => ledger.keepBefore(rows.map(({ entry, before }) => ({ ordinal: entry.ordinal, before }))),
    }),
  })
  if (dryRun) {
    await planned?.(() => plannedRows(ledger, operationOf, run), preview)
    return preview
  }
  const final = Object.keys(preview.send).filter(kind => operationOf(kind).irreversible)
  if (final.length > 0 && !changing.irreversible)
    throw new EntrapipeError(
      'IRREVERSIBLE',
      `${final.map(kind => `${kind} (${preview.send[kind]})`).join(', ')} cannot be undone. Nothing was sent.`,
      { fix: 'Add --irreversible if it is intended.' },
    )
  await expectFewRemovals(preview.removals, maxRemovals, graph, signal)
  if (preview.writes > 0) await confirm?.(preview)
  return preview
}
