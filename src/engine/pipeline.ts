import type { Plans } from './phases.ts'
import type { Params, ParamValues } from './params.ts'

/** A pipeline file's default export: what it does in a sentence, its parameters, and how a plan is made of them. */
export interface Pipeline<P extends Params = Params> {
  /** One line for a person. */
  readonly summary: string
  readonly params?: P
  /** One plan, or phases that run in order. */
  readonly make: (params: ParamValues<P>) => Plans | Promise<Plans>
}

/** Types a pipeline: `make` gets the values of `params`. */
export const pipeline = <const P extends Params = Record<never, never>>(definition: Pipeline<P>): Pipeline<P> =>
  definition
