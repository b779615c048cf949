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

/** Names of the pipelines in `pipelines/` here and of those that come with entrapipe. */
export const pipelineNames = async (environment: Environment): Promise<readonly string[]> => {
  const names = new Set<string>()
  for (const folder of [join(environment.cwd, 'pipelines'), shipped])
    for (const file of await filesOf(folder))
      if (endings.includes(extname(file)) && !file.endsWith('.d.ts')) names.add(basename(file, extname(file)))
  return [...names].sort()
}

const isPath = (name: string): boolean => /[\\/]|\.[mc]?[jt]s$/.test(name)

/**
 * The file of a pipeline, by its path, or by a name from `pipelines/` here or from those that come with entrapipe.
 * Undefined where there is none.
 */
export const findPipeline = async (name: string, { cwd }: Environment): Promise<string | undefined> => {
  const candidates = isPath(name)
    ? [resolve(cwd, name)]
    : [join(cwd, 'pipelines'), shipped].flatMap(folder => endings.map(ending => join(folder, name + ending)))
  for (const candidate of candidates) if (await isFile(candidate)) return candidate
  return undefined
}

/** What a person hears who named a pipeline that was not found, with the names there are. */
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

/** Name of a file's pipeline where it comes with entrapipe. */
export const shippedName = (file: string): string | undefined =>
  dirname(file) === resolve(shipped) ? basename(file, extname(file)) : undefined

const filesOf = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder)
  } catch {
    // No folder of that name is no pipelines.
    return []
  }
}

/** Whether a file stands there. */
export const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile()
  } catch {
    // What cannot be looked at is not there for us; the caller says so.
    return false
  }
}

/** The file of a pipeline that a run has noted by its name: an absolute path, or the name of one that comes with entrapipe. */
export const notedFile = (name: string): string =>
  isAbsolute(name) ? name : join(shipped, `${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`)
