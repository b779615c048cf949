import { asSentence } from '../../core/as-sentence.ts'
import { failuresIn, outcomes } from '../../core/result.ts'
import type { RunEnd } from '../../engine/run-request.ts'
import type { DeltaFacts, DifferenceCounts, FileFacts, Manifest } from '../../core/manifest.ts'
import { partialOf } from '../../core/sidecars.ts'
import { given } from '../../core/given.ts'
import { blankLine } from './blank-line.ts'
import { mostFrequent, type FailureReasons } from './failure-reasons.ts'
import type { Cli } from '../cli.ts'
import { count, counted, duration, minute, size, times } from './words.ts'

/**
 * Prints how a run ended. With `--json`, prints a JSON object, even with `--quiet`. Otherwise prints some lines of text, or
 * with `brief` only why rows may be missing, the notes, and one line if rows failed.
 */
export const report = (
  end: RunEnd,
  cli: Cli,
  how: 'full' | 'brief' | 'quiet',
  failures: FailureReasons | undefined,
): void => {
  const { manifest } = end
  if (!manifest) return
  if (cli.json()) return cli.say(JSON.stringify({ ...manifest, ...given({ failures }) }))
  if (how === 'quiet') return
  const { run } = manifest
  const bad = badLine(manifest, failures)
  if (how === 'brief' && manifest.differences)
    for (const line of [differencesOf(manifest.differences), ...(manifest.why ? [manifest.why] : [])])
      cli.say(asSentence(line))
  else if (how === 'brief' && manifest.why !== undefined && !isAsked(manifest))
    cli.say(asSentence(`${manifest.completeness}: ${manifest.why}`))
  if (how === 'brief') for (const note of manifest.notes ?? []) cli.say(note)
  if (how === 'brief') return bad === undefined ? undefined : cli.say(bad)
  for (const line of manifestLines(manifest)) cli.say(line)
  if (manifest.completeness === 'short' && manifest.files.some(({ path }) => path !== '-')) {
    const kept = manifest.files.some(({ name }) => name !== undefined)
      ? 'its parts are not in the manifest of the folder, which still names those of the load before. To remove them'
      : `the file keeps its ${partialOf('')} name. To remove it`
    cli.say(`The export is incomplete, so ${kept}: entrapipe runs discard ${run}`)
  }
  if (bad !== undefined) cli.say(bad)
}

/** Whether input without a trailer was asked for, so that nothing is to be said of it. */
const isAsked = ({ source }: Manifest): boolean =>
  typeof source === 'object' && source !== null && 'trailer' in source && source.trailer === 'none'

/** `3 rows failed, 1 row unknown. For the reasons, run: …`. Undefined if no row failed or is unknown. */
const badLine = ({ run, counts, status }: Manifest, failures: FailureReasons | undefined): string | undefined => {
  const told = [
    ...(counts.failed > 0 ? [`${counted(counts.failed, 'row')} failed`] : []),
    ...(counts.unknown > 0 ? [`${counted(counts.unknown, 'row')} unknown`] : []),
  ]
  if (told.length === 0) return undefined
  const left = status === 'failed' ? ' and none was written, so nothing was changed' : ''
  return `${told.join(', ')}${left}. ${failures ? `${mostFrequent(failures)} ` : ''}For the reasons, run: entrapipe runs results ${run}`
}

/** A manifest as text: each file, then how complete it is and why. */
export const manifestLines = ({ phases, ...manifest }: Manifest): readonly string[] =>
  phases
    ? [
        ...phases.flatMap(phase => ownLines(phase).map(line => `${phase.phase}: ${line}`)),
        // The lines of each phase already have these.
        ...ownLines({ ...without(manifest, ['why', 'ignored', 'notes', 'limit']), files: [] }),
      ]
    : ownLines(manifest)

const without = (manifest: Manifest, names: readonly (keyof Manifest)[]): Manifest =>
  Object.fromEntries(Object.entries(manifest).filter(([name]) => !names.includes(name as keyof Manifest))) as never

