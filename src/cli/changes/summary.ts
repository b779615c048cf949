import { noOutcomes, type OutcomeCounts } from '../../core/result.ts'
import type { RowCounts } from '../../store/types.ts'
import type { Undoable } from '../../engine/changes/can-undo.ts'
import type { Stop } from '../../core/stop.ts'
import { given } from '../../core/given.ts'
import { count, counted } from '../report/words.ts'
import type { Estimate } from './estimate.ts'
import type { Retry } from './retry-of.ts'

/** Numbers of rows of a run that changes a directory, in all of its phases. `pending`: in a dry run, those that would be sent. */
export interface ChangeCounts extends RowCounts {
  /** The sum of the others. */
  readonly rows: number
}

/** Why a run would stop. */
interface ToldStop extends Pick<Stop, 'code' | 'fix'> {
  readonly message: string
}

/** How a run ended, in the words of the portal's bulk operations. */
export interface Summary {
  readonly run: string
  /** Name of the tenant. */
  readonly tenant: string
  /** `Paused`: the window of the run is closed, and rows are left. */
  readonly status: 'Succeeded' | 'Failed' | 'Paused'
  /**
   * Of a failure: `NotAllRowsSuccessfullyProcessed` as in the portal, or the code of the error that ended the run, or would end the one of a dry run. Of a success:
   * `LimitReached` if --limit left rows pending. Of a pause: `OutsideWindow`.
   */
  readonly reason?: string
  /** When a run that pauses can continue. */
  readonly continuesAt?: string
  readonly counts: ChangeCounts
  readonly dryRun?: true
  /** When the first rows are due that wait for their time. */
  readonly dueAt?: string
  /** What would stop the run that sends the changes of a dry run. */
  readonly stops?: readonly ToldStop[]
  readonly requests?: number
  readonly writes?: number
  readonly seconds?: number
  /** What could not be checked before the changes, as sentences. */
  readonly unchecked?: readonly string[]
  /** Notes about the rows, as sentences. */
  readonly notes?: readonly string[]
}

interface Ended {
  readonly run: string
  readonly tenant: string
  readonly counts: ChangeCounts
  /** Code of the error that ended the run, or would end the run of a dry run. */
  readonly error?: string
  /** Of a dry run. */
  readonly estimate?: Estimate
  readonly stops?: readonly Stop[] | undefined
  readonly unchecked?: readonly string[]
  /** People of a feed about whom nothing could be done, and groups of a sync that lose nobody because of rows that failed. */
  readonly left?: number
  /** When the run can continue, if its window is closed; milliseconds since 1970. */
  readonly pausedUntil?: number | undefined
  readonly notes?: readonly string[] | undefined
  /** When the first rows are due that wait for their time; milliseconds since 1970. */
  readonly dueMs?: number | undefined
}

const failuresIn = ({ failed, unknown, skipped }: OutcomeCounts): number => failed + unknown + skipped

/** The summary of a run. */
export const summaryOf = (ended: Ended): Summary => {
  const {
    run,
    tenant,
    counts,
    error,
    estimate,
    stops = [],
    unchecked = [],
    notes = [],
    left = 0,
    pausedUntil,
    dueMs,
  } = ended
  const failure = error ?? (failuresIn(counts) + left > 0 ? 'NotAllRowsSuccessfullyProcessed' : undefined)
  // A run ends without an error and with rows left only where --limit said so.
  const reason = failure ?? (counts.pending > 0 && !estimate ? 'LimitReached' : undefined)
  const { rows, done, unchanged, waiting, skipped, failed, unknown, pending } = counts
  return {
    run,
    tenant,
    ...(pausedUntil === undefined
      ? { status: failure === undefined ? 'Succeeded' : 'Failed', ...given({ reason }) }
      : { status: 'Paused', reason: 'OutsideWindow', continuesAt: new Date(pausedUntil).toISOString() }),
    counts: { rows, done, unchanged, waiting, skipped, failed, unknown, pending },
    ...(dueMs !== undefined && { dueAt: new Date(dueMs).toISOString() }),
    ...(estimate && { dryRun: true, ...estimate }),
    ...(stops.length > 0 && { stops: stops.map(({ code, why, fix }) => ({ code, message: why, fix })) }),
    ...(unchecked.length > 0 && { unchecked }),
    ...(notes.length > 0 && { notes }),
  }
}

