import type { Outcome } from '../../core/result.ts'
import { partialOf } from '../../core/sidecars.ts'
import { nameOfTarget } from '../../core/targets.ts'
import { isGivenUp, type Checkpoint, type RunInfo } from '../../store/types.ts'
import { manifestLines } from '../report/report.ts'
import { textTable } from '../../formats/text-table.ts'
import type { Retry } from '../changes/retry-of.ts'
import type { Undoable } from '../../engine/changes/can-undo.ts'
import { credentialLines, type KnownCredentials } from '../credentials/left.ts'
import { auditLine, nextLines } from '../changes/summary.ts'
import { paceLines, type KnownPace } from './pace-lines.ts'
import { hasInput } from '../../engine/results/layouts.ts'
import { count, counted, minute, times } from '../report/words.ts'

/** Where a run writes: a file, stdout, or unknown. */
const writesTo = ({ target, params, manifest }: RunInfo): string => {
  if (target !== undefined) return nameOfTarget(target)
  const to = typeof params === 'object' && params !== null && 'to' in params ? params.to : undefined
  return to === '-' || manifest?.files.some(({ path }) => path === '-') ? 'stdout' : '-'
}

const rowsOf = (info: RunInfo, progressed: Progressed): string =>
  info.dueAt === undefined ? rowsNow(info, progressed) : `${rowsNow(info, progressed)}, some due ${minute(info.dueAt)}`

const rowsNow = ({ manifest, status }: RunInfo, { safe, done, isDry }: Progressed): string => {
  if (isDry) return '-'
  if (done !== undefined && status !== 'done') return `${count(done)} done`
  if (status === 'done') return manifest ? count(manifest.counts.written + manifest.counts.done) : '-'
  return safe === undefined ? '-' : `${count(safe)} safe`
}

/** How far a run has come. */
export interface Progressed {
  /** Rows up to the last checkpoint of a run that is not done. */
  readonly safe?: number | undefined
  /** Rows that a run that changes a directory has performed. */
  readonly done?: number
  readonly isDry?: boolean
}

/** `runs list` as text. */
export const listLines = (runs: readonly (Progressed & { readonly info: RunInfo })[]): readonly string[] =>
  textTable([
    ['RUN', 'STARTED (UTC)', 'STATUS', 'WHAT', 'TENANT', 'ROWS', 'TO'],
    ...runs.map(({ info, ...progressed }) => [
      info.id,
      minute(info.startedAt),
      info.status,
      `${info.pipeline}${progressed.isDry ? ' (dry run)' : ''}`,
      info.tenant?.name ?? '-',
      rowsOf(info, progressed),
      writesTo(info),
    ]),
  ])

interface Known {
  readonly checkpoint: Checkpoint | undefined
  readonly results: Readonly<Record<Outcome, number>>
  /** The command that starts the run over, if its checkpoint exists but its partial file is missing. */
  readonly startOver: string | undefined
  /** The command that resumes the run, if it can be. */
  readonly resume: string
  /** Of a run that changes a directory; undefined if a retry sends nothing. */
  readonly retry: Retry | undefined
  readonly undoable: Undoable
  /** The reason and the ticket that the run was given. */
  readonly why: Readonly<Record<string, string>>
  /** What became of the passwords and passes that it has made. */
  readonly credentials?: KnownCredentials | undefined
  /** Of a run that changes a directory. */
  readonly changes?: KnownChanges | undefined
}

/** What is known of a run that changes a directory. */
export interface KnownChanges {
  /** Number of rows without a result. */
  readonly pending: number
  /** Its input was not read to the end. */
  readonly intake?: 'unfinished'
  /** Whether a retry sends any of the failed rows. */
  readonly canRetry: boolean
  /** Hash of its last entry in the audit log; undefined if it has sent nothing. */
  readonly audit?: string
  /** When it sends its changes. */
  readonly paced?: KnownPace
  /** What it left for later. */
  readonly due?: readonly KnownDue[]
}

/** Rows of a run that wait, or have waited, for a time. */
interface KnownDue {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly rows: number
  /** The run that makes them. */
  readonly run?: string
}

