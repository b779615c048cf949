import type { Depot } from '../core/depot.ts'
import { placedOutput } from '../core/named-places.ts'
import type { JobOrder } from './job.ts'

/** The paths of a job, as its child has them. With a depot, folders of parts are addresses: parts are written where they are read. */
export const placedPaths = (paths: JobOrder['paths'], depot: Depot | undefined): JobOrder['paths'] =>
  depot
    ? Object.fromEntries(
        Object.entries(paths).map(([param, path]) => [
          param,
          path.endsWith('/') ? depot.address + path.split('/').map(encodeURIComponent).join('/') : path,
        ]),
      )
    : paths

/** Outputs of a job at named places, by param. */
export const outputsAtPlaces = (paths: JobOrder['paths']): JobOrder['paths'] =>
  Object.fromEntries(Object.entries(paths).filter(([, path]) => placedOutput(path) !== undefined))

/** The names of the places that a job needs, as a worker tells those that it has. Undefined if it needs none. */
export const placesIn = (paths: JobOrder['paths']): string | undefined => {
  const names = new Set(Object.values(paths).flatMap(path => placedOutput(path)?.place ?? []))
  return names.size === 0 ? undefined : [...names].toSorted().join(' ')
}
