import type { Writable } from 'node:stream'
import type { Destination, Place } from '../core/place.ts'
import { isFile, nameOfTarget } from '../core/targets.ts'
import { filePlace } from './file-place.ts'
import { isRemote, noFileThere, objectsAt } from './objects-at.ts'
import { partFiles } from './part-files.ts'
import { stdoutPlace } from './stdout-place.ts'

/**
 * Returns the place for a `to`: the path of a file, or `-` for stdout.
 *
 * @throws EntrapipeError `OPTION_INVALID` for an address of another machine
 * @param stdout a stream to write to instead of the process's stdout
 */
export const placeTo = (to: string, stdout?: Writable): Place => {
  if (to === '-') return stdoutPlace(stdout)
  if (isRemote(to)) throw noFileThere(to)
  return filePlace(to)
}

/** Returns the destination of a target that a run recorded; undefined when only the run's pipeline knows it. */
export const destinationAt = (target: string): Destination | undefined => {
  const to = nameOfTarget(target)
  if (target.endsWith('/')) return partFiles(objectsAt(to), to)
  return isFile(target) ? filePlace(to) : undefined
}
