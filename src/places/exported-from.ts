import { readFile } from 'node:fs/promises'
import { systemCode } from '../core/errors.ts'
import type { Manifest } from '../core/manifest.ts'
import { manifestOf } from '../core/sidecars.ts'

/**
 * Id of the tenant that a file was exported from, as the manifest beside it says; undefined without one, or if the file is not the one that
 * the manifest describes.
 */
export const exportedFrom = async (path: string, sha256: string): Promise<string | undefined> => {
  try {
    const { tenant, files } = JSON.parse(await readFile(manifestOf(path), 'utf8')) as Partial<Manifest>
    return files?.some(file => file.sha256 === sha256) ? tenant?.id : undefined
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return undefined
    throw error
  }
}
