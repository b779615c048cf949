import type { Writable } from 'node:stream'
import type { Destination, Place } from '../core/place.ts'
import { isFile, nameOfTarget } from '../core/targets.ts'
import { filePlace } from './file-place.ts'
import { objectsAt } from './objects-at.ts'
import { partFiles } from './part-files.ts'
import { stdoutPlace } from './stdout-place.ts'

/**
 * Returns the place for a `to`: the path of a file, or `-` for stdout.
 *
 * @param stdout a stream to write to instead of the process's stdout
 */
export const placeTo = (to: string, stdout?: Writable): Place => (to === '-' ? stdoutPlace(stdout) : filePlace(to))

/** Returns the destination of a target that a run recorded; undefined when only the run's pipeline knows it. */
export const destinationAt = (target: string): Destination | undefined => {
  if (!isFile(target)) return undefined
  const to = nameOfTarget(target)
  return target.endsWith('/') ? partFiles(objectsAt(to), to) : filePlace(to)
}
