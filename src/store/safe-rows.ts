import { isCode } from '../core/errors.ts'
import type { RunInfo, Store } from './types.ts'

/** How many rows of an unfinished or short run can be vouched for; undefined where it has kept nothing. */
export const safeRows = (store: Pick<Store, 'read'>, { id, status, manifest }: RunInfo): number | undefined => {
  if (status === 'short') return manifest?.counts.written
  try {
    return store.read(id, run => run.loadCheckpoint())?.counters['written']
  } catch (error) {
    // Of whose file is gone nobody can vouch for anything.
    if (isCode(error, 'RUN_UNKNOWN')) return undefined
    throw error
  }
}
