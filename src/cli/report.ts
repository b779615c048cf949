import type { RunEnd } from '../engine/run-request.ts'
import type { Manifest } from '../core/manifest.ts'
import type { Cli } from './cli.ts'
import { count, duration, size } from './words.ts'

/** Says how a run ended: a JSON object with `--json`, else some lines for a person. */
export const report = (end: RunEnd, cli: Cli, quiet: boolean): void => {
  const { manifest } = end
  if (!manifest || quiet) return
  if (cli.json()) return cli.say(JSON.stringify(manifest))
  for (const line of manifestLines(manifest)) cli.say(line)
  const sample = manifest.counts.failed > 0 ? `entrapipe runs results ${manifest.run}` : undefined
  if (sample) cli.say(`See what failed and why: ${sample}`)
}

/** What a person wants to know of a manifest: each file, then how complete it is and why. */
export const manifestLines = (manifest: Manifest): readonly string[] => {
  const { counts, completeness, why, files, tenant } = manifest
  const tookMs = Date.parse(manifest.endedAt) - Date.parse(manifest.startedAt)
  const counted =
    counts.before === undefined
      ? ''
      : ` (counted ${count(counts.before)} before${counts.after === undefined ? '' : `, ${count(counts.after)} after`})`
  const apart = [
    counts.dropped > 0 ? `${count(counts.dropped)} filtered out` : '',
    counts.failed > 0 ? `${count(counts.failed)} failed` : '',
    counts.repeated > 0 ? `${count(counts.repeated)} came twice and were dropped` : '',
  ].filter(Boolean)
  return [
    ...files.map(file => {
      const to = file.path === '-' ? 'stdout' : file.path
      const hash = file.sha256 === undefined ? '' : `, sha256 ${file.sha256.slice(0, 12)}…`
      return `${to}: ${count(file.rows)} rows, ${size(file.bytes)}${hash}`
    }),
    `${completeness}: ${count(counts.read)} rows read${counted}${apart.length > 0 ? `, ${apart.join(', ')}` : ''} in ${duration(tookMs)}${tenant ? `, tenant ${tenant.name}` : ''}`,
    ...(why ? [why] : []),
  ]
}

/** The status that a run's end is worth. */
export const statusOf = (end: RunEnd): number => {
  if (end.end === 'short') return 4
  return end.end === 'done' && (end.manifest?.counts.failed ?? 0) > 0 ? 3 : 0
}
