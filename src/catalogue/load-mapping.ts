import { resolve } from 'node:path'
import { EntrapipeError } from '../core/errors.ts'
import type { Environment } from '../core/environment.ts'
import { loadFailure } from '../core/load-failure.ts'
import { isMapping, type Mapping } from '../hr/mapping.ts'
import { loadModule } from './load-module.ts'
import { isExistingFile } from './pipeline-file.ts'

/** A mapping file that was loaded. */
interface LoadedMapping {
  readonly mapping: Mapping
  /** Absolute path. */
  readonly file: string
  /** Hash of the file and of the user's own files that it imports. */
  readonly codeHash: string
}

/**
 * Loads a mapping file, whose default export is made by `hrFeed`.
 *
 * @throws EntrapipeError `FILE_MISSING`; `MAPPING_INVALID`, with all its mistakes
 */
export const loadMapping = async (path: string, { cwd }: Pick<Environment, 'cwd'>): Promise<LoadedMapping> => {
  const file = resolve(cwd, path)
  if (!(await isExistingFile(file)))
    throw new EntrapipeError('FILE_MISSING', `The mapping file ${file} was not found.`, { facts: { path: file } })
  const { module, codeHash } = await load(file)
  const mapping = 'default' in module ? module.default : undefined
  if (!isMapping(mapping))
    throw new EntrapipeError('MAPPING_INVALID', `The mapping file ${file} has no default export made by hrFeed({ … }).`)
  return { mapping, file, codeHash }
}

const load = async (file: string): ReturnType<typeof loadModule> => {
  try {
    return await loadModule(file)
  } catch (cause) {
    if (cause instanceof EntrapipeError) throw cause
    throw new EntrapipeError('MAPPING_INVALID', `The mapping file ${file} cannot be loaded: ${loadFailure(cause)}`, {
      cause,
    })
  }
}
