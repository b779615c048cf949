import { EntrapipeError } from '../core/errors.ts'
import { onlyPhase } from '../store/types.ts'
import { ready, type Plan, type ReadyPlan } from './plan.ts'

/** One of several plans of a pipeline. They run in order: each starts when the previous one is done. */
export interface Phase {
  /** Lower-case letters, digits and hyphens. It is in the manifest, in results and in the run's records. */
  readonly name: string
  readonly plan: Plan
}

/** What a pipeline makes: one plan, or several phases. */
export type Plans = Plan | readonly Phase[]

/** A phase as the engine runs it. */
export interface ReadyPhase {
  readonly name: string
  readonly plan: ReadyPlan
}

const isSeveral = (made: Plans): made is readonly Phase[] => Array.isArray(made)

/** Returns the phases of a pipeline. A single plan is one phase. */
export const phasesIn = (made: Plans): readonly Phase[] => (isSeveral(made) ? made : [{ name: onlyPhase, plan: made }])

/** Returns the phases with each plan changed. */
export const mapPlans = (made: Plans, change: (plan: Plan) => Plan): Plans =>
  isSeveral(made) ? made.map(({ name, plan }) => ({ name, plan: change(plan) })) : change(made)

const name = /^[a-z][a-z0-9-]{0,39}$/

const invalid = (why: string): EntrapipeError => new EntrapipeError('PIPELINE_INVALID', why)

/** @throws EntrapipeError `PIPELINE_INVALID` when a plan is invalid, or names of phases are missing or repeated */
export const readyPhases = (made: Plans): readonly ReadyPhase[] => {
  const phases = phasesIn(made)
  if (phases.length === 0) throw invalid('Expected make to return at least one phase, got an empty list.')
  const seen = new Set<string>()
  const last = phases.at(-1)
  return phases.map(phase => {
    const given: unknown = phase && (phase as Partial<Phase>).name
    if (typeof given !== 'string' || !name.test(given))
      throw invalid(
        `Expected each phase to be { name, plan }, with a name of lower-case letters, digits and hyphens, got ${typeof given === 'string' ? `the name ${JSON.stringify(given)}` : typeof given}.`,
      )
    if (seen.has(given)) throw invalid(`Two phases have the name ${given}.`)
    seen.add(given)
    const plan = ready(phase.plan)
    // A reader that closes stdout ends the run: later phases would never run.
    if (phase !== last && plan.sink.place?.stream !== undefined)
      throw invalid(`The phase ${given} writes to a stream, and only the last phase can.`)
    return { name: given, plan }
  })
}

/** Returns why an interrupted run cannot be resumed, for the first such phase; undefined if all phases can be resumed. */
export const notResumableIn = (phases: readonly ReadyPhase[]): string | undefined =>
  phases.find(({ plan }) => plan.notResumable !== undefined)?.plan.notResumable

/** Whether a part of any phase uses a directory. */
export const usesGraphIn = (phases: readonly ReadyPhase[]): boolean => phases.some(({ plan }) => plan.usesGraph)