/** `runs show` as text. */
export const showLines = (info: RunInfo, known: Known): readonly string[] => {
  const { checkpoint, results, startOver, changes, why } = known
  const told = Object.entries(results).filter(([, many]) => many > 0)
  return [
    `Run ${info.id}: ${info.pipeline}, ${info.status}`,
    `Started ${minute(info.startedAt)} UTC${info.endedAt ? `, ended ${minute(info.endedAt)} UTC` : ''}${info.resumed > 0 ? `, resumed ${times(info.resumed)}` : ''}`,
    ...(info.tenant ? [`Tenant ${info.tenant.name} (${info.tenant.id})`] : []),
    ...(writesTo(info) === '-' ? [] : [`${info.target === undefined ? 'To' : 'File'} ${writesTo(info)}`]),
    `Options ${JSON.stringify(info.params)}`,
    ...Object.entries(why).map(([name, text]) => `${name === 'reason' ? 'Reason' : 'Ticket'} ${text}`),
    ...(changes ? changeLines(info, results, changes) : []),
    ...(checkpoint && !changes && info.status !== 'done' && startOver === undefined
      ? [
          `Safe so far: ${counted(checkpoint.counters['read'] ?? 0, 'row')} read, ${count(checkpoint.counters['written'] ?? 0)} written`,
        ]
      : []),
    ...(told.length > 0 && !changes
      ? [`Results: ${told.map(([outcome, many]) => `${count(many)} ${outcome}`).join(', ')}`]
      : []),
    ...(known.credentials ? credentialLines(info.id, known.credentials) : []),
    ...(info.error ? [`Ended by: ${info.error.message}`] : []),
    ...(info.manifest && !changes ? manifestLines(info.manifest) : []),
    ...(changes
      ? changesNext(info, known, changes)
      : info.status === 'interrupted' || info.status === 'failed'
        ? [howToContinue(info, known)]
        : []),
  ]
}

/** Whether a run only showed what it would change. */
const isDry = ({ status }: RunInfo, { pending, audit }: KnownChanges): boolean =>
  status === 'done' && pending > 0 && audit === undefined

const changeLines = (info: RunInfo, results: Known['results'], changes: KnownChanges): readonly string[] => {
  const counts = { ...results, pending: changes.pending }
  const told = Object.entries(counts).filter(([, many]) => many > 0)
  const dry = isDry(info, changes)
  return [
    ...(dry ? ['It was a dry run: nothing was sent.'] : []),
    ...(changes.intake ? ['Its input was not read to the end, and nothing was sent: rows may be missing below.'] : []),
    ...(changes.paced ? paceLines(changes.paced, info.status) : []),
    ...(told.length > 0
      ? [
          `Changes: ${told.map(([name, many]) => `${count(many)} ${dry && name === 'pending' ? 'to be sent' : name}`).join(', ')}`,
        ]
      : []),
    ...(changes.due ?? []).map(
      ({ at, rows, run }) =>
        `Waiting: ${counted(rows, 'row')} ${run === undefined ? `until ${at}` : `until ${at}, made by run ${run}`}`,
    ),
    ...(changes.audit === undefined ? [] : [auditLine(changes.audit)]),
  ]
}

const changesNext = (
  info: RunInfo,
  { results, resume, retry, undoable }: Known,
  changes: KnownChanges,
): readonly string[] => {
  if (info.status === 'running') return []
  const isOver = isGivenUp(info)
  const counts = { ...results, rows: 0, pending: isOver ? 0 : changes.pending }
  const lines = nextLines({
    run: info.id,
    counts,
    retry,
    resume,
    undoable,
    hasInput: hasInput(info),
    ...(info.dueAt !== undefined && { dueAt: new Date(info.dueAt).toISOString() }),
    ...(isDry(info, changes) && { dryRun: true as const }),
  })
  return info.status === 'interrupted' && counts.pending === 0
    ? [howToContinue(info, { startOver: undefined, resume }), ...lines]
    : lines
}

const howToContinue = (info: RunInfo, { startOver, resume }: Pick<Known, 'startOver' | 'resume'>): string => {
  if (!info.resumable) return 'It cannot be resumed.'
  return startOver === undefined
    ? `Resume it: ${resume}`
    : `It cannot be resumed: ${partialOf(nameOfTarget(info.target!))} is missing. Start over: ${startOver}`
}
