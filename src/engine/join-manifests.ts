import { worst } from '../core/completeness.ts'
import { given } from '../core/given.ts'
import type { Counts, Drift, Manifest, Used } from '../core/manifest.ts'
import { outcomes } from '../core/result.ts'

const summed = ['read', 'repeated', 'dropped', 'written', ...outcomes] as const

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** Returns the sum of what each phase has; undefined if one has nothing, since the sum would be compared with the rows of all. */
const sumOfAll = (phases: readonly Manifest[], name: 'before' | 'after'): number | undefined => {
  const known = phases.flatMap(({ counts }) => counts[name] ?? [])
  return known.length === phases.length ? sum(known) : undefined
}

const sums = (phases: readonly Manifest[]): Counts => ({
  ...given({ before: sumOfAll(phases, 'before'), after: sumOfAll(phases, 'after') }),
  ...(Object.fromEntries(
    summed
      .map(name => [name, sum(phases.map(({ counts }) => counts[name] ?? 0))] as const)
      .filter(([name, many]) => name !== 'waiting' || many > 0),
  ) as unknown as Counts),
})

const usedBy = (phases: readonly Manifest[]): Used | undefined => {
  const all = phases.flatMap(({ used }) => used ?? [])
  const total = (name: keyof Used): number => sum(all.map(used => used[name]))
  return all.length === 0
    ? undefined
    : {
        requests: total('requests'),
        units: total('units'),
        writes: total('writes'),
        throttled: total('throttled'),
      }
}

/** The rows of the phases that a limit ended. */
const limitOf = (phases: readonly Manifest[]): number | undefined => {
  const limits = phases.flatMap(({ limit }) => limit ?? [])
  return limits.length === 0 ? undefined : sum(limits)
}

/** Maximum number of objects, as in a single phase. */
const mostObjects = 1000

const driftOf = (phases: readonly Manifest[]): Drift | undefined => {
  const drifts = phases.flatMap(({ drift }) => drift ?? [])
  if (drifts.length === 0) return undefined
  return {
    created: sum(drifts.map(({ created }) => created)),
    deleted: sum(drifts.map(({ deleted }) => deleted)),
    changed: sum(drifts.map(({ changed }) => changed)),
    objects: drifts.flatMap(({ objects }) => objects).slice(0, mostObjects),
  }
}

/**
 * Joins the manifests of a run with several phases: what they have in common, their sums, and each of them. The run is as
 * complete as its least complete phase, and limited if a phase is. A single manifest is returned unchanged.
 */
export const joinManifests = (phases: readonly Manifest[]): Manifest => {
  const last = phases.at(-1)!
  if (last.phase === undefined) return last
  const { entrapipe, run, pipeline, startedAt, endedAt, resumed, status } = last
  const tenant = phases.find(phase => phase.tenant)?.tenant
  const [first = last, ...others] = phases
  const { completeness, why, phase: of } = worst([first, ...others])
  const notes = phases.flatMap(phase => phase.notes ?? [])
  const ignored = phases.flatMap(phase => phase.ignored ?? [])
  return {
    entrapipe,
    run,
    pipeline,
    ...(tenant && { tenant }),
    startedAt,
    endedAt,
    resumed,
    ...(status && { status }),
    completeness,
    ...(why !== undefined && { why: `${of}: ${why}` }),
    ...given({ limit: limitOf(phases) }),
    counts: sums(phases),
    ...given({ used: usedBy(phases) }),
    ...(ignored.length > 0 && { ignored }),
    ...given({ drift: driftOf(phases) }),
    ...(notes.length > 0 && { notes }),
    files: phases.flatMap(phase => phase.files),
    phases,
  }
}
