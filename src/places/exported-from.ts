import { readFile } from 'node:fs/promises'
import type { Origin } from '../core/context.ts'
import { systemCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { isFields, type Json } from '../core/json.ts'
import type { Manifest } from '../core/manifest.ts'
import { manifestOf } from '../core/sidecars.ts'

/**
 * The tenant that a file was exported from, how complete it is, and what chose its rows, as the manifest beside it says; nothing
 * without one, or if the file is not the one that the manifest describes.
 */
export const exportedFrom = async (
  path: string,
  sha256: string,
): Promise<Pick<Origin, 'tenant' | 'completeness' | 'limit' | 'why' | 'chosenBy'>> => {
  try {
    const { tenant, files, completeness, limit, why, source, transforms } = JSON.parse(
      await readFile(manifestOf(path), 'utf8'),
    ) as Partial<Manifest>
    if (!files?.some(file => file.sha256 === sha256)) return {}
    return given({ tenant: tenant?.id, completeness, limit, why, chosenBy: chosenBy(source, transforms) })
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return {}
    throw error
  }
}

const chosenBy = (source: Json | undefined, transforms: readonly Json[] = []): string | undefined => {
  const query = isFields(source) && typeof source['query'] === 'string' ? source['query'] : ''
  const found = [
    ...query.split('&').filter(part => /^\$(?:filter|search)=/.test(part)),
    ...transforms.flatMap(one => (isFields(one) && one['kind'] === 'filter' ? [JSON.stringify(one)] : [])),
  ]
  return found.length === 0 ? undefined : found.join('&')
}
