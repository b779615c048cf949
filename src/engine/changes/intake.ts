import { namedSource } from './named-source.ts'
import { intakeNote } from '../../store/types.ts'
import type { Json } from '../../core/json.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { ChangeSink } from '../../core/parts.ts'
import { stopError } from '../../core/stop.ts'
import type { Surroundings } from '../contexts.ts'
import { flowRows, type Flowed, type Output } from '../flow-rows.ts'
import { inputFinder, type InputFinder } from '../input-finder.ts'
import type { Described, Started } from '../run-request.ts'
import { sourceContextOf } from '../scoped-context.ts'
import { arrangeNeeds } from './arrange-needs.ts'
import { operationContext } from './context.ts'
import { expectOwnRows } from './expect-own-rows.ts'
import { laterTimes } from './due-rows.ts'
import { ledgerSink } from './ledger-sink.ts'
import { repeatedWork } from './repeated-work.ts'
import { arrangeRepeats } from './repeats.ts'
import { resolver } from './resolve.ts'
import { noteSuperseded, supersededIn } from './superseding.ts'
import { withSealedValues, type OpenSealed } from './sealed-values.ts'
import type { ChangeRun } from './change-run.ts'

/** The rows of a phase, once all of them are in its ledger. */
export interface TakenIn extends Flowed {
  /** Operations in the ledger. */
  readonly kinds: readonly string[]
  /** Recognises the rows whose operations would do the same again; see `Operation.isRepeated`. */
  readonly repeated?: string
  /** Whether rows make passwords or passes. */
  readonly makesCredentials?: boolean
  /** When the first of the rows is due that are left for a later time; milliseconds since 1970. */
  readonly dueMs?: number
  /** The parts that took the rows in. */
  readonly described: Described
}

/** What intake found, for another process that ends the run. */
type Noted = Pick<
  TakenIn,
  'before' | 'origin' | 'tables' | 'notes' | 'kinds' | 'repeated' | 'makesCredentials' | 'described' | 'dueMs'
> & {
  readonly tenant: string
  readonly counts: Readonly<Record<string, number>>
  /** Whether a row has several steps. */
  readonly haveSteps: boolean
}

/**
 * Reads all rows into the ledger, and finds those that change the same thing. An interrupted intake starts over; once it has ended, it
 * is not repeated.
 *
 * @throws EntrapipeError `NOT_PERMITTED`; `INPUT_FOREIGN` if the rows name objects of another tenant; `RUN_NOT_RESUMABLE` if it was interrupted and the input cannot be read again
 */
export const takeIn = async (
  started: Started,
  around: Surroundings,
  output: Output,
  { ledger, graph, operationOf, record, changing, untilShown }: ChangeRun,
): Promise<TakenIn> => {
  const refusal = await changing.permitted?.()
  const expectPermitted = (kinds: readonly string[]): void => {
    const stop = refusal?.(kinds)
    if (stop) throw stopError(stop)
  }
  const { run, plan, progress, request } = started
  const noted = (await run.loadNote(intakeNote)) as unknown as Noted | undefined
  if (noted) {
    const { counts, tenant, haveSteps: _, ...flowed } = noted
    if (tenant !== graph.tenant.id)
      throw new EntrapipeError(
        'RUN_CHANGED',
        `The changes of run ${started.id} are for another tenant than ${graph.tenant.name}. Nothing was sent.`,
      )
    expectPermitted(flowed.kinds)
    Object.assign(progress, counts, { state: 'running' })
    const context = sourceContextOf(around, started, () => undefined)
    return { ...flowed, origin: { ...flowed.origin, notes: new Set() }, context, used: () => undefined }
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
  const sink = plan.sink as unknown as ChangeSink<unknown>
  const source =
    sink.operation === undefined ? plan.source : namedSource(plan.source, sink.operation, request.operations!)
  let haveSteps = false
  const naming = new Set<string>()
  const work = repeatedWork(operationOf)
  const superseded = supersededIn(plan.sink as object)
  let makesCredentials = false
  const laters = laterTimes(around.clock.now())
  const sinkWith = (openSealed: OpenSealed) =>
    ledgerSink({
      ledger: { ...ledger, add: entries => ledger.add(superseded.seen(work.seen(entries))) },
      operationOf(kind) {
        const operation = operationOf(kind)
        // Rows with several steps differ in what they need: everything that lacks is reported at once, at the end.
        if (!kinds.has(kind) && !haveSteps) expectPermitted([kind])
        kinds.add(kind)
        return operation
      },
      resolve: resolver(graph, around.signal, untilShown),
      context: () => operationContext(graph, around.signal),
      openSealed,
      kind: sink.operation ?? sink.kind,
      changes(row) {
        const steps = sink.changes(row)
        haveSteps ||= steps.length > 1
        return steps
      },
      inputOf: key => inputOf(key),
      naming: kind => void naming.add(kind),
      waiting: laters.timed,
      making: () => void (makesCredentials = true),
    })
  const flowed = await withSealedValues(request.store, graph.tenant, openSealed =>
    flowRows({ ...started, plan: { ...plan, source, sink: sinkWith(openSealed) } }, around, output, rows => {
      inputOf = inputFinder(rows)
    }),
  )
  expectPermitted([...kinds])
  expectOwnRows(flowed.origin.tenant, [...naming], graph.tenant)
  progress.written = 0
  await ledger.arrange()
  await arrangeRepeats(ledger, operationOf, record)
  await arrangeNeeds(ledger, record)
  const { before, origin, tables } = flowed
  const notes = [...flowed.notes, ...(sink.notes?.() ?? [])]
  const { read, repeated, dropped } = progress
  const { described } = started
  const more = { ...given({ repeated: work.digest(), dueMs: laters.first() }), makesCredentials }
  const note = {
    tenant: graph.tenant.id,
    before,
    origin,
    tables,
    notes,
    described,
    kinds: [...kinds],
    ...more,
    counts: { read, repeated, dropped },
    haveSteps,
  }
  if (!changing.dryRun) await noteSuperseded(started, superseded.all())
  await run.saveNote(intakeNote, JSON.parse(JSON.stringify(note)) as Json)
  return { ...flowed, notes, described, kinds: [...kinds], ...more }
}