const ownLines = (manifest: Manifest): readonly string[] => {
  const { counts, completeness, why, files, tenant } = manifest
  const known =
    counts.before === undefined
      ? ''
      : ` (counted ${count(counts.before)} before${counts.after === undefined ? '' : `, ${count(counts.after)} after`})`
  const apart = [
    counts.dropped > 0 ? `${count(counts.dropped)} filtered out` : '',
    ...outcomes.map(outcome => (counts[outcome] ? `${count(counts[outcome])} ${outcome}` : '')),
    counts.repeated > 0 ? `${count(counts.repeated)} dropped as repeated` : '',
  ].filter(Boolean)
  const first = manifest.differences ? differencesOf(manifest.differences) : firstOf(manifest)
  const blank = blankLine(manifest)
  return [
    ...loadsIn(files).map(file => {
      const to =
        file.path === '-' ? 'stdout' : completeness === 'short' && file.format !== '' ? partialOf(file.path) : file.path
      const hash = file.sha256 === undefined ? '' : `, sha256 ${file.sha256.slice(0, 12)}…`
      return `${to}: ${counted(file.rows, 'row')}, ${size(file.bytes)}${hash}`
    }),
    `${manifest.status ?? completeness}: ${first ?? `${counted(counts.read, 'row')} read${known}`}${apart.length > 0 ? `, ${apart.join(', ')}` : ''}${first === undefined ? '' : ','} ${took(manifest)}${tenant ? `, tenant ${tenant.name}` : ''}`,
    ...(manifest.delta ? [deltaLine(manifest.delta, isSaved(manifest))] : []),
    ...(why ? [why] : []),
    ...ignoredLine(manifest),
    ...(blank === undefined ? [] : [blank]),
    ...(manifest.notes ?? []),
  ]
}

/** Files, and instead of the parts of a load one line of them all. */
const loadsIn = (files: readonly FileFacts[]): readonly FileFacts[] => {
  const folders = new Map<string, FileFacts[]>()
  for (const file of files) {
    if (file.name === undefined) continue
    const folder = file.path.slice(0, -file.name.length)
    folders.set(folder, [...(folders.get(folder) ?? []), file])
  }
  const loads = [...folders].map(([folder, parts]): FileFacts => {
    const sum = (unit: 'rows' | 'bytes'): number => parts.reduce((all, part) => all + part[unit], 0)
    return { path: `${folder} (${counted(parts.length, 'part')})`, format: '', rows: sum('rows'), bytes: sum('bytes') }
  })
  return [...loads, ...files.filter(({ name }) => name === undefined)]
}

/** `2 added, 1 removed, 30 changed, 999,967 unchanged` */
const differencesOf = (differences: DifferenceCounts): string =>
  (['added', 'removed', 'changed', 'unchanged'] as const).map(name => `${count(differences[name])} ${name}`).join(', ')

/** `changes since 2026-11-29 22:00 UTC: 2 created, 30 updated, 1 removed` */
const deltaLine = ({ kind, from, to, created = 0, updated = 0, removed }: DeltaFacts, isSaved: boolean): string => {
  const since = kind === 'full' ? 'everything' : `changes since ${minute(from!)} UTC`
  const counts =
    kind === 'full'
      ? `${count(removed)} removed`
      : `${count(created)} created, ${count(updated)} updated, ${count(removed)} removed`
  return `${since}: ${counts}; the next run ${isSaved ? `continues from ${minute(to)} UTC` : 'reports them again'}`
}

/** Whether the next run of the delta continues after this one. */
const isSaved = ({ completeness, counts, limit }: Manifest): boolean =>
  completeness !== 'short' && failuresIn(counts) === 0 && limit === undefined

/** `ignored: 1 separator line (line 1), 2 empty rows (the first on line 40)` */
const ignoredLine = ({ ignored = [] }: Manifest): readonly string[] =>
  ignored.length === 0
    ? []
    : [
        `ignored: ${ignored
          .map(
            ({ what, records, firstLine }) =>
              `${counted(records, what)} (${records === 1 ? '' : 'the first on '}line ${count(firstLine)})`,
          )
          .join(', ')}`,
      ]

/** `the first 10 rows of 98,000 (limit reached)`. Undefined if no limit ended the reading. */
export const firstOf = ({ limit, counts }: Manifest): string | undefined => {
  if (limit === undefined) return undefined
  const of = (counts.before ?? 0) > counts.read ? ` of ${count(counts.before!)}` : ''
  return `the first ${counts.read === 1 ? 'row' : counted(counts.read, 'row')}${of} (limit reached)`
}

/** The time of a resumed run includes the pauses, whose length is unknown. */
const took = ({ startedAt, endedAt, resumed }: Manifest): string =>
  // The clock may have been set back meanwhile.
  `in ${duration(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)))}${
    resumed === 0 ? '' : ` with pauses, since ${minute(startedAt)} UTC, resumed ${times(resumed)}`
  }`

/** The exit status for the end of a run. */
export const statusOf = (end: RunEnd): number => {
  if (end.end === 'short') return 4
  if (end.changes?.pausedUntil !== undefined) return 75
  // There is no manifest if the reader closed the output. Rows that failed before that still count.
  const counts = end.manifest?.counts ?? end.progress.outcomes
  return counts.unknown > 0 ? 7 : counts.failed > 0 ? 3 : 0
}
