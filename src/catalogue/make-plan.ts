import { EntrapipeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { isOwnThrow, toldWithLocation, withLocation } from '../core/thrown.ts'
import { readParams } from '../engine/params.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { LoadedPipeline } from './load-pipeline.ts'

interface Made {
  /** What the pipeline makes of its parameters. */
  readonly plan: Awaited<ReturnType<Pipeline['make']>>
  /** The parameters with their defaults, as they are noted with the run: of them the same is made again. */
  readonly params: Json
}

/**
 * What a pipeline makes of its parameters, wherever they come from: flags, a JSON body, the record of a run.
 *
 * @param called what messages call a parameter
 * @throws EntrapipeError `OPTION_INVALID`, what the parts find wrong, and `PIPELINE_INVALID` when a person's own `make` throws
 */
export const makePlan = async (
  { pipeline, file, isShipped }: LoadedPipeline,
  given: { readonly [name: string]: unknown },
  called?: (name: string) => string,
): Promise<Made> => {
  const params = readParams(pipeline.params ?? {}, given, called)
  try {
    return { plan: await pipeline.make(params as never), params: JSON.parse(JSON.stringify(params)) as Json }
  } catch (cause) {
    if (!isOwnThrow(cause)) throw isShipped ? cause : withLocation(cause)
    throw new EntrapipeError('PIPELINE_INVALID', `The pipeline ${file} makes no plan: ${toldWithLocation(cause)}.`, {
      cause,
    })
  }
}
