import type { Operations } from '../../core/operation.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import { knownCredentials } from './left.ts'

/** Latest runs of the same command line or pipeline that are looked at: each is a file. */
const mostRuns = 50

/**
 * Earlier runs of the same pipeline in the same tenant that ended, or died, before they handed out all passwords and passes that are set. Of the last 50,
 * oldest first.
 *
 * @param id of the run that asks
 */
export const runsWithCredentials = async (
  store: Pick<Store, 'get' | 'list' | 'read'>,
  id: string,
  operations: Operations,
): Promise<readonly RunInfo[]> => {
  const { pipeline, tenant } = await store.get(id)
  const runs = await store.list({ pipeline, tenant: tenant!.id, writes: true, limit: mostRuns })
  const found: RunInfo[] = []
  for (const info of runs.toReversed()) {
    if (info.id === id || info.status === 'running') continue
    const known = await store.read(info.id, run => knownCredentials(run, info, operations))
    if (known && known.left.credentials > 0) found.push(info)
  }
  return found
}
