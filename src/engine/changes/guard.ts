import { doubtOf } from '../../core/doubt.ts'
import type { ChangeSink } from '../../core/parts.ts'
import { once } from '../../core/once.ts'
import type { Operation } from '../../core/operation.ts'
import type { Outcome, Result } from '../../core/result.ts'
import type { Sorter } from '../../core/sorted.ts'
import { stopError, type Stop } from '../../core/stop.ts'
import type { Ledger } from '../../store/ledger-types.ts'
import { phasesOf } from '../../store/types.ts'
import type { Surroundings } from '../contexts.ts'
import type { Progress } from '../progress.ts'
import type { Started } from '../run-request.ts'
import { findTooManyRemovals } from './brakes.ts'
import { countRemovals, isLeft, isSettled, isSpent, type Removals } from './count-removals.ts'
import type { ChangeRun } from './change-run.ts'
import { foreseenRemovals } from './foreseen.ts'
import { graphClock } from './graph-clock.ts'
import type { TakenIn } from './intake.ts'
import type { Protection } from './looks.ts'
import { planNote } from './plan-note.ts'
import { plannedRows } from './planned-rows.ts'
import { findRepeatedRows } from './repeated-rows.ts'
import { findRepeated } from './repeated-work.ts'
import { maxRemovalsNote, notRepeatedNote, sendingNote, unitsCountedNote } from './run-notes.ts'
import { shortStop, type SurveyedUnits, type WhenShort } from './survey-units.ts'
import { survey } from './survey.ts'
import type { Preview } from './tally.ts'

/** What guards the changes of a run. */
export interface Guarded {
  /** What would be sent, where it had to be counted. */
  readonly preview: Preview | undefined
  /** Finds what must not be touched, once. */
  readonly protection: (() => Promise<Protection>) | undefined
  /** The units that rows take and free. */
  readonly units: SurveyedUnits | undefined
}

const mayTakeAway = ({ removal, irreversible }: Operation): boolean =>
  removal !== undefined || irreversible !== undefined

/**
 * Counts what would be sent, and stops a run that must not send it.
 *
 * @throws EntrapipeError `INPUT_INCOMPLETE`, `IRREVERSIBLE`, `RUN_REPEATED`, `TOO_MANY_REMOVALS`, that of a supply that is short, and as the confirmation does
 */
export const guard = async (
  run: ChangeRun,
  started: Started,
  around: Surroundings,
  takenIn: TakenIn,
): Promise<Guarded> => {
  const { kinds, notes, origin } = takenIn
  const { ledger, graph, operationOf, record, changing, signal, clock, writtenAt } = run
  const { planned, confirm, dryRun } = changing
  const takesAway = kinds.map(operationOf).some(mayTakeAway)
  const protection = changing.protection && once(() => told(started.progress, changing.protection!))
  const stops = [await changing.refused?.(kinds), await repeatedStop(run, started, takenIn)].filter(
    stop => stop !== undefined,
  )
  if (stops[0] && !dryRun) throw stopError(stops[0])
  const foresees = started.plan.foresees !== undefined
  const onlooker = dryRun || confirm ? changing.onlooker : undefined
  const usesUnits = kinds.some(kind => operationOf(kind).supply !== undefined)
  if (!dryRun && !confirm && !takesAway && !foresees && !usesUnits)
    return { preview: undefined, protection, units: undefined }
  const whenShort = await whenShortIn(run, started)
  await onlooker?.begin(sorterOf(started), () => resultsOf(started, ledger))
  const surveyed = await survey({
    ledger,
    graph,
    operationOf,
    signal,
    record,
    protection,
    lessons: run.lessons,
    clock,
    past: run.past,
    lagBoundMs: changing.lagBoundMs,
    writtenAt,
    requests: run.requests,
    graphAheadMs: graphClock({ graph, clock, signal, run: started.run }),
    isDry: dryRun === true,
    onlooker,
    whenShort,
    // A plan names what was there, so that a row which is changed meanwhile is refused. A later phase counts what this one would take away.
    ...((planned || (dryRun && phasesOf(started.info).length > 1)) && {
      planned: rows => ledger.keepBefore(rows.map(({ entry: { ordinal }, before }) => ({ ordinal, before }))),
    }),
  })
  const { looks, unitsOf: units, ...found } = surveyed
  const impact = await onlooker?.end()
  const looksTwice = takesAway || usesUnits
  const counted: Preview = {
    ...found,
    impacts: impact === undefined ? [] : [impact],
    notes,
    stops: [],
    requests: requestsOfRun(looks, run, looksTwice) + found.writes,
  }
  if (dryRun) {
    const preview = { ...counted, stops: await stopsOf(counted, run, started, takenIn, stops, units) }
    const at = { run: started.id, phase: started.name }
    const hash = await planned?.(() => plannedRows(ledger, operationOf, at), preview)
    if (hash !== undefined) await started.saveRunNote(planNote, hash)
    return { preview, protection, units }
  }
  const earlier = await takenEarlier(run, started)
  const isShort = whenShort.then === 'send' ? undefined : tooFewUnits(counted, started, units)
  const stop = incomplete(counted, origin) ?? irreversible(counted, run) ?? isShort
  if (stop) throw stopError(stop, earlier.hasSent)
  const all: Preview = {
    ...counted,
    removals: [...counted.removals, ...(await foreseenRemovals(run, started, around, protection))],
  }
  const braked = await tooManyRemovals(all, earlier, run, started)
  if (braked) throw stopError({ ...braked, fix: `Look at them with --dry-run. ${braked.fix}` }, earlier.hasSent)
  if (changing.maxRemovals !== undefined) await started.saveRunNote(maxRemovalsNote, changing.maxRemovals)
  if (counted.writes > 0 || Object.keys(counted.waits).length > 0) await confirm?.(all, earlier.hasSent)
  if (usesUnits) await started.run.saveNote(unitsCountedNote, true)
  return { preview: counted, protection, units }
}

