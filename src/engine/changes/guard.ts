import { EntrapipeError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import { phasesOf } from '../../store/types.ts'
import type { Started } from '../run-request.ts'
import { expectFewRemovals } from './brakes.ts'
import { spentRemovals } from './count-removals.ts'
import type { ChangeRun } from './change-run.ts'
import type { TakenIn } from './intake.ts'
import type { Protection } from './looks.ts'
import { planNote } from './plan-note.ts'
import { plannedRows } from './planned-rows.ts'
import { maxRemovalsNote, sendingNote } from './run-notes.ts'
import { survey } from './survey.ts'
import type { Preview } from './tally.ts'

/** What guards the changes of a run. */
export interface Guarded {
  /** What would be sent, where it had to be counted. */
  readonly preview: Preview | undefined
  /** Finds what must not be touched, once. */
  readonly protection: (() => Promise<Protection>) | undefined
}

const mayTakeAway = ({ removal, irreversible }: Operation): boolean =>
  removal !== undefined || irreversible !== undefined

/**
 * Counts what would be sent, and stops a run that must not send it.
 *
 * @throws EntrapipeError `INPUT_INCOMPLETE`, `IRREVERSIBLE`, `TOO_MANY_REMOVALS`, and as the confirmation does
 */
export const guard = async (run: ChangeRun, started: Started, { kinds, origin, notes }: TakenIn): Promise<Guarded> => {
  const { ledger, graph, operationOf, record, changing, signal, clock, writtenAt } = run
  const { planned, confirm, dryRun } = changing
  const takesAway = kinds.map(operationOf).some(mayTakeAway)
  const protection = changing.protection && once(changing.protection)
  if (!dryRun && !confirm && !takesAway) return { preview: undefined, protection }
  const surveyed = await survey({
    ledger,
    graph,
    operationOf,
    signal,
    record,
    protection,
    clock,
    lagBoundMs: changing.lagBoundMs,
    writtenAt,
    requests: run.requests,
    isDry: dryRun === true,
    // A plan names what was there, so that a row which is changed meanwhile is refused.
    ...(planned && {
      planned: rows => ledger.keepBefore(rows.map(({ entry: { ordinal }, before }) => ({ ordinal, before }))),
    }),
  })
  const { looks, ...found } = surveyed
  const preview: Preview = { ...found, notes, requests: requestsOfRun(looks, run, takesAway) + found.writes }
  if (dryRun) {
    const at = { run: started.id, phase: started.name }
    const hash = await planned?.(() => plannedRows(ledger, operationOf, at), preview)
    if (hash !== undefined) await started.saveRunNote(planNote, hash)
    return { preview, protection }
  }
  expectComplete(preview, origin)
  expectReversible(preview, run)
  await brake(preview, run, started)
  if (preview.writes > 0) await confirm?.(preview)
  return { preview, protection }
}

/** Counts what the phase takes away, with what the run has taken away in any phase: no limit is passed by phases, or by a resume. */
const brake = async (
  { removals }: Preview,
  { operationOf, changing, graph, signal }: ChangeRun,
  { id, name, info, request, saveRunNote }: Started,
): Promise<void> => {
  if (removals.length > 0) {
    const begun = phasesOf(info).filter(phase => phase !== name || info.resumed > 0)
    const earlier = await request.store.read(id, async run => ({
      spent: await spentRemovals(run, begun, operationOf),
      hasSent: (await run.loadNote(sendingNote)) === true,
      consent: (await run.loadNote(maxRemovalsNote)) as number | undefined,
    }))
    await expectFewRemovals(
      { ...earlier, removals, maxRemovals: changing.maxRemovals ?? earlier.consent },
      graph,
      signal,
    )
  }
  if (changing.maxRemovals !== undefined) await saveRunNote(maxRemovalsNote, changing.maxRemovals)
}

const once = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let result: Promise<T> | undefined
  return () => (result ??= work())
}

/** The requests that read: as many as this run made. A run that takes something away looks twice. Apply asks for the time, too. */
const requestsOfRun = (looks: number, { requests }: ChangeRun, takesAway: boolean): number =>
  requests() + (takesAway ? looks : 0) + 1

/** A list that was cut short would take away what is missing in it, or only half of what was meant. */
const expectComplete = ({ removals }: Preview, origin: TakenIn['origin']): void => {
  const why = removals.length === 0 ? undefined : doubtOf(origin)
  if (why === undefined) return
  throw new EntrapipeError(
    'INPUT_INCOMPLETE',
    `The input is not complete: ${why.because}. The changes would take something away, so nothing was sent.`,
    { fix: why.fix },
  )
}

const exportAgain = 'Run the export again, without a limit.'

/** Why the input may lack rows. A listing that names a reason for being unverified still has all rows that it showed. */
const doubtOf = ({
  completeness,
  limit,
  why,
}: TakenIn['origin']): { readonly because: string; readonly fix: string } | undefined => {
  if (completeness === 'short') return { because: 'the export before it was short', fix: exportAgain }
  if (limit !== undefined) return { because: `the export before it was limited to ${limit} rows`, fix: exportAgain }
  if (completeness !== 'unverified' || why !== undefined) return undefined
  return {
    because: 'it came through a pipe, and nothing says that all its rows arrived',
    fix: 'Write the rows to a file, and read that with --from.',
  }
}

const expectReversible = ({ final }: Preview, { changing, operationOf }: ChangeRun): void => {
  if (Object.keys(final).length === 0 || changing.irreversible) return
  throw new EntrapipeError(
    'IRREVERSIBLE',
    `These changes cannot be undone: ${Object.entries(final)
      .map(([kind, count]) => `${operationOf(kind).title} (${count})`)
      .join(', ')}. Nothing was sent.`,
    { fix: 'Add --irreversible if they are intended.' },
  )
}
