import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { EntrapipeError } from '../core/errors.ts'
import type { Environment } from '../core/environment.ts'
import { loadFailure } from '../core/load-failure.ts'
import { withPlace } from '../core/thrown.ts'
import { nearest } from '../data/nearest.ts'
import type { Pipeline } from '../engine/pipeline.ts'

/** A pipeline that was found and loaded. */
export interface LoadedPipeline {
  /** As people call it: `export-users`, or the path of a file. */
  readonly name: string
  readonly file: string
  /** Whether it comes with entrapipe: what is wrong in its plan then came from its flags. */
  readonly isShipped: boolean
  readonly pipeline: Pipeline
  /** Of the file's text. */
  readonly codeHash: string
}

/** Pipelines that come with the package. */
const shipped = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../pipelines/' : '../pipelines/', import.meta.url),
)
const endings = ['.ts', '.js', '.mjs']

/**
 * Loads a pipeline by the path of its file, or by name from `pipelines/` here or from those that come with entrapipe.
 *
 * @throws EntrapipeError `FILE_MISSING` (naming the pipelines there are), `PIPELINE_INVALID`
 */
export const loadPipeline = async (name: string, environment: Environment): Promise<LoadedPipeline> => {
  const file = await findPipeline(name, environment)
  let module: { readonly default?: unknown }
  try {
    module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown }
  } catch (cause) {
    if (cause instanceof EntrapipeError) throw withPlace(cause)
    throw new EntrapipeError('PIPELINE_INVALID', `The pipeline ${file} cannot be loaded: ${loadFailure(cause)}`, {
      cause,
    })
  }
  const { default: pipeline } = module
  if (!isPipeline(pipeline))
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `The pipeline ${file} has no default export made by pipeline({ summary, make }).`,
    )
  const codeHash = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  const own = shippedName(file)
  return { name: own ?? file, file, isShipped: own !== undefined, pipeline, codeHash }
}

/** Names of the pipelines in `pipelines/` here and of those that come with entrapipe. */
export const pipelineNames = async (environment: Environment): Promise<readonly string[]> => {
  const names = new Set<string>()
  for (const folder of [join(environment.cwd, 'pipelines'), shipped])
    for (const file of await filesOf(folder))
      if (endings.includes(extname(file)) && !file.endsWith('.d.ts')) names.add(basename(file, extname(file)))
  return [...names].sort()
}

const findPipeline = async (name: string, environment: Environment): Promise<string> => {
  const folders = [environment.cwd, join(environment.cwd, 'pipelines'), shipped]
  const asFile = /[\\/]|\.[mc]?[jt]s$/.test(name)
  const candidates = asFile
    ? [resolve(environment.cwd, name)]
    : folders.slice(1).flatMap(folder => endings.map(ending => join(folder, name + ending)))
  for (const candidate of candidates) if (await isFile(candidate)) return candidate
  const names = await pipelineNames(environment)
  const near = nearest(name, names)
  throw new EntrapipeError(
    'FILE_MISSING',
    asFile
      ? `There is no pipeline file ${candidates[0]}.`
      : `There is no pipeline ${name}${near ? `; did you mean ${near}?` : '.'} There is ${names.join(', ')}.`,
  )
}

const shippedName = (file: string): string | undefined =>
  dirname(file) === resolve(shipped) ? basename(file, extname(file)) : undefined

const isPipeline = (value: unknown): value is Pipeline =>
  typeof value === 'object' &&
  value !== null &&
  'make' in value &&
  typeof value.make === 'function' &&
  'summary' in value

const filesOf = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder)
  } catch {
    // No folder of that name is no pipelines.
    return []
  }
}

const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile()
  } catch {
    // What cannot be looked at is not there for us; the caller says so.
    return false
  }
}
