import { EntrapipeError, isCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Json } from '../core/json.ts'
import { isOwnThrow, toldWithLocation, withLocation } from '../core/thrown.ts'
import { readyPhases } from '../engine/phases.ts'
import { readParams } from '../engine/params.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { LoadedPipeline } from './load-pipeline.ts'

interface Made {
  /** The result of the pipeline's `make`. */
  readonly plan: Awaited<ReturnType<Pipeline['make']>>
  /** The parameters with their defaults, as noted with the run. They make the same plan again. */
  readonly params: Json
}

/**
 * Makes the plan of a pipeline from its parameters, which come from flags, a JSON body, or the record of a run.
 *
 * @param called names a parameter in messages
 * @throws EntrapipeError `OPTION_INVALID`, the errors of the parts, and `PIPELINE_INVALID` when the user's `make` throws
 */
export const makePlan = async (
  { pipeline, file, isShipped }: LoadedPipeline,
  values: { readonly [name: string]: unknown },
  called?: (name: string) => string,
): Promise<Made> => {
  const params = readParams(pipeline.params ?? {}, values, called)
  try {
    const plan = await pipeline.make(params as never)
    // Checked here, where the file is known.
    readyPhases(plan)
    return { plan, params: JSON.parse(JSON.stringify(params)) as Json }
  } catch (cause) {
    if (!isOwnThrow(cause))
      throw isShipped ? cause : isCode(cause, 'PIPELINE_INVALID') ? inFile(cause, file) : withLocation(cause)
    throw new EntrapipeError('PIPELINE_INVALID', `The pipeline ${file} makes no plan: ${toldWithLocation(cause)}.`, {
      cause,
    })
  }
}

/** The same error, with the file of the pipeline. */
const inFile = (error: EntrapipeError, file: string | undefined): EntrapipeError =>
  new EntrapipeError(error.code, `The pipeline ${file} is invalid: ${error.message}`, {
    cause: error,
    facts: error.facts,
    ...given({ fix: error.fix }),
  })
