import { isAbsolute } from 'node:path'
import { EntrapipeError } from '../core/errors.ts'
import type { Environment } from '../core/environment.ts'
import { given } from '../core/given.ts'
import type { Json } from '../core/json.ts'
import { loadPipeline, type LoadedPipeline } from '../catalogue/load-pipeline.ts'
import { makePlan } from '../catalogue/make-plan.ts'
import { isChangeSink } from '../engine/changes/change-rows.ts'
import { onlyForChanges } from '../core/only-for-changes.ts'
import { readyPhases } from '../engine/phases.ts'
import { fileNameIn } from './insert-job.ts'

/** What is known of an order before it is a job. */
interface Inspected {
  /** As it is noted with runs. */
  readonly pipeline: string
  /** Whether it changes the directory. */
  readonly writes: boolean
  /** The hash of its files, or the version of a built-in pipeline. */
  readonly code: string
}

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
  const plan = await planOf(loaded, params)
  const writes = readyPhases(plan).some(({ plan: { sink } }) => isChangeSink(sink))
  const useless = writes ? undefined : onlyForChanges.find(name => options[name])
  if (useless !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `${useless} has no effect on ${loaded.name}, which makes no changes to a directory.`,
      { fix: 'Leave it out.' },
    )
  return { pipeline: loaded.name, code: loaded.codeHash, writes }
}

/** Who submits a job knows the names of its files, and not the folders where the server keeps them. */
const planOf = async (loaded: LoadedPipeline, params: { readonly [name: string]: Json }) => {
  try {
    return (await makePlan(loaded, params)).plan
  } catch (error) {
    if (!(error instanceof EntrapipeError)) throw error
    const paths = Object.values(params).filter(value => typeof value === 'string' && isAbsolute(value)) as string[]
    const told = (text: string): string =>
      paths.reduce((all, path) => all.replaceAll(path, fileNameIn({ path }) ?? path), text)
    throw new EntrapipeError(error.code, told(error.message), {
      cause: error,
      facts: Object.fromEntries(
        Object.entries(error.facts).map(([name, fact]) => [name, typeof fact === 'string' ? told(fact) : fact]),
      ),
      ...given({ fix: error.fix && told(error.fix) }),
    })
  }
}
