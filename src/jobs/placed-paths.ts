import type { Depot } from '../core/depot.ts'
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
