import type { Environment } from '../core/environment.ts'
import type { Json } from '../core/json.ts'
import { loadPipeline } from '../catalogue/load-pipeline.ts'
import { makePlan } from '../catalogue/make-plan.ts'
import { EntrapipeError } from '../core/errors.ts'
import { isChangeSink } from '../engine/changes/change-rows.ts'
import { readyPhases } from '../engine/phases.ts'

/** What is known of an order before it is a job. */
interface Inspected {
  /** As it is noted with runs. */
  readonly pipeline: string
  /** Whether it changes the directory. */
  readonly writes: boolean
  /** The hash of its files, or the version of a built-in pipeline. */
  readonly code: string
}

/** Options of runs that change nothing, too. All others are of changes only. */
const ofAllRuns: ReadonlySet<string> = new Set(['checkpointRows', 'fresh', 'maxDrift', 'maxFailed'])

/**
 * Makes the plan of an order, to find its mistakes before it is a job. Nothing is read or sent.
 *
 * @param params with paths
 * @param options of the run
 * @throws EntrapipeError `FILE_MISSING`, `PIPELINE_INVALID`, `OPTION_INVALID`, and the errors of the parts
 */
export const inspectOrder = async (
  pipeline: string,
  params: { readonly [name: string]: Json },
  environment: Environment,
  options: { readonly [name: string]: unknown } = {},
): Promise<Inspected> => {
  const loaded = await loadPipeline(pipeline, environment)
  const { plan } = await makePlan(loaded, params)
  const writes = readyPhases(plan).some(({ plan: { sink } }) => isChangeSink(sink))
  const useless = writes ? undefined : Object.keys(options).find(name => !ofAllRuns.has(name) && options[name])
  if (useless !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `${useless} has no effect on ${loaded.name}, which makes no changes to a directory.`,
      { fix: 'Leave it out.' },
    )
  return { pipeline: loaded.name, code: loaded.codeHash, writes }
}
