import type { Checkpoint, ReadResults, RunInfo } from '../../store/types.ts'
import { manifestLines } from '../report.ts'
import { count } from '../words.ts'

const day = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 16)

/** One line of `runs list`. */
export const listLine = (info: RunInfo): string => {
  const rows = info.manifest ? `  ${count(info.manifest.counts.written)} rows` : ''
  const where = info.target ? `  ${info.target}` : ''
  return `${info.id}  ${day(info.startedAt)}  ${info.status.padEnd(11)}  ${info.pipeline}  ${info.tenant?.name ?? '-'}${where}${rows}`
}

/** All that is known of a run, for a person. */
export const showLines = (
  info: RunInfo,
  more: { readonly checkpoint: Checkpoint | undefined; readonly results: ReturnType<ReadResults['countResults']> },
): readonly string[] => {
  const { checkpoint, results } = more
  const told = Object.entries(results).filter(([, many]) => many > 0)
  return [
    `Run ${info.id}: ${info.pipeline}, ${info.status}`,
    `Begun ${day(info.startedAt)} UTC${info.endedAt ? `, ended ${day(info.endedAt)} UTC` : ''}${info.resumed > 0 ? `, gone on with ${info.resumed} times` : ''}`,
    ...(info.tenant ? [`Tenant ${info.tenant.name} (${info.tenant.id})`] : []),
    ...(info.target ? [`File ${info.target}`] : []),
    `Options ${JSON.stringify(info.params)}`,
    ...(checkpoint && info.status !== 'done'
      ? [
          `Safe so far: ${count(checkpoint.counters['read'] ?? 0)} rows read, ${count(checkpoint.counters['written'] ?? 0)} written`,
        ]
      : []),
    ...(told.length > 0 ? [`Results: ${told.map(([outcome, many]) => `${count(many)} ${outcome}`).join(', ')}`] : []),
    ...(info.error ? [`Ended by: ${info.error.message}`] : []),
    ...(info.manifest ? manifestLines(info.manifest) : []),
    ...(info.status === 'interrupted' || info.status === 'failed'
      ? [info.resumable ? `Go on with it: entrapipe runs resume ${info.id}` : 'It cannot be gone on with.']
      : []),
  ]
}