const sorterOf =
  ({ run }: Started) =>
  (): Sorter =>
    run.scope('survey').sorter('impact')

const unsent: ReadonlySet<Outcome> = new Set(['unchanged', 'skipped', 'failed'])

/** The results so far of rows that get no request: a run that is resumed has others, and those of rows that a retry sends again. */
async function* resultsOf({ run, request }: Started, ledger: Ledger): AsyncGenerator<readonly Result[]> {
  const isOpen = async ({ key, step = 0 }: Result): Promise<boolean> => {
    const entry = request.retry && (await ledger.find({ key, step }))
    return entry !== undefined && entry.state !== 'settled'
  }
  for (let after = 0; ;) {
    const page = await run.readResults({ after })
    const last = page.at(-1)
    if (!last) return
    const found: Result[] = []
    for (const result of page) if (unsent.has(result.outcome) && !(await isOpen(result))) found.push(result)
    yield found
    after = last.sequence
  }
}

/** Finding what must not be touched takes a while where many hold roles. */
const told = async (progress: Progress, find: () => Promise<Protection>): Promise<Protection> => {
  progress.checking = 'protection'
  try {
    return await find()
  } finally {
    progress.checking = 'rows'
  }
}

/** What would stop the run that sends what was counted in this dry run. */
const stopsOf = async (
  preview: Preview,
  run: ChangeRun,
  started: Started,
  { kinds, origin }: Pick<TakenIn, 'kinds' | 'origin'>,
  known: readonly Stop[],
  units: SurveyedUnits,
): Promise<readonly Stop[]> => {
  const lacking = await run.changing.permittedToSend?.()
  return [
    ...(run.changing.stops ?? []),
    ...known,
    lacking?.(kinds.filter(kind => preview.send[kind])),
    incomplete(preview, origin),
    irreversible(preview, run),
    tooFewUnits(preview, started, units),
    await tooManyRemovals(preview, await takenEarlier(run, started), run, started),
  ].filter(stop => stop !== undefined)
}

/** Units were counted once before the first row was sent: later, each row shows by itself whether there is one. */
const whenShortIn = async ({ untilShown, changing }: ChangeRun, { plan, run }: Started): Promise<WhenShort> => {
  const { whenShort = 'stop' } = plan.sink as Partial<ChangeSink<unknown>>
  const isCounted = !changing.dryRun && (await run.loadNote(unitsCountedNote)) === true
  return { then: isCounted ? 'send' : whenShort, untilShown: () => untilShown() }
}