/** The summary of a command that made no run, since nothing was to be done. @param dueMs when the next rows are due, if some wait */
export const nothingSummary = ({
  tenant,
  dueMs,
  note,
}: {
  readonly tenant: string | undefined
  readonly dueMs: number | undefined
  readonly note: string
}) => ({
  ...summaryOf({ run: '', tenant: '', counts: noRows, notes: [note], dueMs }),
  run: null,
  tenant: tenant ?? null,
})

const noRows: ChangeCounts = { rows: 0, ...noOutcomes, pending: 0 }

/** A summary as text: the portal's numbers, then ours. */
export const summaryLines = ({ run, tenant, status, reason, counts, dryRun }: Summary): readonly string[] => {
  const success = counts.done + counts.unchanged + counts.waiting
  const told = (['done', 'unchanged', 'waiting', 'skipped', 'failed', 'unknown', 'pending'] as const)
    .filter(name => counts[name] > 0)
    .map(name => `${count(counts[name])} ${dryRun && name === 'pending' ? 'to be sent' : name}`)
  const rows = `${counted(counts.rows, 'row')}${told.length > 0 ? `: ${told.join(', ')}` : ''}; tenant ${tenant}, run ${run}`
  // The portal's numbers are of requests that were sent.
  if (dryRun) return [`Dry run${reason === undefined ? '' : ` (${reason})`}: ${rows}`]
  return [
    `${status}${reason === undefined ? '' : ` (${reason})`}: # Success ${count(success)}, # Failure ${count(failuresIn(counts))}, Total Requests ${count(counts.rows)}`,
    rows,
  ]
}

/** The end of the audit log after a run: `audit --verify --head` finds whether it was truncated. */
export const auditLine = (head: string): string => `Audit log: head ${head}`

/** What could not be checked, as a sentence. */
export const uncheckedLine = (what: string): string => `Not checked: ${what}.`

interface Next extends Pick<Summary, 'run' | 'counts' | 'dryRun' | 'dueAt'> {
  /** Undefined if a retry sends none of the failed rows. */
  readonly retry: Retry | undefined
  /** The command that sends the pending rows. */
  readonly resume: string
  readonly undoable: Undoable
  /** Whether its rows are those of an input, which can be written again. */
  readonly hasInput: boolean
}

const retryLines = (run: string, { first, isBlocked }: Retry): readonly string[] => [
  ...first,
  `To send them again as they are${isBlocked ? ', after that' : ''}: entrapipe runs retry ${run} (not those that were invalid, or whose object was not found, when the input was read)`,
]

/** What can be done next, as sentences with commands. */
export const nextLines = ({
  run,
  counts,
  dryRun,
  dueAt,
  retry,
  resume,
  undoable,
  hasInput,
}: Next): readonly string[] => [
  ...(failuresIn(counts) > 0
    ? [
        `For the reasons, run: entrapipe runs results ${run}`,
        ...(counts.failed > 0 && hasInput
          ? [`To correct the failed rows: entrapipe runs results ${run} --outcome failed --as-input --to again.csv`]
          : []),
        ...(counts.failed > 0 && !dryRun && retry ? retryLines(run, retry) : []),
      ]
    : []),
  ...(counts.unknown > 0 && !dryRun
    ? [`To decide unknown rows again: entrapipe runs retry ${run} --outcome unknown`]
    : []),
  ...(dueAt !== undefined && !dryRun ? dueLines(run, dueAt) : []),
  ...(counts.pending > 0 && !dryRun ? [`To send the pending rows: ${resume}`] : []),
  ...(counts.done > 0 && counts.pending === 0 ? [undoLine(run, undoable)] : []),
]

/** What becomes of rows that wait for their time, as sentences with commands. */
const dueLines = (run: string, dueAt: string): readonly string[] => [
  `Rows wait until ${dueAt}. From then on, this makes those that still hold: entrapipe runs due`,
  `To cancel them: entrapipe runs discard ${run}`,
]

/** How what a run did is undone, as a sentence with a command. */
export const undoLine = (run: string, { can, rows }: Undoable): string =>
  can === 'none'
    ? 'What it did cannot be undone.'
    : `To undo ${can === 'all' ? 'it' : rows === undefined ? 'what can be undone' : `the ${counted(rows, 'row')} that can be undone`}: entrapipe runs undo ${run}`
