import { EntrapipeError } from '../core/errors.ts'
import { expectNames } from '../core/expect-names.ts'
import type { Environment } from '../core/environment.ts'
import { loadFailure } from '../core/load-failure.ts'
import { withLocation } from '../core/thrown.ts'
import { expectParams } from '../engine/params.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import { builtInPipeline, type BuiltInPipeline } from './built-in.ts'
import { loadModule } from './load-module.ts'
import { findPipeline, isExistingFile, notedFile, pipelineMissing, shippedName } from './pipeline-file.ts'

/** A loaded pipeline. From its name and parameters, any process can make the same plans. */
export interface LoadedPipeline {
  /** Noted with each run: `export users`, `clean-hr-feed`, or the absolute path of a file. */
  readonly name: string
  /** Label of its progress line. */
  readonly label: string
  readonly pipeline: Pipeline
  /** Hash of its files, or the version of a built-in pipeline: `v1`. */
  readonly codeHash: string
  /** Undefined for a built-in pipeline. */
  readonly file: string | undefined
  /** Whether it comes with entrapipe. If so, its parameters are the cause of an invalid plan. */
  readonly isShipped: boolean
  /** The parameters that its command takes as arguments, without a flag, in order. */
  readonly arguments: readonly string[]
  /** The parameters that its command finds itself, so that nobody types them. */
  readonly found: readonly string[]
}

/**
 * Loads a pipeline by the name that the user gave: a file, a pipeline in `pipelines/` of this folder, or one that comes with
 * entrapipe, including those of its commands (`export users`).
 *
 * @throws EntrapipeError `FILE_MISSING` (with the names of all pipelines), `PIPELINE_INVALID`
 */
export const loadPipeline = async (name: string, environment: Environment): Promise<LoadedPipeline> => {
  const file = await findPipeline(name, environment)
  if (file !== undefined) return ofFile(file)
  const builtIn = await builtInPipeline(name)
  if (builtIn) return ofCommand(builtIn)
  throw await pipelineMissing(name, environment)
}

/** Loads the pipeline of a command. */
export const loadBuiltIn = async (name: string): Promise<LoadedPipeline> => {
  const builtIn = await builtInPipeline(name)
  if (builtIn) return ofCommand(builtIn)
  throw new EntrapipeError('INTERNAL', `No built-in pipeline is called ${name}.`)
}

/**
 * Loads a pipeline by the name noted with a run. Does not depend on the working folder.
 *
 * @throws EntrapipeError `FILE_MISSING`, `PIPELINE_INVALID`
 */
export const loadNoted = async (name: string): Promise<LoadedPipeline> => {
  const builtIn = await builtInPipeline(name)
  if (builtIn) return ofCommand(builtIn)
  const file = notedFile(name)
  if (await isExistingFile(file)) return ofFile(file)
  throw new EntrapipeError('FILE_MISSING', `The pipeline ${name} was not found.`, {
    facts: { pipeline: name },
    fix: 'Restore its file, or discard the run.',
  })
}

/** The version of a built-in pipeline, as the hash of a pipeline file. */
export const builtInCode = ({ version }: BuiltInPipeline): string => `v${version}`

const ofCommand = (builtIn: BuiltInPipeline): LoadedPipeline => ({
  name: builtIn.name,
  label: builtIn.label,
  pipeline: builtIn.pipeline,
  codeHash: builtInCode(builtIn),
  file: undefined,
  isShipped: true,
  arguments: builtIn.arguments,
  found: builtIn.found,
})

const ofFile = async (file: string): Promise<LoadedPipeline> => {
  const { module, codeHash } = await load(file)
  const pipeline = 'default' in module ? module.default : undefined
  if (typeof pipeline === 'object' && pipeline !== null)
    expectNames('pipeline', pipeline, ['summary', 'params', 'make'])
  if (!isPipeline(pipeline))
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `The pipeline ${file} has no default export made by pipeline({ summary, make }).`,
    )
  if (pipeline.params !== undefined) expectParams(pipeline.params)
  const own = shippedName(file)
  const name = own ?? file
  return { name, label: name, pipeline, codeHash, file, isShipped: own !== undefined, arguments: [], found: [] }
}

const load = async (file: string): ReturnType<typeof loadModule> => {
  try {
    return await loadModule(file)
  } catch (cause) {
    if (cause instanceof EntrapipeError) throw withLocation(cause)
    throw new EntrapipeError('PIPELINE_INVALID', `The pipeline ${file} cannot be loaded: ${loadFailure(cause)}`, {
      cause,
    })
  }
}

const isPipeline = (value: unknown): value is Pipeline =>
  typeof value === 'object' &&
  value !== null &&
  'make' in value &&
  typeof value.make === 'function' &&
  'summary' in value