const tooFewUnits = ({ units }: Preview, { plan }: Started, { supply }: SurveyedUnits): Stop | undefined =>
  shortStop(units, supply, 'whenShort' in plan.sink)

/** Whether these rows were done before. A phase that has passed once may be resumed. */
const repeatedStop = async (
  { graph, changing, ledger, operationOf, clock }: ChangeRun,
  { id, request: { store, fresh = false }, run }: Started,
  { repeated }: TakenIn,
): Promise<Stop | undefined> => {
  if (repeated === undefined || (await run.loadNote(notRepeatedNote)) === true) return undefined
  const among = { store, tenant: graph.tenant.id, run: id }
  const stop = fresh
    ? undefined
    : ((await findRepeated(among, repeated)) ??
      (await findRepeatedRows({ ...among, nowMs: clock.now() }, ledger, operationOf)))
  if (!stop && !changing.dryRun) await run.saveNote(notRepeatedNote, true)
  return stop
}

interface Earlier {
  readonly spent: readonly Removals[]
  readonly hasSent: boolean
  readonly consent: number | undefined
}

/** What the run has taken away in any phase: no limit is passed by phases, or by a resume. In a dry run, what it would have. */
const takenEarlier = async (
  { operationOf, changing: { dryRun = false, restOf } }: ChangeRun,
  { id, name, info, request: { store } }: Started,
): Promise<Earlier> => {
  const begun = phasesOf(info).filter(phase => phase !== name || (info.resumed > 0 && !dryRun))
  const earlierIn = (run: string, phases: readonly string[], isCounted: typeof isSpent): Promise<Earlier> =>
    store.read(run, async reader => ({
      spent: await countRemovals(reader, phases, operationOf, isCounted),
      hasSent: (await reader.loadNote(sendingNote)) === true,
      consent: (await reader.loadNote(maxRemovalsNote)) as number | undefined,
    }))
  const own = await earlierIn(id, begun, dryRun ? isLeft : isSpent)
  if (restOf === undefined) return own
  // Rows without a reply are among those that are left.
  const before = await earlierIn(restOf.run, phasesOf(await store.get(restOf.run)), isSettled)
  return { ...before, spent: [...before.spent, ...own.spent] }
}

const tooManyRemovals = async (
  { removals }: Preview,
  { spent, consent }: Earlier,
  { changing, graph, signal }: ChangeRun,
  { plan }: Started,
): Promise<Stop | undefined> => {
  const { limited } = plan.sink as Partial<ChangeSink<unknown>>
  const isCounted = ({ of }: Removals): boolean => limited === undefined || (limited === 'objects' && of !== undefined)
  const counted = removals.filter(isCounted)
  if (counted.length === 0) return undefined
  const maxRemovals = changing.maxRemovals ?? consent
  return findTooManyRemovals({ removals: counted, spent: spent.filter(isCounted), maxRemovals }, graph, signal)
}

/** The requests that read: as many as this run made. A run that removes something, or needs units, looks twice. Apply asks for the time, too. */
const requestsOfRun = (looks: number, { requests }: ChangeRun, looksTwice: boolean): number =>
  requests() + (looksTwice ? looks : 0) + 1

/** A list that was cut short would take away what is missing in it, or only half of what was meant. */
const incomplete = ({ removals }: Preview, origin: TakenIn['origin']): Stop | undefined => {
  const doubt = removals.length === 0 ? undefined : doubtOf(origin)
  return (
    doubt && {
      code: 'INPUT_INCOMPLETE',
      why: `The input is not complete: it ${doubt.because}. The changes would remove something.`,
      fix: doubt.fix,
    }
  )
}

const irreversible = ({ final }: Preview, { changing, operationOf }: ChangeRun): Stop | undefined =>
  Object.keys(final).length === 0 || changing.irreversible
    ? undefined
    : {
        code: 'IRREVERSIBLE',
        why: `These changes cannot be undone: ${Object.entries(final)
          .map(([kind, count]) => `${operationOf(kind).title} (${count})`)
          .join(', ')}.`,
        fix: 'Add --irreversible if they are intended.',
      }
