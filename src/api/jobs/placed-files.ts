import { readFile } from 'node:fs/promises'
import { EntrapipeError, isCode, systemCode } from '../../core/errors.ts'
import type { Manifest } from '../../core/manifest.ts'
import { placedAt, placedOutput, type NamedPlaces } from '../../core/named-places.ts'
import { partsManifest } from '../../core/part-names.ts'
import { manifestOf } from '../../core/sidecars.ts'
import { checkContext } from '../../engine/contexts.ts'
import type { Job } from '../../jobs/job.ts'
import { objectsAt } from '../../places/objects-at.ts'
import type { JobFiles } from './job-files.ts'
import type { JobFile } from './sent-files.ts'

/** The files of jobs, also those at named places: what is there is in the manifest that the run of the job wrote. */
export const besidePlaces = (
  files: JobFiles,
  places: NamedPlaces,
  around: Omit<Parameters<typeof checkContext>[0], 'graph'>,
): JobFiles => {
  const ctx = checkContext({ ...around, graph: undefined })

  const manifestAt = async (path: string): Promise<Uint8Array | undefined> => {
    if (path.endsWith('/')) return await objectsAt(path).get(ctx, partsManifest)
    try {
      return await readFile(manifestOf(path))
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  const placed = async (output: string, { tenant, run }: Pick<Job, 'tenant' | 'run'>): Promise<readonly JobFile[]> => {
    const { place, name } = placedOutput(output)!
    const folder = Object.hasOwn(places, place) ? places[place] : undefined
    const bytes = folder === undefined ? undefined : await manifestAt(placedAt(folder, tenant, name))
    if (!bytes) return []
    const manifest = JSON.parse(Buffer.from(bytes).toString()) as Manifest
    // A later run may have written there since.
    return manifest.run !== run
      ? []
      : manifest.files.flatMap(({ name, path, bytes, sha256 }) =>
          sha256 === undefined ? [] : { name: name ?? path, bytes, sha256, at: place },
        )
  }

  return {
    async list(paths, job) {
      const found = [...(await files.list(paths, job))]
      for (const output of Object.values(paths)) if (placedOutput(output)) found.push(...(await placed(output, job)))
      return found
    },
    async find(paths, name) {
      try {
        return await files.find(paths, name)
      } catch (error) {
        const at = Object.values(paths).flatMap(output => placedOutput(output)?.place ?? [])
        if (!isCode(error, 'FILE_UNKNOWN') || at.length === 0) throw error
        throw new EntrapipeError(
          'FILE_UNKNOWN',
          `The job has no file with this name on the server: it writes to the place ${at.join(', ')}.`,
          { fix: 'Get the file there.' },
        )
      }
    },
  }
}
