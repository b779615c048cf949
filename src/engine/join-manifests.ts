import type { Completeness, Counts, Manifest } from '../core/manifest.ts'
import { noOutcomes, type Outcome } from '../core/result.ts'

const worstFirst: readonly Completeness[] = ['short', 'unverified', 'drifted', 'complete']

const summed = ['read', 'repeated', 'dropped', 'written', ...(Object.keys(noOutcomes) as Outcome[])] as const

const sums = (phases: readonly Manifest[]): Counts =>
  Object.fromEntries(
    summed.map(name => [name, phases.reduce((sum, { counts }) => sum + counts[name], 0)]),
  ) as unknown as Counts

/**
 * Joins the manifests of a run with several phases: what they have in common, their sums, and each of them. The run is as
 * complete as its least complete phase. A single manifest is returned unchanged.
 */
export const joinManifests = (phases: readonly Manifest[]): Manifest => {
  const last = phases.at(-1)!
  if (last.phase === undefined) return last
  const { entrapipe, run, pipeline, startedAt, endedAt, resumed, status } = last
  const tenant = phases.find(phase => phase.tenant)?.tenant
  const completeness = worstFirst.find(worst => phases.some(phase => phase.completeness === worst))!
  const worst = phases.find(phase => phase.completeness === completeness)!
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
    ...(worst.why === undefined ? {} : { why: `${worst.phase}: ${worst.why}` }),
    counts: sums(phases),
    ...(ignored.length > 0 && { ignored }),
    ...(notes.length > 0 && { notes }),
    files: phases.flatMap(phase => phase.files),
    phases,
  }
}
