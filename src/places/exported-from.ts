import { readFile } from 'node:fs/promises'
import type { Origin } from '../core/context.ts'
import { systemCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Manifest } from '../core/manifest.ts'
import { manifestOf } from '../core/sidecars.ts'

/**
 * The tenant that a file was exported from and how complete it is, as the manifest beside it says; nothing without one, or if the
 * file is not the one that the manifest describes.
 */
export const exportedFrom = async (
  path: string,
  sha256: string,
): Promise<Pick<Origin, 'tenant' | 'completeness' | 'limit' | 'why'>> => {
  try {
    const { tenant, files, completeness, limit, why } = JSON.parse(
      await readFile(manifestOf(path), 'utf8'),
    ) as Partial<Manifest>
    return files?.some(file => file.sha256 === sha256) ? given({ tenant: tenant?.id, completeness, limit, why }) : {}
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return {}
    throw error
  }
}
