import type { Writable } from 'node:stream'
import type { Destination, Place } from '../core/place.ts'
import { isFile, nameOfTarget } from '../core/targets.ts'
import { filePlace } from './file-place.ts'
import { stdoutPlace } from './stdout-place.ts'

/**
 * The place that a `to` names: the path of a file, or `-` for stdout.
 *
 * @param stdout in place of the process's
 */
export const placeTo = (to: string, stdout?: Writable): Place => (to === '-' ? stdoutPlace(stdout) : filePlace(to))

/** The destination of a target that a run noted; undefined where only the run's pipeline knows it. */
export const destinationAt = (target: string): Destination | undefined =>
  isFile(target) ? filePlace(nameOfTarget(target)) : undefined
