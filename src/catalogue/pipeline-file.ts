import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EntrapipeError } from '../core/errors.ts'
import type { Environment } from '../core/environment.ts'
import { nearest } from '../core/nearest.ts'
import { builtInNames } from './built-in.ts'

/** Pipelines that come with the package. */
const shipped = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../pipelines/' : '../pipelines/', import.meta.url),
)
const endings = ['.ts', '.js', '.mjs']

/** Names of the pipelines in `pipelines/` of the working folder, and of those that come with entrapipe. */
export const pipelineNames = async (environment: Environment): Promise<readonly string[]> => {
  const names = new Set<string>()
  for (const folder of [join(environment.cwd, 'pipelines'), shipped])
    for (const file of await filesOf(folder))
      if (endings.includes(extname(file)) && !file.endsWith('.d.ts')) names.add(basename(file, extname(file)))
  return [...names].sort()
}

const isPath = (name: string): boolean => /[\\/]|\.[mc]?[jt]s$/.test(name)

/**
 * The file of a pipeline, by its path, or by its name in `pipelines/` of the working folder or among those that come with
 * entrapipe. Undefined if there is none.
 */
export const findPipeline = async (name: string, { cwd }: Environment): Promise<string | undefined> => {
  const candidates = isPath(name)
    ? [resolve(cwd, name)]
    : [join(cwd, 'pipelines'), shipped].flatMap(folder => endings.map(ending => join(folder, name + ending)))
  for (const candidate of candidates) if (await isExistingFile(candidate)) return candidate
  return undefined
}

/** The error for an unknown pipeline. It lists the known names. */
export const pipelineMissing = async (name: string, environment: Environment): Promise<EntrapipeError> => {
  if (isPath(name))
    return new EntrapipeError('FILE_MISSING', `The pipeline file ${resolve(environment.cwd, name)} was not found.`)
  const names = await pipelineNames(environment)
  const near = nearest(name, [...names, ...(await builtInNames())])
  return new EntrapipeError(
    'FILE_MISSING',
    `The pipeline ${name} was not found${near ? `; did you mean ${near}?` : '.'} Pipelines: ${names.join(', ')}.`,
  )
}

/** Name of the pipeline in a file. Undefined unless it comes with entrapipe. */
export const shippedName = (file: string): string | undefined =>
  dirname(file) === resolve(shipped) ? basename(file, extname(file)) : undefined

const filesOf = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder)
  } catch {
    // A missing folder has no pipelines.
    return []
  }
}

/** Whether the path is an existing file. */
export const isExistingFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile()
  } catch {
    // A file that cannot be accessed counts as missing. The caller reports it.
    return false
  }
}

/** The file of a pipeline by the name noted with a run: an absolute path, or the name of one that comes with entrapipe. */
export const notedFile = (name: string): string =>
  isAbsolute(name) ? name : join(shipped, `${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`)
