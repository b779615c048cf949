import type { Plans } from './phases.ts'
import type { Params, ParamValues } from './params.ts'

/** The default export of a pipeline file: a summary, its parameters, and a function that makes a plan. */
export interface Pipeline<P extends Params = Params> {
  /** One line for people. */
  readonly summary: string
  readonly params?: P
  /** One plan, or phases that run in order. */
  readonly make: (params: ParamValues<P>) => Plans | Promise<Plans>
}

/** Types a pipeline: `make` gets the values of `params`. */
export const pipeline = <const P extends Params = Record<never, never>>(definition: Pipeline<P>): Pipeline<P> =>
  definition
