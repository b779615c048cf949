import type { Outcome } from '../../core/result.ts'
import { partialOf } from '../../core/sidecars.ts'
import { nameOfTarget } from '../../core/targets.ts'
import type { Checkpoint, RunInfo } from '../../store/types.ts'
import { manifestLines } from '../report/report.ts'
import { printTable } from '../tenants/print-table.ts'
import { count, counted, minute, times } from '../report/words.ts'

/** Where a run writes: a file, stdout, or unknown. */
const writesTo = ({ target, params, manifest }: RunInfo): string => {
  if (target !== undefined) return nameOfTarget(target)
  const to = typeof params === 'object' && params !== null && 'to' in params ? params.to : undefined
  return to === '-' || manifest?.files.some(({ path }) => path === '-') ? 'stdout' : '-'
}

const rowsOf = ({ manifest, status }: RunInfo, safe: number | undefined): string => {
  if (status === 'done') return manifest ? count(manifest.counts.written + manifest.counts.done) : '-'
  return safe === undefined ? '-' : `${count(safe)} safe`
}

/** `runs list` as text. `safe` is the number of rows up to the last checkpoint of a run that is not done. */
export const listLines = (
  runs: readonly { readonly info: RunInfo; readonly safe: number | undefined }[],
): readonly string[] =>
  printTable([
    ['RUN', 'STARTED (UTC)', 'STATUS', 'WHAT', 'TENANT', 'ROWS', 'TO'],
    ...runs.map(({ info, safe }) => [
      info.id,
      minute(info.startedAt),
      info.status,
      info.pipeline,
      info.tenant?.name ?? '-',
      rowsOf(info, safe),
      writesTo(info),
    ]),
  ])

interface Known {
  readonly checkpoint: Checkpoint | undefined
  readonly results: Readonly<Record<Outcome, number>>
  /** The command that starts the run over, if its checkpoint exists but its partial file is missing. */
  readonly startOver: string | undefined
}

/** `runs show` as text. */
export const showLines = (info: RunInfo, { checkpoint, results, startOver }: Known): readonly string[] => {
  const told = Object.entries(results).filter(([, many]) => many > 0)
  return [
    `Run ${info.id}: ${info.pipeline}, ${info.status}`,
    `Started ${minute(info.startedAt)} UTC${info.endedAt ? `, ended ${minute(info.endedAt)} UTC` : ''}${info.resumed > 0 ? `, resumed ${times(info.resumed)}` : ''}`,
    ...(info.tenant ? [`Tenant ${info.tenant.name} (${info.tenant.id})`] : []),
    ...(writesTo(info) === '-' ? [] : [`${info.target === undefined ? 'To' : 'File'} ${writesTo(info)}`]),
    `Options ${JSON.stringify(info.params)}`,
    ...(checkpoint && info.status !== 'done' && startOver === undefined
      ? [
          `Safe so far: ${counted(checkpoint.counters['read'] ?? 0, 'row')} read, ${count(checkpoint.counters['written'] ?? 0)} written`,
        ]
      : []),
    ...(told.length > 0 ? [`Results: ${told.map(([outcome, many]) => `${count(many)} ${outcome}`).join(', ')}`] : []),
    ...(info.error ? [`Ended by: ${info.error.message}`] : []),
    ...(info.manifest ? manifestLines(info.manifest) : []),
    ...(info.status === 'interrupted' || info.status === 'failed' ? [howToContinue(info, startOver)] : []),
  ]
}

const howToContinue = (info: RunInfo, startOver: string | undefined): string => {
  if (!info.resumable) return 'It cannot be resumed.'
  return startOver === undefined
    ? `Resume it: entrapipe runs resume ${info.id}`
    : `It cannot be resumed: ${partialOf(nameOfTarget(info.target!))} is missing. Start over: ${startOver}`
}
